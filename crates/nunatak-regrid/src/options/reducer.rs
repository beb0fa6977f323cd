//! Statistics of the source cells in a target cell.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{RegridError, Result};

/// A statistic of the source cells in a target cell, each with its exact overlap area. Missing values are left out.
///
/// # Examples
///
/// ```
/// # use std::sync::Arc;
/// # use nunatak_array::{MemoryArray, SharedArray, Values};
/// # use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};
/// use nunatak_regrid::{ApplyOptions, Method, Reducer, RegriddedArray, Weights};
///
/// # let (crs, y) = (Crs::parse("EPSG:4326")?, Axis::from_bounds(vec![70.0, 71.0])?);
/// # let axes = |x| RectilinearGrid::new(crs.clone(), x, y.clone());
/// # let grid = |x: &[f64]| Axis::from_bounds(x.to_vec()).and_then(axes).map(Grid::Rectilinear);
/// # let (source, target) = (grid(&[0.0, 1.0, 2.0, 3.0])?, grid(&[0.0, 3.0])?);
/// # let field: SharedArray = Arc::new(MemoryArray::new(vec![1, 3], Values::F64(vec![10.0, 20.0, 60.0]))?);
/// # let weights = Arc::new(Weights::new(&source, &target, Method::Conservative)?);
/// // Weights of three equal cells in one, and a field of the values 10, 20 and 60.
/// for (reducer, expected) in [("mean", 30.0), ("median", 20.0), ("max", 60.0), ("sum", 90.0)] {
///     let options = ApplyOptions::default().reduced_by(reducer.parse()?);
///     let array: SharedArray = Arc::new(RegriddedArray::new(field.clone(), weights.clone(), options)?);
///     assert!((array.read_all()?.to_f64()?[0] - expected).abs() < 1e-9);
/// }
/// assert_eq!("0.9".parse::<Reducer>()?, Reducer::quantile(0.9)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// # Examples
///
/// ```
/// use nunatak_regrid::Reducer;
///
/// let Reducer::Quantile(level) = "0.9".parse()? else { return Err("not a quantile".into()) };
/// assert_eq!(level.get(), 0.9);
/// let error = Reducer::quantile(90.0).unwrap_err();
/// assert_eq!(error.to_string(), "quantile: found 90, expected a fraction from 0 to 1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
