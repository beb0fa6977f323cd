//! Cells in rows and columns with their centres, and meshes of them: from corners that are given, or inferred.

use crate::{Crs, MeshGrid, Result};

use super::corners::{Corners, geographic_corners, map_corners};
use super::horizontal::RecognitionWarning;
use super::missing_places::CellPlaces;
use super::polygons::{Faces, MeshOptions, NONE, merged, mesh_of_connectivity, mesh_of_corners};
use super::source::unrecognised;

/// Centres of cells in rows and columns, NaN where a cell has none.
#[derive(Debug)]
pub(super) struct CentredCells {
    pub(super) x: Vec<f64>,
    pub(super) y: Vec<f64>,
    /// Rows and columns.
    pub(super) shape: [usize; 2],
    pub(super) is_geographic: bool,
    /// How messages name them.
    pub(super) what: String,
    /// Cells without a centre.
    pub(super) is_missing: Vec<bool>,
    /// Those among them that had one, which cannot be theirs.
    pub(super) is_doubtful: Vec<bool>,
}

impl CentredCells {
    /// Finds the cells without a place, and takes the places that stand for missing ones away.
    ///
    /// # Errors
    /// [`crate::GridError::Unrecognised`] when no cell has one.
    pub(super) fn find_missing(&mut self, warnings: &mut Vec<RecognitionWarning>) -> Result<()> {
        let Self { x, y, shape: [rows, columns], is_geographic, what, .. } = &*self;
        let places = CellPlaces { x, y, columns: (*columns).max(1), is_geographic: *is_geographic };
        let missing = places.missing();
        if !missing.is_missing.contains(&false) {
            return Err(unrecognised(format!(
                "{what}: none of the {rows} x {columns} cells has coordinates: they are missing, fill values, or all one \
                 place"
            )));
        }
        warnings.extend(missing.warning(&places, what).map(RecognitionWarning::Grid));
        let mut is_doubtful = vec![false; missing.is_missing.len()];
        missing.doubtful.iter().for_each(|&at| is_doubtful[at] = true);
        for (at, _) in missing.is_missing.iter().enumerate().filter(|(_, is_missing)| **is_missing) {
            (self.x[at], self.y[at]) = (f64::NAN, f64::NAN);
        }
        (self.is_missing, self.is_doubtful) = (missing.is_missing, is_doubtful);
        Ok(())
    }

    /// Corners (rows + 1, columns + 1) midway between the centres.
    ///
    /// # Errors
    /// [`crate::GridError::Unrecognised`] for fewer than 2 x 2 cells.
    pub(super) fn inferred(&self) -> Result<Corners> {
        let infer = if self.is_geographic { geographic_corners } else { map_corners };
        infer(&self.x, &self.y, self.shape, &self.what)
    }

    /// Corners (rows + 1, columns + 1) of a file, with those inferred in place of missing ones.
    ///
    /// # Errors
    /// As [`Self::inferred`].
    pub(super) fn completed(&self, (mut x, mut y): Corners) -> Result<Corners> {
        let columns = self.shape[1] + 1;
        let missing = CellPlaces { x: &x, y: &y, columns, is_geographic: self.is_geographic }.missing().is_missing;
        if !missing.contains(&true) {
            return Ok((x, y));
        }
        let (other_x, other_y) = self.inferred()?;
        for (at, _) in missing.iter().enumerate().filter(|(_, is_missing)| **is_missing) {
            (x[at], y[at]) = (other_x[at], other_y[at]);
        }
        Ok((x, y))
    }

    /// A mesh from corners (rows + 1, columns + 1); those at one place, at seams and poles, are one node. Cells without
    /// a centre are holes, and so are those without neighbours that would tell how wide they are.
    ///
    /// # Errors
    /// As [`mesh_of_connectivity`].
    pub(super) fn mesh(&self, crs: Crs, (x, y): Corners, warnings: &mut Vec<RecognitionWarning>) -> Result<MeshGrid> {
        let merged = merged(&crs, &x, &y);
        let [rows, columns] = self.shape;
        let at = |row: usize, column: usize| merged.numbers[row * (columns + 1) + column];
        let mut nodes = Vec::with_capacity(4 * rows * columns);
        let mut unknown = 0;
        for row in 0..rows {
            for column in 0..columns {
                let face = [at(row, column), at(row, column + 1), at(row + 1, column + 1), at(row + 1, column)];
                let is_missing = self.is_missing[row * columns + column];
                unknown += usize::from(!is_missing && face.contains(&NONE));
                nodes.extend(if is_missing { [NONE; 4] } else { face });
            }
        }
        if unknown > 0 {
            warnings.push(RecognitionWarning::Grid(format!(
                "{}: {unknown} of {} have coordinates, but no corners, and no neighbours from which these could be \
                 inferred; they have no area and hold nothing. Add bounds (y, x, 4)",
                self.what,
                rows * columns,
            )));
        }
        let faces = Faces { nodes, corners: 4 }.without_incomplete();
        let nodes = merged.places.iter().map(|&place| (x[place], y[place])).unzip();
        mesh_of_connectivity(crs, nodes, faces, &self.what, self.options(), warnings)
    }

    /// A mesh from the corners (rows, columns, corner) of each cell. Cells with corners and no centre have it in their
    /// middle, unless the place they had was that of others.
    ///
    /// # Errors
    /// As [`mesh_of_corners`].
    pub(super) fn mesh_of_bounds(
        &self,
        crs: Crs,
        (mut x, mut y): Corners,
        warnings: &mut Vec<RecognitionWarning>,
    ) -> Result<MeshGrid> {
        let corners = x.len() / self.is_missing.len().max(1);
        let cells = x.chunks_exact_mut(corners.max(1)).zip(y.chunks_exact_mut(corners.max(1))).enumerate();
        for (cell, (x, y)) in cells.filter(|(cell, _)| self.is_missing[*cell]) {
            let is_one_place = x.iter().all(|own| *own == x[0]) && y.iter().all(|own| *own == y[0]);
            let farthest = if self.is_geographic { 90.0 + 1e-6 } else { f64::INFINITY };
            let is_beyond = y.iter().any(|own| own.abs() > farthest);
            if self.is_doubtful[cell] || is_one_place || is_beyond {
                x.fill(f64::NAN);
                y.fill(f64::NAN);
            }
        }
        mesh_of_corners(crs, (&x, &y), corners, &self.what, self.options(), warnings)
    }

    fn options(&self) -> MeshOptions {
        let centres = Some((self.x.clone(), self.y.clone()));
        MeshOptions { shape: Some(self.shape), centres, ..MeshOptions::default() }
    }
}
