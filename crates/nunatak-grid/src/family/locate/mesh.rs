//! Points in the cells of a mesh: a tree of boxes, and outlines.

use nunatak_parallel::map_values;

use super::super::mesh::{Location, MeshGrid};
use super::super::sphere_cells::Outlines;
use super::located::LocatedPoint;
use super::mesh_edges::{MeshEdges, QueryPoint, eastward};
use super::offsets::{east_and_north, on_map};
use crate::error::Result;
use crate::geometry::box_tree::{Bounds, BoxTree};
use crate::geometry::convex_parts::side;
use crate::geometry::median_dual::dual_parts;
use crate::geometry::vector::{Vector, polygon_area};

/// Distance (m on a map, radians on the sphere) within which a point that no face holds is on the outline of one: what
/// round-off leaves between edges that are the same but for their last digit.
const TOUCHING_ON_MAP: f64 = 6e-6;
const TOUCHING_ON_GLOBE: f64 = 1e-12;

/// Degrees of a parallel between the points that a box about it holds.
const PARALLEL_STEP: f64 = 15.0;

#[derive(Debug)]
pub(super) struct MeshLocator<'a> {
    edges: MeshEdges<'a>,
    tree: Tree,
    /// For data on nodes: where the faces of each node begin, and the faces.
    faces_of_nodes: Option<(Vec<u32>, Vec<u32>)>,
}

#[derive(Debug)]
enum Tree {
    Map(BoxTree<2>),
    Globe(BoxTree<3>),
}

impl<'a> MeshLocator<'a> {
    pub(super) fn new(mesh: &'a MeshGrid) -> Result<Self> {
        let edges = MeshEdges::new(mesh)?;
        let tree = if mesh.crs().is_geographic() {
            let boxes = map_values(mesh.faces(), |face| Bounds::of_polygon(&edges.points_of(face)));
            Tree::Globe(BoxTree::new(&boxes))
        } else {
            let (x, y) = mesh.nodes();
            let corners = |face| mesh.face(face).iter().map(|&node| [x[node as usize], y[node as usize]]);
            let boxes = map_values(mesh.faces(), |face| Bounds::around(&corners(face).collect::<Vec<_>>(), 0.0));
            Tree::Map(BoxTree::new(&boxes))
        };
        let faces_of_nodes = (mesh.location() == Location::Nodes).then(|| faces_of_nodes(mesh));
        Ok(Self { edges, tree, faces_of_nodes })
    }

    pub(super) fn locate(&self, longitude: &[f64], latitude: &[f64]) -> Result<Vec<Option<LocatedPoint>>> {
        let crs = self.edges.mesh.crs();
        if crs.is_geographic() {
            let points = longitude.iter().zip(latitude);
            return Ok(points.map(|(&longitude, &latitude)| self.on_globe(longitude, latitude)).collect());
        }
        let (x, y) = on_map(crs, longitude, latitude)?;
        Ok(x.iter().zip(&y).map(|(&x, &y)| self.on_map([x, y])).collect())
    }

    pub(super) fn on_map(&self, at: [f64; 2]) -> Option<LocatedPoint> {
        let cell = self.cell_at(&QueryPoint::Map(at))?;
        let mesh = self.edges.mesh;
        let (x, y) = mesh.nodes();
        let centre = match (mesh.location(), mesh.given_centres()) {
            (Location::Nodes, _) => [x[cell], y[cell]],
            (Location::Faces, Some((x, y))) => [x[cell], y[cell]],
            (Location::Faces, None) => self.edges.map_centre(mesh.face(cell)),
        };
        Some(LocatedPoint { cell, offset: [at[0] - centre[0], at[1] - centre[1]] })
    }

    fn on_globe(&self, longitude: f64, latitude: f64) -> Option<LocatedPoint> {
        let cell = self.cell_at(&QueryPoint::on_globe(&self.edges.sphere, longitude, latitude))?;
        let mesh = self.edges.mesh;
        let (x, y) = mesh.nodes();
        let centre = match (mesh.location(), mesh.given_centres()) {
            (Location::Nodes, _) => (x[cell], y[cell]),
            (Location::Faces, Some((x, y))) => (x[cell], y[cell]),
            (Location::Faces, None) => self.edges.sphere.longitude_latitude(self.edges.centre_vector(mesh.face(cell))),
        };
        let offset = east_and_north(&mesh.crs().ellipsoid(), centre, (longitude, latitude));
        Some(LocatedPoint { cell, offset })
    }

    /// The cell of lowest index that holds a point.
    fn cell_at(&self, point: &QueryPoint) -> Option<usize> {
        let mut near = Vec::new();
        let touching = match (point, &self.tree) {
            (QueryPoint::Map(at), Tree::Map(tree)) => {
                tree.search(&Bounds::around(&[*at], TOUCHING_ON_MAP), |face| near.push(face));
                TOUCHING_ON_MAP
            }
            (QueryPoint::Globe { at, .. }, Tree::Globe(tree)) => {
                tree.search(&Bounds::around(&[*at], TOUCHING_ON_GLOBE), |face| near.push(face));
                TOUCHING_ON_GLOBE
            }
            _ => return None,
        };
        let holding = near.iter().copied().filter(|&face| self.edges.holds(face, point)).min();
        let is_touching = |face: &u32| self.edges.distance(*face, point) <= touching;
        let face = holding.or_else(|| near.iter().copied().filter(is_touching).min())?;
        match self.edges.mesh.location() {
            Location::Faces => Some(face as usize),
            Location::Nodes => self.edges.node_at(face, point).map(|node| node as usize),
        }
    }

    pub(super) fn cell_width(&self, cell: usize) -> Result<f64> {
        let Some((starts, faces)) = &self.faces_of_nodes else { return Ok(self.face_area(cell)?.sqrt()) };
        let mut faces = faces[starts[cell] as usize..starts[cell + 1] as usize].to_vec();
        faces.dedup();
        let parts: Result<Vec<f64>> = faces.iter().map(|&face| self.part_area(face as usize, cell)).collect();
        Ok(parts?.iter().sum::<f64>().sqrt())
    }

    fn face_area(&self, face: usize) -> Result<f64> {
        let MeshEdges { mesh, sphere, nodes } = &self.edges;
        if !mesh.crs().is_geographic() {
            return Ok(map_area(&self.map_outline(face)));
        }
        let (outline, _) = Outlines { mesh, sphere, nodes }.outline(face)?;
        Ok(polygon_area(&outline).abs() * sphere.radius_squared())
    }

    /// Area (m2) of the part of a face that belongs to one of its nodes.
    fn part_area(&self, face: usize, node: usize) -> Result<f64> {
        let MeshEdges { mesh, sphere, nodes } = &self.edges;
        let own = mesh.face(face);
        if !mesh.crs().is_geographic() {
            let (outline, positions) = (self.map_outline(face), (0..own.len()).collect::<Vec<_>>());
            let parts = dual_parts(&outline, &positions, own, self.edges.map_centre(own));
            return Ok(parts.iter().filter(|(other, _)| *other as usize == node).map(|(_, part)| map_area(part)).sum());
        }
        let outlines = Outlines { mesh, sphere, nodes };
        let (outline, positions) = outlines.outline(face)?;
        let parts = dual_parts(&outline, &positions, own, outlines.centre(face)?);
        let area = |part: &[Vector]| polygon_area(part).abs() * sphere.radius_squared();
        Ok(parts.iter().filter(|(other, _)| *other as usize == node).map(|(_, part)| area(part)).sum())
    }

    fn map_outline(&self, face: usize) -> Vec<[f64; 2]> {
        let (x, y) = self.edges.mesh.nodes();
        self.edges.mesh.face(face).iter().map(|&node| [x[node as usize], y[node as usize]]).collect()
    }
}

/// Area of a polygon of a map.
fn map_area(outline: &[[f64; 2]]) -> f64 {
    let Some(&first) = outline.first() else { return 0.0 };
    0.5 * outline.windows(2).map(|pair| side(first, pair[0], pair[1])).sum::<f64>().abs()
}

impl MeshEdges<'_> {
    /// Points that a box about a face of a geographic mesh has to hold: its corners, and points along parallels.
    fn points_of(&self, face: usize) -> Vec<Vector> {
        let nodes = self.mesh.face(face);
        let mut points: Vec<Vector> = nodes.iter().map(|&node| self.nodes[node as usize]).collect();
        let (x, y) = self.mesh.nodes();
        for (at, &from) in nodes.iter().enumerate() {
            let to = nodes[(at + 1) % nodes.len()];
            if !self.is_parallel(from, to) {
                continue;
            }
            let (start, span) = (x[from as usize], eastward(x[from as usize], x[to as usize]));
            let steps = (span.abs() / PARALLEL_STEP).ceil().max(2.0) as usize;
            let along = |step: usize| start + span * step as f64 / steps as f64;
            points.extend((1..steps).map(|step| self.sphere.unit_vector(along(step), y[from as usize])));
        }
        points
    }
}

/// The faces about each node: where those of each begin, and the faces.
fn faces_of_nodes(mesh: &MeshGrid) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0_u32; mesh.len() + 1];
    let (_, face_nodes) = mesh.face_nodes();
    face_nodes.iter().for_each(|&node| starts[node as usize + 1] += 1);
    for node in 0..mesh.len() {
        starts[node + 1] += starts[node];
    }
    let mut next = starts.clone();
    let mut faces = vec![0_u32; face_nodes.len()];
    for face in 0..mesh.faces() {
        for &node in mesh.face(face) {
            faces[next[node as usize] as usize] = face as u32;
            next[node as usize] += 1;
        }
    }
    (starts, faces)
}
