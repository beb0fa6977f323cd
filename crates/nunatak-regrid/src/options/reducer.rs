//! Statistics of the source cells in a target cell.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{RegridError, Result};

/// A statistic of the source cells in a target cell, each with its exact overlap area. Missing values are left out.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reducer {
    /// Mean, weighted by area.
    #[default]
    Mean,
    /// Sum of amounts: each source cell gives the part of its value that the part of its area in the target cell is.
    Sum,
    /// Smallest value.
    Minimum,
    /// Largest value.
    Maximum,
    /// Value below which half of the area lies: the quantile of a half.
    Median,
    /// Value of the largest total area; the smaller one of two that are equal.
    Mode,
    /// Square root of the variance.
    StandardDeviation,
    /// Mean of the squared deviation from the mean, both weighted by area (of the population: no correction).
    Variance,
    /// Value below which this fraction of the covered area lies: the inverse of the distribution of the values over
    /// the area, and where a step of it is level with the fraction, the mean of the two values there. That is
    /// definition 2 of Hyndman and Fan (1996, doi:10.1080/00031305.1996.10473566) with areas in place of counts. It
    /// does not change when a source cell is cut into parts, and slivers do not move it.
    Quantile(QuantileLevel),
}

impl Reducer {
    /// The quantile at this fraction.
    ///
    /// # Errors
    /// [`RegridError::Level`] unless it is from 0 to 1.
    pub fn quantile(level: f64) -> Result<Self> {
        if !(0.0..=1.0).contains(&level) {
            return Err(RegridError::Level { found: level });
        }
        Ok(Self::Quantile(QuantileLevel(level)))
    }

    /// Whether it gives one of the values that are there, and not a number made of them.
    pub(crate) fn picks(&self) -> bool {
        matches!(self, Self::Minimum | Self::Maximum | Self::Mode)
    }
}

/// A fraction from 0 to 1 at which a quantile is taken.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct QuantileLevel(f64);

impl QuantileLevel {
    /// The fraction.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl FromStr for Reducer {
    type Err = RegridError;

    /// `mean`, `sum`, `min`, `max`, `median`, `mode`, `std`, `var`, or the fraction of a quantile.
    fn from_str(text: &str) -> Result<Self> {
        Ok(match text {
            "mean" => Self::Mean,
            "sum" => Self::Sum,
            "min" => Self::Minimum,
            "max" => Self::Maximum,
            "median" => Self::Median,
            "mode" => Self::Mode,
            "std" => Self::StandardDeviation,
            "var" => Self::Variance,
            other => match other.parse() {
                Ok(level) => Self::quantile(level)?,
                Err(_) => return Err(RegridError::UnknownReducer { found: other.into() }),
            },
        })
    }
}

impl std::fmt::Display for Reducer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Mean => "mean",
            Self::Sum => "sum",
            Self::Minimum => "min",
            Self::Maximum => "max",
            Self::Median => "median",
            Self::Mode => "mode",
            Self::StandardDeviation => "std",
            Self::Variance => "var",
            Self::Quantile(level) => return write!(f, "{}", level.get()),
        })
    }
}
