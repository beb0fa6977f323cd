use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{RegridError, Result};

/// How a target cell gets its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Mean of the source cells it meets, weighted by the true area in common on the ellipsoid.
    Conservative,
    /// Mean over the target cell of polynomials of degree two within the source cells, which have the source cells'
    /// means and follow their neighbours; it conserves like the first and may overshoot.
    Conservative2,
    /// Bilinear interpolation between the four source centres round the target centre, in the source's own system.
    Bilinear,
    /// Value of the source cell that holds the target centre.
    Nearest,
}

impl FromStr for Method {
    type Err = RegridError;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "conservative" => Ok(Self::Conservative),
            "conservative2" => Ok(Self::Conservative2),
            "bilinear" => Ok(Self::Bilinear),
            "nearest" => Ok(Self::Nearest),
            other => Err(RegridError::UnknownMethod { found: other.into() }),
        }
    }
}

impl std::fmt::Display for Method {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Conservative => "conservative",
            Self::Conservative2 => "conservative2",
            Self::Bilinear => "bilinear",
            Self::Nearest => "nearest",
        })
    }
}

/// What missing source values (NaN) and uncovered area do to a target cell.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MissingPolicy {
    skipna: bool,
    min_coverage: f64,
}

impl MissingPolicy {
    /// With `skipna`, missing source values are left out and the rest stand for the whole cell; without, one missing
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
