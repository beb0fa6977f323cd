//! What missing values do to a target cell.

use serde::{Deserialize, Serialize};

use crate::error::{RegridError, Result};

/// What missing source values (NaN) and uncovered area do to a target cell.
///
/// # Examples
///
/// ```
/// # use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};
/// use nunatak_regrid::{Method, MissingPolicy, Weights};
///
/// # let (crs, y) = (Crs::parse("EPSG:4326")?, Axis::from_bounds(vec![70.0, 71.0])?);
/// # let axes = |x| RectilinearGrid::new(crs.clone(), x, y.clone());
/// # let grid = |x: &[f64]| Axis::from_bounds(x.to_vec()).and_then(axes).map(Grid::Rectilinear);
/// // Three equal cells in one. `grid` makes a row from the edges of its cells.
/// let weights = Weights::new(&grid(&[0.0, 1.0, 2.0, 3.0])?, &grid(&[0.0, 3.0])?, Method::Conservative)?;
/// let field = [100.0, 200.0, f64::NAN];
/// assert!((weights.apply(&field, MissingPolicy::new(true, 0.5)?)?[0] - 150.0).abs() < 1e-9);
/// // Two thirds are valid, nine tenths are asked for.
/// assert!(weights.apply(&field, MissingPolicy::new(true, 0.9)?)?[0].is_nan());
/// assert!(weights.apply(&field, MissingPolicy::new(false, 0.5)?)?[0].is_nan());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
