//! Weights that are computed: between two grids, and for the target cells that these leave empty.

use std::sync::Arc;

use nunatak_array::has_room;
use nunatak_grid::Grid;

use super::matrix::Weights;
use crate::construct;
use crate::csr::CsrRows;
use crate::error::{RegridError, Result};
use crate::options::{Extrapolation, Method};

impl Weights {
    /// The weights between two grids. Rows of the target are computed in parallel; the result does not depend on the
    /// number of threads.
    ///
    /// # Errors
    /// [`RegridError::NoOverlap`], [`RegridError::TooLarge`], [`RegridError::Memory`], and errors of projections.
    pub fn new(source: &Grid, target: &Grid, method: Method) -> Result<Self> {
        check_count(source, target)?;
        check_memory(source, target, method)?;
        let rows = construct::rows(source, target, method)?;
        if rows.iter().all(CsrRows::is_empty) {
            return Err(RegridError::NoOverlap { origin: source.summary(), target: target.summary() });
        }
        Ok(Self::assemble(source.clone(), target.clone(), method, rows))
    }

    /// True areas (m2) of the source and the target cells between which conservative weights keep integrals: of first
    /// order, exact areas of rows and columns, and for other cells, and cells of other maps, those of the polygons of
    /// great circles that approximate them; of second order, polygons for all cells. Methods of points have those of
    /// first order.
    ///
    /// # Errors
    /// As [`Grid::cells_on_sphere`].
    pub fn regridded_areas(&self) -> Result<(Vec<f64>, Vec<f64>)> {
        construct::areas(&self.source, &self.target, self.method)
    }

    /// The same weights with a value for the target cells that have none, from the source values that the mask, if
    /// any, leaves.
    ///
    /// # Errors
    /// Errors of projections.
    pub fn extrapolated(&self, extrapolation: Extrapolation) -> Result<Self> {
        let has_none = |row: usize| self.row_starts[row] == self.row_starts[row + 1] && !self.target.is_hole(row);
        let empty: Vec<usize> = (0..self.target.len()).filter(|&row| has_none(row)).collect();
        let keep = |cell: usize| !self.source.is_hole(cell) && self.mask.as_ref().is_none_or(|mask| mask[cell] != 0);
        let added = construct::points::extrapolation::entries(&self.source, &self.target, keep, &empty, extrapolation)?;
        let mut added = added.into_iter();
        let mut rows = CsrRows::default();
        for (row, ends) in self.row_starts.windows(2).enumerate() {
            if has_none(row) {
                rows.push(added.next().unwrap_or_default());
            } else {
                rows.cells.extend(&self.cells[ends[0]..ends[1]]);
                rows.values.extend(&self.values[ends[0]..ends[1]]);
                rows.ends.push(rows.cells.len());
            }
        }
        let whole = Self::assemble(self.source.clone(), self.target.clone(), self.method, vec![rows]);
        Ok(Self {
            mask: self.mask.clone(),
            extrapolation,
            origin: self.origin,
            reconstruction: Arc::clone(&self.reconstruction),
            ..whole
        })
    }
}

pub(super) fn check_count(source: &Grid, target: &Grid) -> Result<()> {
    match [source, target].into_iter().find(|grid| u32::try_from(grid.len()).is_err()) {
        Some(grid) => Err(RegridError::TooLarge { cells: grid.len() }),
        None => Ok(()),
    }
}

/// Bytes of a row of weights: a place on the sphere, the end of the row in its block and among all rows.
pub(super) const ROW: u128 = 24 + 8 + 8;
/// Bytes of an entry: cell and weight, in a block of rows and among all of them.
const ENTRY: u128 = 2 * (4 + 8);

/// Asks for the memory that the weights of a target within the source take while they are made, before any is used: a
/// process that runs out of memory half way is lost with all that it held.
fn check_memory(source: &Grid, target: &Grid, method: Method) -> Result<()> {
    let (from, to) = (source.len() as u128, target.len() as u128);
    let entries = match method {
        Method::Bilinear => 4 * to,
        Method::Conservative | Method::Conservative2 => to + from,
        Method::InverseDistance(neighbours) => neighbours.count() as u128 * to,
        _ => to,
    };
    check_room(target, method, ROW * to + ENTRY * entries)
}

pub(super) fn check_room(target: &Grid, method: Method, bytes: u128) -> Result<()> {
    if has_room(bytes) {
        Ok(())
    } else {
        Err(RegridError::Memory { method: method.to_string(), cells: target.len(), bytes })
    }
}
