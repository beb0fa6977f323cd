//! Weights without some of the source cells.

use std::sync::Arc;

use nunatak_grid::Grid;
use nunatak_parallel::map_each;

use super::compute::check_count;
use super::matrix::{Origin, Weights};
use crate::construct::reconstruction;
use crate::csr::CsrRows;
use crate::error::Result;
use crate::options::Method;

/// Rows that one task masks.
const ROWS_PER_TASK: usize = 4096;

impl Weights {
    /// The same weights without the source cells whose mask is false.
    ///
    /// Fields do not vary within the neighbours of such a cell (second-order weights that were made here); other
    /// weights are those of the cells that are left.
    ///
    /// # Errors
    /// [`crate::RegridError::Size`] when the mask has another number of cells than the source.
    pub fn masked(&self, mask: &[bool]) -> Result<Self> {
        self.check_size("a mask", mask.len())?;
        let left = |cell: usize| mask[cell] && self.mask.as_ref().is_none_or(|before| before[cell] != 0);
        let mask: Vec<bool> = (0..mask.len()).map(left).collect();
        if self.has_reconstruction() {
            let masked = Self::second_order_masked(&self.source, &self.target, &mask)?;
            return Ok(Self { reconstruction: Arc::clone(&self.reconstruction), ..masked });
        }
        let rows = self.rows_without(&mask);
        let mut masked = Self::assemble(self.source.clone(), self.target.clone(), self.method, rows);
        masked.mask = Some(as_bytes(&mask));
        masked.origin = self.origin;
        Ok(masked)
    }

    fn rows_without(&self, mask: &[bool]) -> Vec<CsrRows> {
        let starts: Vec<usize> = (0..self.target.len()).step_by(ROWS_PER_TASK).collect();
        map_each(starts, |first| {
            let mut rows = CsrRows::default();
            for row in first..(first + ROWS_PER_TASK).min(self.target.len()) {
                let entries = self.row_starts[row]..self.row_starts[row + 1];
                let entries = self.cells[entries.clone()].iter().zip(&self.values[entries]);
                let kept = entries.filter(|(cell, _)| mask[**cell as usize]);
                rows.push_signed(kept.map(|(&cell, &value)| (cell, value)));
            }
            rows
        })
    }

    /// Second-order weights without the source cells whose mask is false.
    pub(crate) fn second_order_masked(source: &Grid, target: &Grid, mask: &[bool]) -> Result<Self> {
        check_count(source, target)?;
        let rows = reconstruction::rows(source, target, Some(mask))?;
        let weights = Self::assemble(source.clone(), target.clone(), Method::Conservative2, rows);
        Ok(Self { mask: Some(as_bytes(mask)), origin: Origin::Computed, ..weights })
    }
}

fn as_bytes(mask: &[bool]) -> Arc<[u8]> {
    mask.iter().map(|&keep| u8::from(keep)).collect()
}
