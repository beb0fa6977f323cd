//! Polygons whose corners are the positions of values, and linear interpolation within them.

use nunatak_grid::vector::{Vector, dot, minus, normalised, plus, times};
use nunatak_grid::{AuthalicSphere, Bounds, BoxTree, Grid, Location, MeshGrid};
use nunatak_parallel::map_values;
use rayon::prelude::*;

use super::polygon;
use super::surface::{Spread, Surface, View};
use crate::error::Result;

/// Nodes nearer than this part of the extent are one.
const SAME: f64 = 1e-10;

/// Polygons whose corners are the places of values: the faces of a mesh with data on its nodes; else the polygons of
/// the centres about each inner node (the dual of the mesh).
pub(super) struct Network {
    pub(super) surface: Surface,
    pub(super) places: Vec<Vector>,
    starts: Vec<u32>,
    corners: Vec<u32>,
    tree: BoxTree<3>,
}

/// What one task reuses from point to point.
#[derive(Default)]
pub(super) struct Scratch {
    seen: Vec<[f64; 2]>,
    weights: Vec<f64>,
    candidates: Vec<u32>,
}

impl Network {
    /// On the sphere for a mesh in longitude and latitude, else on its map.
    pub(super) fn new(mesh: &MeshGrid, sphere: &AuthalicSphere) -> Result<Self> {
        let surface = if mesh.crs().is_geographic() { Surface::Sphere } else { Surface::Map };
        let (x, y) = mesh.nodes();
        let nodes = match surface {
            Surface::Sphere => mesh.crs().unit_vectors(sphere, x, y)?,
            Surface::Map => on_map(x, y),
        };
        let (places, starts, corners) = match mesh.location() {
            Location::Nodes => {
                let faces = (0..mesh.faces()).map(|face| mesh.face(face).to_vec()).collect();
                let (starts, corners) = joined(faces);
                (nodes, starts, corners)
            }
            Location::Faces => {
                let places = match (surface, mesh.centres_of_cells()) {
                    (Surface::Map, Some((x, y))) => on_map(&x, &y),
                    (Surface::Map, None) => middles(mesh, &nodes),
                    (Surface::Sphere, _) => Grid::Mesh(mesh.clone()).centres_on_sphere(sphere)?,
                };
                let (starts, corners) = joined(dual(mesh, &nodes));
                (places, starts, corners)
            }
        };
        let boxes = map_values(starts.len() - 1, |polygon| {
            let outline = &corners[starts[polygon] as usize..starts[polygon + 1] as usize];
            let outline: Vec<Vector> = outline.iter().map(|&corner| places[corner as usize]).collect();
            if surface == Surface::Sphere { Bounds::of_polygon(&outline) } else { Bounds::around(&outline, 0.0) }
        });
        let tree = BoxTree::new(&boxes);
        Ok(Self { surface, places, starts, corners, tree })
    }

    fn polygon(&self, polygon: u32) -> &[u32] {
        let polygon = polygon as usize;
        &self.corners[self.starts[polygon] as usize..self.starts[polygon + 1] as usize]
    }

    /// Adds the corners of the polygon that holds a point and their weights; none outside all of them.
    pub(super) fn entries(&self, point: Vector, scratch: &mut Scratch, entries: &mut Vec<(u32, f64)>) {
        if point.iter().any(|coordinate| !coordinate.is_finite()) {
            return;
        }
        let view = View::new(self.surface, point);
        let Scratch { seen, weights, candidates } = scratch;
        candidates.clear();
        self.tree.search(&Bounds::around(&[point], 0.0), |polygon| candidates.push(polygon));
        candidates.sort_unstable();
        for &polygon in candidates.iter() {
            if self.view(polygon, &view, seen) && polygon::holds_origin(seen) && polygon::coordinates(seen, weights) {
                entries.extend(self.polygon(polygon).iter().copied().zip(weights.iter().copied()));
                return;
            }
        }
        // On the boundary round-off decides which side a point is on.
        for &polygon in candidates.iter() {
            if self.view(polygon, &view, seen)
                && let Some(edge) = polygon::on_edge(seen)
            {
                entries.extend(edge.map(|(corner, weight)| (self.polygon(polygon)[corner], weight)));
                return;
            }
        }
    }

    fn view(&self, polygon: u32, view: &View, seen: &mut Vec<[f64; 2]>) -> bool {
        seen.clear();
        for &corner in self.polygon(polygon) {
            let Some(corner) = view.of(self.places[corner as usize]) else { return false };
            seen.push(corner);
        }
        true
    }

    /// How the values are spread about each, from the ways to its neighbours.
    pub(super) fn spreads(&self) -> Vec<Spread> {
        let mut spreads = vec![(Spread::default(), 0.0); self.places.len()];
        for polygon in 0..self.starts.len() as u32 - 1 {
            let corners = self.polygon(polygon);
            // In equilateral triangles a value has less room than in squares of their sides.
            let factor = if corners.len() == 3 { 3.0_f64.sqrt() } else { 2.0 };
            for (at, &corner) in corners.iter().enumerate() {
                let next = corners[(at + 1) % corners.len()];
                let way = Spread::along(minus(self.places[next as usize], self.places[corner as usize]));
                for end in [corner, next] {
                    let (spread, count) = &mut spreads[end as usize];
                    spread.add(factor, &way);
                    *count += 1.0;
                }
            }
        }
        spreads.into_iter().map(|(sum, count)| Spread::of_sum(1.0 / f64::max(count, 1.0), &sum)).collect()
    }
}

fn on_map(x: &[f64], y: &[f64]) -> Vec<Vector> {
    x.iter().zip(y).map(|(&x, &y)| [x, y, 0.0]).collect()
}

fn middles(mesh: &MeshGrid, nodes: &[Vector]) -> Vec<Vector> {
    let middle = |face| {
        let corners = mesh.face(face);
        let sum = corners.iter().fold([0.0; 3], |sum, &node| plus(sum, nodes[node as usize]));
        times(1.0 / corners.len() as f64, sum)
    };
    map_values(mesh.faces(), middle)
}

fn joined(polygons: Vec<Vec<u32>>) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0];
    let mut corners = Vec::with_capacity(polygons.iter().map(Vec::len).sum());
    for polygon in polygons {
        corners.extend(polygon);
        starts.push(corners.len() as u32);
    }
    (starts, corners)
}

/// The faces about each node that they go all round, in order.
fn dual(mesh: &MeshGrid, nodes: &[Vector]) -> Vec<Vec<u32>> {
    let same = merged(nodes);
    let faces: Vec<Vec<u32>> = map_values(mesh.faces(), |face| {
        let mut corners: Vec<u32> = mesh.face(face).iter().map(|&node| same[node as usize]).collect();
        corners.dedup();
        while corners.len() > 1 && corners.first() == corners.last() {
            corners.pop();
        }
        corners
    });
    let mut about: Vec<(u32, u32)> = faces
        .iter()
        .enumerate()
        .flat_map(|(face, corners)| corners.iter().map(move |&node| (node, face as u32)))
        .collect();
    about.par_sort_unstable();
    let nodes: Vec<&[(u32, u32)]> = about.chunk_by(|one, next| one.0 == next.0).collect();
    map_values(nodes.len(), |node| ring(nodes[node], &faces)).into_iter().flatten().collect()
}

/// The faces about a node in the order in which one meets the next along an edge.
fn ring(about: &[(u32, u32)], faces: &[Vec<u32>]) -> Option<Vec<u32>> {
    let node = about.first()?.0;
    let mut left: Vec<(u32, u32, u32)> = Vec::with_capacity(about.len());
    for &(_, face) in about {
        let corners = &faces[face as usize];
        let at = corners.iter().position(|&corner| corner == node)?;
        let (before, after) = (corners[(at + corners.len() - 1) % corners.len()], corners[(at + 1) % corners.len()]);
        left.push((face, before, after));
    }
    let (face, start, mut end) = left.pop()?;
    let mut ring = vec![face];
    while end != start {
        let at = left.iter().position(|&(_, before, after)| before == end || after == end)?;
        let (face, before, after) = left.swap_remove(at);
        end = if before == end { after } else { before };
        ring.push(face);
    }
    (ring.len() >= 3).then_some(ring)
}

/// For each node the first of those at its position: seams and poles of curvilinear grids list nodes twice.
fn merged(nodes: &[Vector]) -> Vec<u32> {
    // No family of grids has many nodes at one distance along this direction.
    let direction = normalised([0.614_7, 0.331_9, 0.715_3]);
    let extent = nodes.iter().flatten().fold(0.0_f64, |extent, value| extent.max(value.abs()));
    let near = SAME * extent;
    let mut order = map_values(nodes.len(), |node| (dot(nodes[node], direction), node as u32));
    order.par_sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut same: Vec<u32> = (0..nodes.len() as u32).collect();
    for (at, &(along, node)) in order.iter().enumerate() {
        for &(before, other) in order[..at].iter().rev().take_while(|(before, _)| along - before <= near) {
            let apart = minus(nodes[node as usize], nodes[other as usize]);
            if dot(apart, apart) <= near * near && along >= before {
                same[node as usize] = same[other as usize];
                break;
            }
        }
    }
    same
}
