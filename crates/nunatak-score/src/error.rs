//! Errors of comparisons and scores.

use nunatak_array::ArrayError;
use nunatak_grid::GridError;
use nunatak_regrid::RegridError;

/// Result of this crate.
pub type Result<T, E = ScoreError> = std::result::Result<T, E>;

/// What can go wrong when a model is brought to points or scored.
///
/// # Examples
///
/// ```
/// use nunatak_score::PassCovariance;
///
/// let error = PassCovariance::new(&[0.1, 0.0], &[0.3, 0.3], &[1, 1]).unwrap_err();
/// let expected = "`random_sigma` is 0 at index 1, expected a finite standard deviation above 0";
/// assert_eq!(error.to_string(), expected);
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScoreError {
    /// Two lists that go together differ in length.
    #[error("`{what}` has {found} values, expected {expected}: one for each residual or observation")]
    Length {
        /// Name of the list.
        what: &'static str,
        /// Length required.
        expected: usize,
        /// Length given.
        found: usize,
    },
    /// A standard deviation is zero, negative or infinite.
    #[error("`{what}` is {found} at index {index}, expected a finite standard deviation {bound}")]
    Sigma {
        /// Name of the list.
        what: &'static str,
        /// Where.
        index: usize,
        /// Value found.
        found: f64,
        /// What is allowed, in words.
        bound: &'static str,
    },
    /// A number of a discrepancy that cannot be.
    #[error("discrepancy: found {name} {found}, expected {low} to {high}")]
    Discrepancy {
        /// Which.
        name: &'static str,
        /// Value found.
        found: f64,
        /// Least value.
        low: f64,
        /// Greatest value.
        high: f64,
    },
    /// A text that is no discrepancy.
    #[error(
        "discrepancy: found {found:?}, expected \"estimate\", a standard deviation (m), or \
         \"sigma,length[,smoothness[,compensation[,smoothing]]]\" (m, m)"
    )]
    DiscrepancyText {
        /// Text found.
        found: String,
    },
    /// Too few residuals to estimate a discrepancy from.
    #[error("discrepancy: found {found} residuals to estimate it from, expected at least {fewest}; give its numbers")]
    TooFew {
        /// Number found.
        found: usize,
        /// Number needed.
        fewest: usize,
    },
    /// A correlated discrepancy of residuals without places.
    #[error(
        "discrepancy: found residuals without places, expected geocentric coordinates of each for one that is correlated"
    )]
    Positions,
    /// More overpasses with errors of their own than a dense matrix can hold.
    #[error(
        "discrepancy: found {found} overpasses with {columns} errors beside one that is correlated, expected at most {most} \
         errors and room for the square of them; compare a region or a part of the time, or cells"
    )]
    Overpasses {
        /// Number of overpasses.
        found: usize,
        /// Errors of all of them.
        columns: usize,
        /// The most.
        most: usize,
    },
    /// A weight that is negative or not finite, or the first of those that are all 0.
    #[error("`{what}` is {found} at index {index}, expected finite weights of 0 or more, of which one is above 0")]
    Weight {
        /// Name of the list.
        what: &'static str,
        /// Where.
        index: usize,
        /// Value found.
        found: f64,
    },
    /// A coverage level or probability outside (0, 1).
    #[error("a coverage level must lie between 0 and 1 (0.9 for 90 %), found {found}")]
    Level {
        /// Value found.
        found: f64,
    },
    /// A histogram of no bins, or of more than there is memory for.
    #[error("bins: found {found}, expected at least 1, and no more than there is memory for")]
    Bins {
        /// Number given.
        found: usize,
    },
    /// An interval whose lower end is above its upper end.
    #[error("interval {index} runs from {lower} to {upper}: its lower end is above its upper end")]
    Interval {
        /// Where.
        index: usize,
        /// Lower end.
        lower: f64,
        /// Upper end.
        upper: f64,
    },
    /// There is nothing to compare.
    #[error("no residual is left to score: all {skipped} are NaN in the residual or in a standard deviation")]
    Empty {
        /// Number of residuals skipped.
        skipped: usize,
    },
    /// An array whose axes do not fit the operation.
    #[error("{what}: expected {expected}, found shape {found:?}")]
    Shape {
        /// The operation.
        what: &'static str,
        /// What it needs.
        expected: String,
        /// Shape given.
        found: Vec<usize>,
    },
    /// Record times that do not increase.
    #[error("the model's record times must increase: record {index} ({found}) is not after the one before ({before})")]
    Times {
        /// Record number.
        index: usize,
        /// Time of the record before.
        before: f64,
        /// Time of the record.
        found: f64,
    },
    /// The caller asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// An array under the computation failed.
    #[error(transparent)]
    Array(#[from] ArrayError),
    /// The model's grid failed.
    #[error(transparent)]
    Grid(#[from] GridError),
    /// Sampling the model at points failed.
    #[error(transparent)]
    Sample(RegridError),
}

impl From<RegridError> for ScoreError {
    fn from(error: RegridError) -> Self {
        match error {
            RegridError::SampleShape { expected, found } => {
                let expected = format!("shape {expected:?}, the model's records and its grid");
                Self::Shape { what: "interpolation", expected, found }
            }
            RegridError::PointCount { what, expected, found } => Self::Length { what, expected, found },
            RegridError::RecordTimes { index, before, found } => Self::Times { index, before, found },
            RegridError::Interrupted => Self::Interrupted,
            RegridError::Array(error) => Self::Array(error),
            RegridError::Grid(error) => Self::Grid(error),
            other => Self::Sample(other),
        }
    }
}

/// Fails unless a list has the expected length.
pub(crate) fn check_length(what: &'static str, expected: usize, found: usize) -> Result<()> {
    if expected == found { Ok(()) } else { Err(ScoreError::Length { what, expected, found }) }
}

/// Fails when a value is not NaN and not a finite, positive standard deviation.
pub(crate) fn check_sigma(what: &'static str, sigma: &[f64]) -> Result<()> {
    match sigma.iter().position(|&sigma| sigma <= 0.0 || sigma.is_infinite()) {
        None => Ok(()),
        Some(index) => Err(ScoreError::Sigma { what, index, found: sigma[index], bound: "above 0" }),
    }
}

/// Fails when a value is not NaN and not a finite standard deviation of 0 or more.
pub(crate) fn check_sigma_or_zero(what: &'static str, sigma: &[f64]) -> Result<()> {
    match sigma.iter().position(|&sigma| sigma < 0.0 || sigma.is_infinite()) {
        None => Ok(()),
        Some(index) => Err(ScoreError::Sigma { what, index, found: sigma[index], bound: "of 0 or more" }),
    }
}
