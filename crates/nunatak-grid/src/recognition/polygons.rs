//! Meshes from the corners of cells or from connectivity: polygons that share nodes.

use nunatak_parallel::map_values;
use rayon::prelude::*;

use crate::geometry::vector::{plus, times};
use crate::{Crs, GridError, MeshGrid, Result};

use super::boxes::check_widths;
use super::corners::{degrees, unit_vector};
use super::horizontal::RecognitionWarning;
use super::masks::CellMask;
use super::rows::remainder;
use super::source::unrecognised;
use super::wording::general;

/// Degrees or metres within which corners of two cells are one node.
const ROUNDING: f64 = 1e-10;
const MIXERS: [u64; 2] = [0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F];
/// No node.
pub(super) const NONE: i64 = -1;

/// Nodes of the faces of a mesh (face, corner), row by row; negative where a face has fewer corners.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Faces {
    pub(super) nodes: Vec<i64>,
    pub(super) corners: usize,
}

impl Faces {
    fn rows(&self) -> std::slice::ChunksExact<'_, i64> {
        self.nodes.chunks_exact(self.corners.max(1))
    }

    /// The same with holes in place of faces that a mask leaves out.
    fn masked(mut self, mask: &CellMask, what: &str) -> Result<Self> {
        let count = self.nodes.len() / self.corners.max(1);
        for (face, keep) in self.nodes.chunks_exact_mut(self.corners.max(1)).zip(mask.of_cells(count, what)?) {
            if !keep {
                face.fill(NONE);
            }
        }
        Ok(self)
    }

    /// The same with holes in place of faces that lack a node.
    pub(super) fn without_incomplete(mut self) -> Self {
        for face in self.nodes.chunks_exact_mut(self.corners.max(1)) {
            if face.iter().any(|node| *node < 0) {
                face.fill(NONE);
            }
        }
        self
    }
}

/// What a mesh has besides its nodes and faces.
#[derive(Debug, Default)]
pub(super) struct MeshOptions {
    /// Data stand on the nodes.
    pub(super) on_nodes: bool,
    /// Edges between nodes of one latitude are parallels.
    pub(super) parallels: bool,
    /// Rows and columns of the faces.
    pub(super) shape: Option<[usize; 2]>,
    /// Places of the values; those that are not finite are the middles of their cells.
    pub(super) centres: Option<(Vec<f64>, Vec<f64>)>,
    /// Which faces hold data; the others become holes.
    pub(super) mask: Option<CellMask>,
}

/// A mesh from the nodes of its faces.
///
/// Faces of fewer than three different nodes become holes, with a warning that names `what`; so do, without one, those
/// that a mask of the file leaves out.
///
/// # Errors
/// [`GridError::Unrecognised`] for nodes that are not there or not finite, or faces that are no polygons.
pub(super) fn mesh_of_connectivity(
    crs: Crs,
    (x, y): (Vec<f64>, Vec<f64>),
    faces: Faces,
    what: &str,
    options: MeshOptions,
    warnings: &mut Vec<RecognitionWarning>,
) -> Result<MeshGrid> {
    let faces = match &options.mask {
        Some(mask) => faces.masked(mask, what)?,
        None => faces,
    };
    let faces = without_degenerate(faces, what, warnings)?;
    let (starts, nodes) = listed(&faces);
    let build = || {
        let mut mesh = MeshGrid::new(crs, x, y, &starts, &nodes)?;
        if let Some((x, y)) = options.centres {
            let (x, y) = with_middles(&mesh, x, y);
            mesh = mesh.with_centres(x, y)?;
        }
        if let Some([rows, columns]) = options.shape {
            mesh = mesh.with_shape(rows, columns)?;
        }
        if options.parallels {
            mesh = mesh.with_parallels();
        }
        Ok(if options.on_nodes { mesh.on_nodes() } else { mesh })
    };
    build().map_err(|error: GridError| unrecognised(format!("{what}: {error}")))
}

/// Centres of faces, with the mean of the corners where one is not finite.
fn with_middles(mesh: &MeshGrid, mut x: Vec<f64>, mut y: Vec<f64>) -> (Vec<f64>, Vec<f64>) {
    let (node_x, node_y) = mesh.nodes();
    for (face, (x, y)) in x.iter_mut().zip(&mut y).enumerate().take(mesh.faces()) {
        let corners = mesh.face(face);
        if corners.is_empty() || (x.is_finite() && y.is_finite()) {
            continue;
        }
        let corner = |&node: &u32| match mesh.crs().is_geographic() {
            true => unit_vector(node_x[node as usize], node_y[node as usize]),
            false => [node_x[node as usize], node_y[node as usize], 0.0],
        };
        let sum = corners.iter().map(corner).fold([0.0; 3], plus);
        let middle = times(1.0 / corners.len() as f64, sum);
        (*x, *y) = if mesh.crs().is_geographic() { degrees(middle) } else { (middle[0], middle[1]) };
    }
    (x, y)
}

/// Where the nodes of each face begin, and the nodes of all.
fn listed(faces: &Faces) -> (Vec<u32>, Vec<u32>) {
    let mut starts = Vec::with_capacity(faces.nodes.len() / faces.corners.max(1) + 1);
    let mut nodes = Vec::with_capacity(faces.nodes.len());
    starts.push(0);
    for face in faces.rows() {
        nodes.extend(face.iter().filter(|node| **node >= 0).map(|&node| node as u32));
        starts.push(nodes.len() as u32);
    }
    (starts, nodes)
}

/// A mesh from the corners (cell, corner) of its cells; NaN where a cell has fewer corners, or none.
///
/// # Errors
/// As [`mesh_of_connectivity`], and for latitudes beyond a pole and boxes of half the globe.
pub(super) fn mesh_of_corners(
    crs: Crs,
    (x, y): (&[f64], &[f64]),
    corners: usize,
    what: &str,
    options: MeshOptions,
    warnings: &mut Vec<RecognitionWarning>,
) -> Result<MeshGrid> {
    if x.len() != y.len() || corners == 0 || !x.len().is_multiple_of(corners) {
        let problem = format!("{what}: {} corners along x and {} along y, {corners} for each cell", x.len(), y.len());
        return Err(unrecognised(problem));
    }
    if crs.is_geographic() {
        let farthest = y.iter().fold(
            0.0,
            |farthest: f64, &latitude| {
                if latitude.abs() > farthest.abs() { latitude } else { farthest }
            },
        );
        if farthest.abs() > 90.0 + 1e-6 {
            return Err(unrecognised(format!(
                "{what}: latitude {} of a corner is beyond the pole; are longitude and latitude swapped?",
                general(farthest),
            )));
        }
        check_widths((x, y), corners, options.centres.as_ref().map(|(x, _)| &x[..]), what)?;
    }
    let merged = merged(&crs, x, y);
    let faces = Faces { nodes: merged.numbers, corners };
    let nodes = merged.places.iter().map(|&place| (x[place], y[place])).unzip();
    mesh_of_connectivity(crs, nodes, faces, what, options, warnings)
}

/// Points without repeats.
pub(super) struct Merged {
    /// The index of the first of each.
    pub(super) places: Vec<usize>,
    /// For every point, its number among them; negative when it is not finite.
    pub(super) numbers: Vec<i64>,
}

/// Points without repeats. Longitudes a turn apart are one, and so are all at a pole.
pub(super) fn merged(crs: &Crs, x: &[f64], y: &[f64]) -> Merged {
    let is_geographic = crs.is_geographic();
    let turn = (360.0 / ROUNDING).round_ties_even();
    let key = |x: f64, y: f64| {
        let first = match is_geographic {
            true if y.abs() >= 90.0 - ROUNDING => 0.0,
            true => remainder((remainder(x, 360.0) / ROUNDING).round_ties_even(), turn),
            false => (x / ROUNDING).round_ties_even(),
        };
        // Different points get different keys, but for one pair in 2^64.
        let second = (y / ROUNDING).round_ties_even();
        let mixed = |rounded: f64, mixer: u64| (rounded as i64 as u64).wrapping_mul(mixer);
        mixed(first, MIXERS[0]).wrapping_add(mixed(second, MIXERS[1]))
    };
    let finite = |at: usize| (x[at].is_finite() && y[at].is_finite()).then(|| (key(x[at], y[at]), at));
    let mut keys: Vec<(u64, usize)> = map_values(x.len().min(y.len()), finite).into_iter().flatten().collect();
    keys.par_sort_unstable();
    let (mut places, mut numbers) = (Vec::new(), vec![NONE; x.len()]);
    for same in keys.chunk_by(|one, other| one.0 == other.0) {
        let number = places.len() as i64;
        places.push(same[0].1);
        same.iter().for_each(|&(_, at)| numbers[at] = number);
    }
    Merged { places, numbers }
}

/// Faces with holes in place of those that are no polygon.
fn without_degenerate(mut faces: Faces, what: &str, warnings: &mut Vec<RecognitionWarning>) -> Result<Faces> {
    let mut ordered: Vec<i64> = Vec::with_capacity(faces.corners);
    let mut has_three_different = |face: &[i64]| {
        if let [first, second, third] = *face {
            return face.iter().all(|node| *node >= 0) && first != second && second != third && third != first;
        }
        ordered.clear();
        ordered.extend(face.iter().filter(|node| **node >= 0));
        ordered.sort_unstable();
        ordered.dedup();
        ordered.len() >= 3
    };
    let flat: Vec<bool> = faces.rows().map(|face| !has_three_different(face)).collect();
    if !flat.contains(&true) {
        return Ok(faces);
    }
    if !flat.contains(&false) {
        return Err(unrecognised(format!("{what}: no cell has three different corners")));
    }
    let mut collapsed = faces.rows().zip(&flat).enumerate();
    let mut collapsed = collapsed.by_ref().filter(|(_, (face, flat))| **flat && face.iter().any(|node| *node >= 0));
    if let Some((first, _)) = collapsed.next() {
        warnings.push(RecognitionWarning::Grid(format!(
            "{what}: {} of {} cells have fewer than three different corners (the first is cell {first}); they have no \
             area and get no values",
            1 + collapsed.count(),
            flat.len(),
        )));
    }
    for (face, _) in faces.nodes.chunks_exact_mut(faces.corners).zip(&flat).filter(|(_, flat)| **flat) {
        face.fill(NONE);
    }
    Ok(faces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_at_seams_and_poles_are_one_node() {
        let x = [0.0, 360.0, -360.0, 10.0, 190.0, f64::NAN, 10.0 + 1e-12];
        let y = [5.0, 5.0, 5.0, 90.0, 90.0, 5.0, 5.0];
        let merged = merged(&Crs::parse("EPSG:4326").unwrap(), &x, &y);
        let same = |one: usize, other: usize| merged.numbers[one] == merged.numbers[other];
        assert!(same(0, 1) && same(0, 2) && same(3, 4) && !same(0, 3) && !same(0, 6));
        assert_eq!((merged.numbers[5], merged.places.len()), (NONE, 3));
        let mut places = merged.places;
        places.sort_unstable();
        assert_eq!(places, [0, 3, 6]);
    }

    #[test]
    fn faces_that_are_no_polygons_become_holes() {
        let crs = Crs::parse("EPSG:3031").unwrap();
        let nodes = (vec![0.0, 1e3, 1e3, 0.0], vec![0.0, 0.0, 1e3, 1e3]);
        let faces = |rows: &[[i64; 4]]| Faces { nodes: rows.concat(), corners: 4 };
        let mut warnings = Vec::new();
        let own = faces(&[[0, 1, 2, 3], [0, 1, 1, 0], [-1, -1, -1, -1], [0, 1, 2, -1]]);
        let options = MeshOptions::default;
        let mesh = mesh_of_connectivity(crs.clone(), nodes.clone(), own, "mesh", options(), &mut warnings).unwrap();
        assert_eq!((mesh.face(1), mesh.face(2), mesh.face(3)), (&[][..], &[][..], &[0, 1, 2][..]));
        let expected = "mesh: 1 of 4 cells have fewer than three different corners (the first is cell 1); they have no \
                        area and get no values";
        assert_eq!(warnings, [RecognitionWarning::Grid(expected.into())]);
        let none = mesh_of_connectivity(crs, nodes, faces(&[[0, 1, 1, 0]]), "mesh", options(), &mut warnings);
        assert_eq!(none.unwrap_err().to_string(), "mesh: no cell has three different corners");
    }
}
