//! What missing values do to a target cell.

use serde::{Deserialize, Serialize};

use crate::error::{RegridError, Result};

/// What missing source values (NaN) and uncovered area do to a target cell.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MissingPolicy {
    skipna: bool,
    min_coverage: f64,
}

impl MissingPolicy {
    /// With `skipna`, missing source values are left out and the rest represent the whole cell; without, one missing
    /// value makes the cell missing. Either way a cell is missing when its weights that count (its covered and valid
    /// fraction) sum to less than `min_coverage`, or to nothing.
    ///
    /// # Errors
    /// [`RegridError::Coverage`] unless `min_coverage` is from 0 to 1.
    pub fn new(skipna: bool, min_coverage: f64) -> Result<Self> {
        if !(0.0..=1.0).contains(&min_coverage) {
            return Err(RegridError::Coverage { found: min_coverage });
        }
        Ok(Self { skipna, min_coverage })
    }

    /// Whether missing source values are left out.
    pub fn skipna(&self) -> bool {
        self.skipna
    }

    /// Smallest covered and valid fraction of a cell that has a value.
    pub fn min_coverage(&self) -> f64 {
        self.min_coverage
    }
}

impl Default for MissingPolicy {
    fn default() -> Self {
        Self { skipna: true, min_coverage: 0.5 }
    }
}
