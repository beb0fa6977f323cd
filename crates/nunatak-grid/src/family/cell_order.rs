//! Comparison of two grids, cell by cell: whether they are one, and which cell of the one is which of the other.
//!
//! Two cells are the same when their systems are, and their values' places and all corners agree to a millionth of the
//! cell. This is the only comparison there is: data, masks, weights and saved weights go by it. Fields that come beside
//! data (masks, weights) often have left their bounds behind: of these the values' places count.

use nunatak_parallel::map_values;
use rayon::prelude::*;

use super::axis::Axis;
use super::grid::Grid;
use super::healpix::HealpixGrid;
use super::mesh::{Location, MeshGrid};
use super::rectilinear::RectilinearGrid;
use crate::crs::AuthalicSphere;
use crate::error::Result;
use crate::geometry::box_tree::{Bounds, BoxTree};
use crate::geometry::vector::{Vector, dot, minus};

/// Part of a cell by which two that are the same may differ.
const TOLERANCE: f64 = 1e-6;

/// Radii of the Earth within which places without cells are the same: some millimetres.
const SAME_PLACE: f64 = 1e-9;

impl Grid {
    /// Whether another grid has the same cells in the same order.
    ///
    /// # Errors
    /// [`crate::GridError::Projection`] for a node that the map does not have.
    pub fn is_same(&self, other: &Self) -> Result<bool> {
        if self == other {
            return Ok(true);
        }
        if self.shape() != other.shape() {
            return Ok(false);
        }
        let order = self.cells_in(other)?;
        Ok(order.is_some_and(|order| order.iter().enumerate().all(|(at, &cell)| at == cell)))
    }

    /// For every cell, the index of the same cell in another grid, which may have more cells, in any order; nothing
    /// when one is not there. For a hole of a mesh, which holds nothing, any index.
    ///
    /// # Errors
    /// [`crate::GridError::Projection`] for a node that the map does not have.
    ///
    /// # Examples
    /// ```
    /// use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};
    ///
    /// let axis = |centres: [f64; 2]| Axis::from_centres(centres.to_vec()).unwrap();
    /// let grid = |y| {
    ///     let crs = Crs::parse("EPSG:3031").unwrap();
    ///     Grid::Rectilinear(RectilinearGrid::new(crs, axis([0.0, 1e3]), axis(y)).unwrap())
    /// };
    /// let (south_first, north_first) = (grid([0.0, 1e3]), grid([1e3, 0.0]));
    /// assert_eq!(south_first.cells_in(&north_first).unwrap(), Some(vec![2, 3, 0, 1]));
    /// assert_eq!(south_first.cells_in(&grid([5e3, 6e3])).unwrap(), None);
    /// ```
    pub fn cells_in(&self, other: &Self) -> Result<Option<Vec<usize>>> {
        self.order_in(other, Compared::Cells)
    }

    /// For every cell, the index of the one with its value at the same place in another grid, whose edges may be others;
    /// as [`Self::cells_in`].
    ///
    /// # Errors
    /// As [`Self::cells_in`].
    pub fn places_in(&self, other: &Self) -> Result<Option<Vec<usize>>> {
        self.order_in(other, Compared::Places)
    }

    fn order_in(&self, other: &Self, compared: Compared) -> Result<Option<Vec<usize>>> {
        self.check_room("order", 4 * size_of::<usize>())?;
        match (self, other) {
            (Self::Rectilinear(own), Self::Rectilinear(other)) => Ok(of_axes(own, other, compared)),
            (Self::Healpix(own), Self::Healpix(other)) => Ok(of_healpix(own, other)),
            (Self::Mesh(own), Self::Mesh(other)) => of_meshes(own, other, compared),
            _ => Ok(None),
        }
    }
}

/// What two cells must have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compared {
    /// The places of their values, and all corners.
    Cells,
    /// The places of their values.
    Places,
}

fn of_axes(own: &RectilinearGrid, other: &RectilinearGrid, compared: Compared) -> Option<Vec<usize>> {
    if !own.crs().is_same(other.crs()) {
        return None;
    }
    let turn = own.crs().is_geographic().then_some(360.0);
    let rows = along(own.y(), other.y(), None, compared)?;
    let columns = along(own.x(), other.x(), turn, compared)?;
    let width = other.x().len();
    Some(rows.iter().flat_map(|row| columns.iter().map(move |column| row * width + column)).collect())
}

/// For every cell of an axis, the same of another; coordinates may be whole turns apart.
fn along(own: &Axis, other: &Axis, turn: Option<f64>, compared: Compared) -> Option<Vec<usize>> {
    let west = other.extent().0;
    let found = |cell: usize| {
        let (low, high) = own.cell(cell);
        let middle = own.centres()[cell];
        let shift = match turn {
            Some(turn) if other.locate(middle).is_none() => west + (middle - west).rem_euclid(turn) - middle,
            _ => 0.0,
        };
        let there = other.locate(middle + shift)?;
        let ((start, end), tolerance) = (other.cell(there), TOLERANCE * (high - low));
        let pairs = [(middle, other.centres()[there]), (low, start), (high, end)];
        let count = if compared == Compared::Cells { pairs.len() } else { 1 };
        pairs[..count].iter().all(|(own, other)| (own + shift - other).abs() <= tolerance).then_some(there)
    };
    (0..own.len()).map(found).collect()
}

fn of_healpix(own: &HealpixGrid, other: &HealpixGrid) -> Option<Vec<usize>> {
    let flattening = (own.ellipsoid().flattening() - other.ellipsoid().flattening()).abs();
    if own.level() != other.level() || flattening > 1e-9 {
        return None;
    }
    if other.cells().is_none() {
        return Some((0..own.len()).map(|cell| other.index_of_nested(own.nested_number_of(cell))).collect());
    }
    let mut there: Vec<(u64, usize)> = (0..other.len()).map(|cell| (other.nested_number_of(cell), cell)).collect();
    there.par_sort_unstable();
    let found = |cell: usize| {
        let number = own.nested_number_of(cell);
        there.binary_search_by_key(&number, |&(number, _)| number).ok().map(|at| there[at].1)
    };
    (0..own.len()).map(found).collect()
}

fn of_meshes(own: &MeshGrid, other: &MeshGrid, compared: Compared) -> Result<Option<Vec<usize>>> {
    let has_same_edges = own.edges() == other.edges() || compared == Compared::Places;
    if !own.crs().is_same(other.crs()) || own.location() != other.location() || !has_same_edges {
        return Ok(None);
    }
    let sphere = AuthalicSphere::new(&own.crs().ellipsoid());
    let (one, two) = (Faces::new(own, &sphere)?, Faces::new(other, &sphere)?);
    let compared = if own.location() == Location::Nodes { Compared::Cells } else { compared };
    if own.location() == Location::Nodes && (own.faces() == 0 || other.faces() == 0) {
        return Ok(of_places(&one.nodes, &two.nodes));
    }
    let Some(faces) = one.found_in(&two, compared) else { return Ok(None) };
    match own.location() {
        Location::Faces => Ok(Some(faces)),
        Location::Nodes => Ok(one.nodes_found_in(&two, &faces)),
    }
}

/// For every place that is no node of a face, the same among others: no cell says how near is near.
fn of_places(own: &[Vector], others: &[Vector]) -> Option<Vec<usize>> {
    let boxes: Vec<Bounds<3>> = others.iter().map(|&other| Bounds::around(&[other], 0.0)).collect();
    let tree = BoxTree::new(&boxes);
    let find = |cell: usize| {
        let (place, mut found) = (own[cell], None);
        tree.search(&Bounds::around(&[place], SAME_PLACE), |there| {
            let is_nearer = found.is_none_or(|before: usize| there as usize <= before);
            if is_nearer && apart(place, others[there as usize]) <= SAME_PLACE {
                found = Some(there as usize);
            }
        });
        found
    };
    map_values(own.len(), find).into_iter().collect()
}

/// Faces of a mesh in space.
struct Faces<'a> {
    mesh: &'a MeshGrid,
    nodes: Vec<Vector>,
    /// Where the values are, or the middles of the faces when these are on the nodes.
    centres: Vec<Vector>,
    /// Farthest corner of each face from its centre.
    sizes: Vec<f64>,
}

impl<'a> Faces<'a> {
    fn new(mesh: &'a MeshGrid, sphere: &AuthalicSphere) -> Result<Self> {
        let nodes = mesh.node_vectors(sphere)?;
        let on_faces = |mesh: &MeshGrid| Grid::Mesh(mesh.clone()).centres_on_sphere(sphere);
        let centres = match mesh.location() {
            Location::Faces => on_faces(mesh)?,
            Location::Nodes => on_faces(&mesh.clone().on_faces())?,
        };
        let size = |face: usize| {
            let reach = |&node: &u32| apart(nodes[node as usize], centres[face]);
            mesh.face(face).iter().map(reach).fold(0.0, f64::max)
        };
        let sizes = map_values(mesh.faces(), size);
        Ok(Self { mesh, nodes, centres, sizes })
    }

    fn corners(&self, face: usize) -> impl Iterator<Item = Vector> + '_ {
        self.mesh.face(face).iter().map(|&node| self.nodes[node as usize])
    }

    /// Whether a face is the same as one of another mesh, from whichever corner and whichever way it is gone round.
    fn is_same(&self, face: usize, other: &Self, there: usize, compared: Compared) -> bool {
        let tolerance = TOLERANCE * self.sizes[face];
        let is_near = |one: Vector, two: Vector| apart(one, two) <= tolerance;
        let (own, found) = (self.mesh.face(face), other.mesh.face(there));
        if own.is_empty() || found.is_empty() {
            return own.is_empty() && found.is_empty();
        }
        let has_same_place = is_near(self.centres[face], other.centres[there]);
        if compared == Compared::Places {
            return has_same_place;
        }
        has_same_place
            && own.len() == found.len()
            && self.corners(face).all(|corner| other.corners(there).any(|other| is_near(corner, other)))
    }

    /// For every face, the same of another mesh; for a hole any.
    fn found_in(&self, other: &Self, compared: Compared) -> Option<Vec<usize>> {
        let count = self.mesh.faces();
        if count == other.mesh.faces()
            && map_values(count, |face| self.is_same(face, other, face, compared)).into_iter().all(|is_same| is_same)
        {
            return Some((0..count).collect());
        }
        let boxes: Vec<Bounds<3>> = other.centres.iter().map(|&centre| Bounds::around(&[centre], 0.0)).collect();
        let tree = BoxTree::new(&boxes);
        let find = |face: usize| {
            if self.mesh.face(face).is_empty() {
                return Some(0);
            }
            let mut found = None;
            let wanted = Bounds::around(&[self.centres[face]], TOLERANCE * self.sizes[face]);
            tree.search(&wanted, |there| {
                if found.is_none() && self.is_same(face, other, there as usize, compared) {
                    found = Some(there as usize);
                }
            });
            found
        };
        map_values(count, find).into_iter().collect()
    }

    /// For every node, the same of another mesh, whose faces are found; for a node of no face the one of its number.
    fn nodes_found_in(&self, other: &Self, faces: &[usize]) -> Option<Vec<usize>> {
        let mut order: Vec<usize> = (0..self.nodes.len()).collect();
        for (face, &there) in faces.iter().enumerate() {
            for &node in self.mesh.face(face) {
                let tolerance = TOLERANCE * self.sizes[face];
                let is_same = |other_node: &&u32| {
                    apart(self.nodes[node as usize], other.nodes[**other_node as usize]) <= tolerance
                };
                order[node as usize] = *other.mesh.face(there).iter().find(is_same)? as usize;
            }
        }
        order.iter().all(|&node| node < other.nodes.len()).then_some(order)
    }
}

fn apart(one: Vector, two: Vector) -> f64 {
    let between = minus(one, two);
    dot(between, between).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Crs, Ellipsoid, HealpixOrder};

    fn order(own: &Grid, other: &Grid) -> Option<Vec<usize>> {
        own.cells_in(other).unwrap()
    }

    fn axes(x: &[f64], y: &[f64], crs: &str) -> Grid {
        let axis = |values: &[f64]| Axis::from_centres(values.to_vec()).unwrap();
        Grid::Rectilinear(RectilinearGrid::new(Crs::parse(crs).unwrap(), axis(x), axis(y)).unwrap())
    }

    #[test]
    fn longitudes_are_the_same_a_turn_apart() {
        let (east, both) = (
            axes(&[45.0, 135.0, 225.0, 315.0], &[-45.0, 45.0], "EPSG:4326"),
            axes(&[-135.0, -45.0, 45.0, 135.0], &[45.0, -45.0], "EPSG:4326"),
        );
        assert_eq!(order(&east, &both), Some(vec![6, 7, 4, 5, 2, 3, 0, 1]));
        assert!(!east.is_same(&both).unwrap() && east.is_same(&east).unwrap());
        let wider = axes(&[-1e3, 0.0, 1e3, 2e3], &[0.0, 1e3], "EPSG:3031");
        assert_eq!(order(&axes(&[0.0, 1e3], &[0.0, 1e3], "EPSG:3031"), &wider), Some(vec![1, 2, 5, 6]));
        assert_eq!(order(&wider, &axes(&[0.0, 1e3], &[0.0, 1e3], "EPSG:3031")), None);
        assert_eq!(order(&axes(&[0.0, 1e3], &[0.0, 1e3], "EPSG:3413"), &wider), None);
        assert_eq!(order(&axes(&[500.0, 1500.0], &[0.0, 1e3], "EPSG:3031"), &wider), None);
    }

    #[test]
    fn healpix_cells_go_by_their_numbers() {
        let grid = |order, cells| Grid::Healpix(HealpixGrid::new(1, order, Ellipsoid::WGS84, cells).unwrap());
        let (nested, ring) = (grid(HealpixOrder::Nested, None), grid(HealpixOrder::Ring, None));
        let there = order(&nested, &ring).unwrap();
        let centres = |grid: &Grid| {
            let Grid::Healpix(grid) = grid else { return Vec::new() };
            (0..grid.len()).map(|cell| grid.centre(cell)).collect::<Vec<_>>()
        };
        let (one, two) = (centres(&nested), centres(&ring));
        assert!(there.iter().enumerate().all(|(at, &cell)| apart(one[at], two[cell]) < 1e-15));
        let some = grid(HealpixOrder::Nested, Some(vec![7, 3]));
        assert_eq!(order(&some, &grid(HealpixOrder::Nested, Some(vec![3, 5, 7]))), Some(vec![2, 0]));
        assert_eq!(order(&nested, &some), None);
    }

    #[test]
    fn faces_and_nodes_are_found_wherever_they_are() {
        let crs = Crs::parse("EPSG:3031").unwrap();
        let (x, y) = ([0.0, 1e3, 1e3, 0.0, 2e3], [0.0, 0.0, 1e3, 1e3, 5e2]);
        let mesh = |order: [usize; 5], faces: [u32; 9]| {
            let pick = |values: [f64; 5]| order.map(|node| values[node]).to_vec();
            MeshGrid::new(crs.clone(), pick(x), pick(y), &[0, 3, 6, 9], &faces).unwrap()
        };
        let one = mesh([0, 1, 2, 3, 4], [0, 1, 2, 0, 2, 3, 1, 4, 2]);
        // Nodes and faces in another order, gone round from another corner and the other way.
        let two = mesh([4, 3, 2, 1, 0], [0, 2, 3, 3, 4, 2, 1, 2, 4]);
        let faces = |mesh: &MeshGrid| Grid::Mesh(mesh.clone());
        assert_eq!(order(&faces(&one), &faces(&two)), Some(vec![1, 2, 0]));
        assert!(!faces(&one).is_same(&faces(&two)).unwrap());
        let nodes = |mesh: &MeshGrid| Grid::Mesh(mesh.clone().on_nodes());
        assert_eq!(order(&nodes(&one), &nodes(&two)), Some(vec![4, 3, 2, 1, 0]));
        // The same nodes with the other diagonal are another mesh.
        let other = mesh([0, 1, 2, 3, 4], [0, 1, 3, 1, 2, 3, 1, 4, 2]);
        assert_eq!((order(&faces(&one), &faces(&other)), order(&nodes(&one), &nodes(&other))), (None, None));
    }
}
