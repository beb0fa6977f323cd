//! Weights without some of the source cells.

use std::sync::Arc;

use nunatak_grid::Grid;

use super::{Origin, Weights};
use crate::build::{self, Rows};
use crate::{Method, Result};

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
        if self.is_varying() {
            let masked = Self::second_order_masked(&self.source, &self.target, &mask)?;
            return Ok(Self { variation: Arc::clone(&self.variation), ..masked });
        }
        let rows = self.rows_without(&mask);
        let mut masked = Self::assemble(self.source.clone(), self.target.clone(), self.method, rows);
        masked.mask = Some(as_bytes(&mask));
        masked.origin = self.origin;
        Ok(masked)
    }

    fn rows_without(&self, mask: &[bool]) -> Vec<Rows> {
        let mut kept = Vec::new();
        let rows = self.row_starts.windows(2).map(|ends| {
            let mut rows = Rows::default();
            let entries = self.cells[ends[0]..ends[1]].iter().zip(&self.values[ends[0]..ends[1]]);
            kept.clear();
            kept.extend(entries.filter(|(cell, _)| mask[**cell as usize]).map(|(&cell, &value)| (cell, value)));
            rows.push_sum(&mut kept);
            rows
        });
        rows.collect()
    }

    /// Second-order weights without the source cells whose mask is false.
    pub(crate) fn second_order_masked(source: &Grid, target: &Grid, mask: &[bool]) -> Result<Self> {
        super::check_count(source, target)?;
        let rows = build::masked_second_order_rows(source, target, mask)?;
        let weights = Self::assemble(source.clone(), target.clone(), Method::Conservative2, rows);
        Ok(Self { mask: Some(as_bytes(mask)), origin: Origin::Made, ..weights })
    }
}

fn as_bytes(mask: &[bool]) -> Arc<[u8]> {
    mask.iter().map(|&keep| u8::from(keep)).collect()
}
