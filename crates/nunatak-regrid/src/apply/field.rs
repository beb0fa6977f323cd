//! Weights applied to one field in memory.

use nunatak_array::Numbers;

use super::interleave::Fields;
use super::work::Work;
use crate::cell_block::CellBlock;
use crate::error::Result;
use crate::options::MissingPolicy;
use crate::weights::Weights;

impl Weights {
    /// One field on the source grid, flat (y, x), brought to the target grid.
    ///
    /// # Errors
    /// [`RegridError::Size`](crate::RegridError::Size) when the field has another number of cells than the source.
    pub fn apply(&self, field: &[f64], missing: MissingPolicy) -> Result<Vec<f64>> {
        self.check_size("a field", field.len())?;
        let has_missing = field.iter().any(|value| value.is_nan());
        let reconstruction = if has_missing { self.reconstruction()? } else { None };
        let work = Work {
            weights: self,
            options: missing.into(),
            target: CellBlock::whole(self.target()),
            source: CellBlock::whole(self.source()),
            fields: Fields::new(Numbers::F64(field), field.len()),
            shares: None,
            areas: None,
            reconstruction: reconstruction.as_deref(),
        };
        Ok(work.run())
    }
}
