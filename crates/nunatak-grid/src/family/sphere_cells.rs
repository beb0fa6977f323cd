//! Cells of HEALPix grids and meshes as convex polygons of great circles on the unit sphere.

use nunatak_parallel::{map, map_values};

use super::healpix::HealpixGrid;
use super::mesh::{Edges, Location, MeshGrid};
use crate::crs::{AuthalicSphere, Crs};
use crate::error::{GridError, Result};
use crate::geometry::cells::Cells;
use crate::geometry::convex_parts::convex_parts;
use crate::geometry::median_dual::dual_parts;
use crate::geometry::vector::{self, Vector, dot, minus, normalised, plus};

/// Sagitta over length of the great-circle pieces that approximate a straight line of a map or for a parallel.
const SAGITTA: f64 = 1e-4;

pub(super) fn healpix_cells(grid: &HealpixGrid, sphere: &AuthalicSphere) -> Result<Cells<3>> {
    let own = AuthalicSphere::new(&grid.ellipsoid());
    let convert = |corner: Vector| {
        if own == *sphere {
            return corner;
        }
        let (longitude, latitude) = own.longitude_latitude(corner);
        sphere.unit_vector(longitude, latitude)
    };
    Ok(Cells::quadrilaterals(map_values(grid.len(), |index| grid.corners(index).map(convert))))
}

/// Faces whose cells one task makes.
const FACES_PER_TASK: usize = 4096;

pub(super) fn mesh_cells(mesh: &MeshGrid, sphere: &AuthalicSphere) -> Result<Cells<3>> {
    let nodes = mesh.node_vectors(sphere)?;
    let outlines = Outlines { mesh, sphere, nodes: &nodes };
    let parts = map(mesh.faces().div_ceil(FACES_PER_TASK), |task| {
        let mut faces = task * FACES_PER_TASK..((task + 1) * FACES_PER_TASK).min(mesh.faces());
        faces.try_fold(Cells::default(), |cells, face| outlines.add(face, cells))
    });
    let cells = Cells::joined(&parts.into_iter().collect::<Result<Vec<Cells<3>>>>()?);
    // The last faces may be holes.
    Ok(if cells.len() == mesh.len() { cells } else { cells.with_owners() })
}

/// Outlines of the faces of a mesh on the sphere.
pub(super) struct Outlines<'a> {
    pub(super) mesh: &'a MeshGrid,
    pub(super) sphere: &'a AuthalicSphere,
    pub(super) nodes: &'a [Vector],
}

impl Outlines<'_> {
    /// Adds the convex parts of a face, or of the cells of its nodes.
    fn add(&self, face: usize, mut cells: Cells<3>) -> Result<Cells<3>> {
        let (outline, positions) = self.outline(face)?;
        if outline.len() < 3 {
            return Ok(cells);
        }
        let area = vector::polygon_area(&outline);
        let broken = |problem: &str| GridError::Cell { cell: face, problem: problem.into() };
        match self.mesh.location() {
            Location::Faces => {
                let counter_clockwise: Vec<Vector> =
                    if area < 0.0 { outline.iter().rev().copied().collect() } else { outline };
                for part in convex_parts(&counter_clockwise).ok_or_else(|| broken("its outline crosses itself"))? {
                    cells.push(face, part);
                }
            }
            Location::Nodes => {
                let centre = self.centre(face)?;
                for (node, part) in dual_parts(&outline, &positions, self.mesh.face(face), centre) {
                    let is_clockwise = vector::polygon_area(&part) < 0.0;
                    let part = if is_clockwise { part.into_iter().rev().collect() } else { part };
                    for part in convex_parts(&part).ok_or_else(|| broken("its outline crosses itself"))? {
                        cells.push(node as usize, part);
                    }
                }
            }
        }
        Ok(cells)
    }

    /// The mean of the nodes of a face, each once however its edges are cut: on the map when there is one.
    pub(super) fn centre(&self, face: usize) -> Result<Vector> {
        let nodes = self.mesh.face(face);
        if self.mesh.crs().is_geographic() {
            return Ok(normalised(nodes.iter().fold([0.0; 3], |sum, &node| plus(sum, self.nodes[node as usize]))));
        }
        let (x, y) = self.mesh.nodes();
        let mean = |values: &[f64]| nodes.iter().map(|&node| values[node as usize]).sum::<f64>() / nodes.len() as f64;
        Ok(self.mesh.crs().unit_vectors(self.sphere, &[mean(x)], &[mean(y)])?[0])
    }

    /// Corners of a face with those that cut its edges, and the positions of its nodes among them.
    pub(super) fn outline(&self, face: usize) -> Result<(Vec<Vector>, Vec<usize>)> {
        let nodes = self.mesh.face(face);
        let (mut outline, mut positions) = (Vec::with_capacity(nodes.len()), Vec::with_capacity(nodes.len()));
        for (at, &node) in nodes.iter().enumerate() {
            let next = nodes[(at + 1) % nodes.len()];
            let (here, there) = (self.nodes[node as usize], self.nodes[next as usize]);
            if here == there && self.mesh.location() == Location::Faces {
                continue;
            }
            positions.push(outline.len());
            outline.push(here);
            self.add_cuts(node as usize, next as usize, &mut outline)?;
        }
        Ok((outline, positions))
    }

    /// Points between two nodes where the edge is no great circle.
    fn add_cuts(&self, from: usize, to: usize, outline: &mut Vec<Vector>) -> Result<()> {
        let (x, y) = self.mesh.nodes();
        let is_curved = match self.mesh.crs() {
            Crs::Geographic(_) => self.mesh.edges() == Edges::Parallels && y[from] == y[to],
            _ => true,
        };
        if !is_curved {
            return Ok(());
        }
        let (here, there) = (self.nodes[from], self.nodes[to]);
        let turn = if self.mesh.crs().is_geographic() { 360.0 * ((x[to] - x[from]) / 360.0).round() } else { 0.0 };
        let between =
            |fraction: f64| (x[from] + fraction * (x[to] - turn - x[from]), y[from] + fraction * (y[to] - y[from]));
        let middle = between(0.5);
        let on_edge = self.mesh.crs().unit_vectors(self.sphere, &[middle.0], &[middle.1])?[0];
        let apart = minus(on_edge, normalised(plus(here, there)));
        let chord = minus(there, here);
        let ratio = (dot(apart, apart) / dot(chord, chord)).sqrt();
        let pieces = if ratio <= SAGITTA { 1 } else { (ratio / SAGITTA).sqrt().ceil().min(64.0) as usize };
        for piece in 1..pieces {
            // The same points from either side: fractions count from the lower node.
            let fraction = if from < to { piece as f64 } else { (pieces - piece) as f64 } / pieces as f64;
            let (x, y) = if from < to {
                between(fraction)
            } else {
                (x[to] - turn + fraction * (x[from] - (x[to] - turn)), y[to] + fraction * (y[from] - y[to]))
            };
            outline.push(self.mesh.crs().unit_vectors(self.sphere, &[x], &[y])?[0]);
        }
        Ok(())
    }
}
