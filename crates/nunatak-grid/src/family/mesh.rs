//! Unstructured meshes and other grids of polygons.

use std::sync::Arc;

use nunatak_parallel::checkpoint;
use serde::{Deserialize, Serialize};

use crate::crs::{AuthalicSphere, Crs};
use crate::error::{GridError, Result};
use crate::geometry::vector::Vector;

/// Faces that are looked at between two looks whether the call was interrupted.
const FACES_PER_CHECKPOINT: usize = 4096;

/// Where on a mesh data are located.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Crs, Location, MeshGrid};
///
/// // A square in two triangles: a field has two values on its faces and four on its nodes.
/// let (x, y) = (vec![0.0, 1e3, 1e3, 0.0], vec![0.0, 0.0, 1e3, 1e3]);
/// let mesh = MeshGrid::new(Crs::parse("EPSG:3031")?, x, y, &[0, 3, 6], &[0, 1, 2, 0, 2, 3])?;
/// assert_eq!((mesh.location(), mesh.len()), (Location::Faces, 2));
/// let mesh = mesh.on_nodes();
/// assert_eq!((mesh.location(), mesh.len()), (Location::Nodes, 4));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Location {
    /// On its faces.
    Faces,
    /// On its nodes; the cell of a node is its median dual: bounded by the middles of the edges and the centroids of
    /// the faces about it.
    Nodes,
}

/// Edges of the faces of a mesh in longitude and latitude.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Crs, Edges, Grid, MeshGrid};
///
/// // Between nodes of 60 degrees north a great circle runs north of the parallel.
/// let (x, y) = (vec![0.0, 90.0, 90.0, 0.0], vec![0.0, 0.0, 60.0, 60.0]);
/// let straight = MeshGrid::new(Crs::parse("EPSG:4326")?, x, y, &[0, 4], &[0, 1, 2, 3])?;
/// let parallels = straight.clone().with_parallels();
/// assert_eq!((straight.edges(), parallels.edges()), (Edges::Straight, Edges::Parallels));
/// assert!(Grid::Mesh(straight).cell_areas()?[0] > Grid::Mesh(parallels).cell_areas()?[0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Edges {
    /// Great circles; straight lines of the map when the mesh is on one.
    Straight,
    /// Parallels between nodes of one latitude (reduced Gaussian grids), great circles else.
    Parallels,
}

/// Polygons that share nodes: unstructured meshes, curvilinear grids, reduced Gaussian grids.
///
/// Coordinates of nodes are metres on a map, degrees (longitude, latitude) in a geographic system. Faces may be
/// convex or not, and go round either way; they may not cross themselves. A face without nodes is a hole: a value
/// without area, which meets no other cell.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Crs, MeshGrid};
///
/// // A square cut in two: triangles of the nodes 0, 1, 2 and 0, 2, 3.
/// let (x, y) = (vec![0.0, 1e3, 1e3, 0.0], vec![0.0, 0.0, 1e3, 1e3]);
/// let mesh = MeshGrid::new(Crs::parse("EPSG:3031")?, x, y, &[0, 3, 6], &[0, 1, 2, 0, 2, 3])?;
/// assert_eq!(mesh.faces(), 2);
/// assert_eq!(mesh.face(1), [0, 2, 3]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeshGrid {
    crs: Crs,
    shape: Vec<usize>,
    location: Location,
    edges: Edges,
    topology: Arc<Topology>,
}

/// Nodes and faces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Topology {
    x: Vec<f64>,
    y: Vec<f64>,
    face_starts: Vec<u32>,
    face_nodes: Vec<u32>,
    centres: Option<(Vec<f64>, Vec<f64>)>,
}

impl MeshGrid {
    /// A mesh from coordinates of its nodes and the nodes of its faces: those of face `i` are in `face_nodes` from
    /// `face_starts[i]` to `face_starts[i + 1]`. A node that a face names again at once is dropped.
    ///
    /// # Errors
    /// [`GridError::Length`] for lists that do not belong together, [`GridError::NotFinite`] for a node that a face
    /// names, [`GridError::Cell`] for a face of fewer than three nodes, with a node that is not there, with a
    /// latitude beyond a pole, or with a coordinate beyond the Earth.
    pub fn new(crs: Crs, x: Vec<f64>, y: Vec<f64>, face_starts: &[u32], face_nodes: &[u32]) -> Result<Self> {
        if x.len() != y.len() {
            return Err(GridError::Length { what: "coordinates of nodes", expected: x.len(), found: y.len() });
        }
        let rising = face_starts.windows(2).all(|pair| pair[0] <= pair[1]);
        if face_starts.first() != Some(&0)
            || face_starts.last().map(|&end| end as usize) != Some(face_nodes.len())
            || !rising
        {
            return Err(GridError::Length {
                what: "nodes of the faces",
                expected: face_starts.last().map_or(0, |&end| end as usize),
                found: face_nodes.len(),
            });
        }
        let (mut starts, mut nodes) = (Vec::with_capacity(face_starts.len()), Vec::with_capacity(face_nodes.len()));
        starts.push(0_u32);
        for (cell, ends) in face_starts.windows(2).enumerate() {
            if cell.is_multiple_of(FACES_PER_CHECKPOINT) {
                checkpoint();
            }
            let face = &face_nodes[ends[0] as usize..ends[1] as usize];
            push_face(cell, face, (&x, &y), &crs, &mut nodes)?;
            starts.push(nodes.len() as u32);
        }
        let shape = vec![starts.len() - 1];
        let topology = Arc::new(Topology { x, y, face_starts: starts, face_nodes: nodes, centres: None });
        Ok(Self { crs, shape, location: Location::Faces, edges: Edges::Straight, topology })
    }

    /// The same with data on the nodes.
    #[must_use]
    pub fn on_nodes(mut self) -> Self {
        self.shape = vec![self.topology.x.len()];
        self.location = Location::Nodes;
        self
    }

    /// The same with data on the faces, in one row.
    #[must_use]
    pub(crate) fn on_faces(mut self) -> Self {
        self.shape = vec![self.faces()];
        self.location = Location::Faces;
        self
    }

    /// The same with parallels for edges between nodes of one latitude.
    #[must_use]
    pub fn with_parallels(mut self) -> Self {
        self.edges = Edges::Parallels;
        self
    }

    /// The same with faces in rows and columns, as a curvilinear grid has them.
    ///
    /// # Errors
    /// [`GridError::Length`] when their product is another number.
    pub fn with_shape(mut self, rows: usize, columns: usize) -> Result<Self> {
        if rows.checked_mul(columns) != Some(self.len()) {
            return Err(GridError::Length { what: "cells", expected: rows.saturating_mul(columns), found: self.len() });
        }
        self.shape = vec![rows, columns];
        Ok(self)
    }

    /// The same with these centres of the faces, instead of the faces' centroids. Those of holes may be any.
    ///
    /// # Errors
    /// [`GridError::Length`] when there are not as many as faces, [`GridError::NotFinite`] for one of a face that is no
    /// hole.
    pub fn with_centres(mut self, mut x: Vec<f64>, mut y: Vec<f64>) -> Result<Self> {
        for list in [&mut x, &mut y] {
            if list.len() != self.faces() {
                return Err(GridError::Length { what: "centres of faces", expected: self.faces(), found: list.len() });
            }
            for (index, value) in list.iter_mut().enumerate().filter(|(_, value)| !value.is_finite()) {
                if !self.face(index).is_empty() {
                    return Err(GridError::NotFinite { index, value: *value });
                }
                // Grids that differ in what stands for nothing are the same.
                *value = 0.0;
            }
        }
        let mut topology = Arc::unwrap_or_clone(self.topology);
        topology.centres = Some((x, y));
        self.topology = Arc::new(topology);
        Ok(self)
    }

    /// Whether the cell at an index is a hole: it has no nodes, and holds nothing. Cells of nodes are none.
    pub fn is_hole(&self, index: usize) -> bool {
        self.location == Location::Faces && self.face(index).is_empty()
    }

    /// Coordinate reference system of the nodes.
    pub fn crs(&self) -> &Crs {
        &self.crs
    }

    /// Axes of data on it: one of cells, or rows and columns.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Number of values of a field.
    #[expect(clippy::len_without_is_empty, reason = "a grid has a cell")]
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Number of faces.
    pub fn faces(&self) -> usize {
        self.topology.face_starts.len() - 1
    }

    /// Where data are located.
    pub fn location(&self) -> Location {
        self.location
    }

    /// What edges between nodes are.
    pub fn edges(&self) -> Edges {
        self.edges
    }

    /// x or longitude, and y or latitude, of the nodes.
    pub fn nodes(&self) -> (&[f64], &[f64]) {
        (&self.topology.x, &self.topology.y)
    }

    /// Nodes of a face, round it either way.
    pub fn face(&self, face: usize) -> &[u32] {
        let starts = &self.topology.face_starts;
        &self.topology.face_nodes[starts[face] as usize..starts[face + 1] as usize]
    }

    /// Where the nodes of each face begin, and the nodes of all faces.
    pub fn face_nodes(&self) -> (&[u32], &[u32]) {
        (&self.topology.face_starts, &self.topology.face_nodes)
    }

    /// Centres of the faces that were given, in the mesh's own coordinates.
    pub fn given_centres(&self) -> Option<(&[f64], &[f64])> {
        self.topology.centres.as_ref().map(|(x, y)| (&x[..], &y[..]))
    }

    /// Centres of the faces that were given, NaN where the face is a hole: what a file has there is no place.
    pub fn centres_of_cells(&self) -> Option<(Vec<f64>, Vec<f64>)> {
        let (x, y) = self.given_centres()?;
        let of_cells = |values: &[f64]| -> Vec<f64> {
            let own = |(face, &value): (usize, &f64)| if self.face(face).is_empty() { f64::NAN } else { value };
            values.iter().enumerate().map(own).collect()
        };
        Some((of_cells(x), of_cells(y)))
    }

    /// Unit vectors of the nodes on an authalic sphere.
    ///
    /// # Errors
    /// [`GridError::Projection`] for a point that the map does not have.
    pub(crate) fn node_vectors(&self, sphere: &AuthalicSphere) -> Result<Vec<Vector>> {
        self.crs.unit_vectors(sphere, &self.topology.x, &self.topology.y)
    }
}

/// Adds the nodes of a face without repeats.
fn push_face(cell: usize, face: &[u32], (x, y): (&[f64], &[f64]), crs: &Crs, nodes: &mut Vec<u32>) -> Result<()> {
    let start = nodes.len();
    if face.is_empty() {
        return Ok(());
    }
    for &node in face {
        let Some((&x, &y)) = x.get(node as usize).zip(y.get(node as usize)) else {
            let problem = format!("it names node {node}, there are {}", x.len());
            return Err(GridError::Cell { cell, problem });
        };
        if let Some(value) = [x, y].into_iter().find(|value| !value.is_finite()) {
            return Err(GridError::NotFinite { index: node as usize, value });
        }
        for value in [x, y] {
            let beyond = |error: GridError| GridError::Cell { cell, problem: format!("node {node}: {error}") };
            crs.check_coordinate(value).map_err(beyond)?;
        }
        if crs.is_geographic() && y.abs() > 90.0 + 1e-9 {
            let problem =
                format!("latitude {y} of node {node} is beyond the pole; are longitude and latitude swapped?");
            return Err(GridError::Cell { cell, problem });
        }
        if nodes[start..].last() != Some(&node) {
            nodes.push(node);
        }
    }
    while nodes.len() > start + 1 && nodes.last() == nodes.get(start) {
        nodes.pop();
    }
    let own = &nodes[start..];
    // No node follows itself, so three nodes are three different ones.
    let is_enough = own.len() == 3 || has_three_different(own);
    if !is_enough {
        let mut different = own.to_vec();
        different.sort_unstable();
        different.dedup();
        let problem = format!("it has {} different corners, expected at least 3", different.len());
        return Err(GridError::Cell { cell, problem });
    }
    Ok(())
}

fn has_three_different(nodes: &[u32]) -> bool {
    let Some(&first) = nodes.first() else { return false };
    let Some(&second) = nodes.iter().find(|&&node| node != first) else { return false };
    nodes.iter().any(|&node| node != first && node != second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Grid;

    #[test]
    fn a_face_without_nodes_is_a_hole() {
        let crs = Crs::parse("EPSG:3031").unwrap();
        let (x, y) = (vec![0.0, 1e3, 1e3, 0.0], vec![0.0, 0.0, 1e3, 1e3]);
        let faces: [u32; 6] = [0, 1, 2, 0, 2, 3];
        for (starts, holes) in [([0, 0, 3, 6, 6], [0, 3]), ([0, 3, 3, 6, 6], [1, 3]), ([0, 3, 6, 6, 6], [2, 3])] {
            let mesh = MeshGrid::new(crs.clone(), x.clone(), y.clone(), &starts, &faces).unwrap();
            let areas = Grid::Mesh(mesh.clone()).cell_areas().unwrap();
            for (cell, area) in areas.iter().enumerate() {
                assert_eq!(*area == 0.0, holes.contains(&cell), "{starts:?}: {areas:?}");
            }
            let cells = Grid::Mesh(mesh).cells_on_map().unwrap().unwrap();
            let owners: Vec<u32> = (0..cells.len()).map(|part| cells.owner(part)).collect();
            let there: Vec<u32> = (0..4).filter(|cell| !holes.contains(&(*cell as usize))).collect();
            assert_eq!(owners, there);
        }
    }
}
