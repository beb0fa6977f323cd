//! Errors of regridding.

use nunatak_array::ArrayError;
use nunatak_grid::GridError;

/// Result of a regridding operation.
pub type Result<T, E = RegridError> = std::result::Result<T, E>;

/// What can go wrong when weights are made.
///
/// # Examples
///
/// ```
/// use nunatak_regrid::{Method, MissingPolicy};
///
/// let error = "bilinar".parse::<Method>().unwrap_err();
/// assert!(error.to_string().starts_with("unknown regridding method `bilinar`; known: conservative, "));
/// let error = MissingPolicy::new(true, 50.0).unwrap_err();
/// assert_eq!(error.to_string(), "min_coverage: found 50, expected a fraction from 0 to 1");
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegridError {
    /// No target cell meets a source cell.
    #[error(
        "the grids do not overlap: source {origin}; target {target}; check the units of the coordinates and the coordinate reference systems"
    )]
    NoOverlap {
        /// System and extent of the source grid.
        origin: String,
        /// System and extent of the target grid.
        target: String,
    },
    /// A method that is not known.
    #[error(
        "unknown regridding method `{found}`; known: conservative, conservative2, bilinear, patch, nearest, nearest_target, inverse_distance"
    )]
    UnknownMethod {
        /// The text given.
        found: String,
    },
    /// A statistic that is not known.
    #[error(
        "unknown reducer `{found}`; known: mean, sum, min, max, median, mode, std, var, or the fraction of a quantile"
    )]
    UnknownReducer {
        /// The text given.
        found: String,
    },
    /// A quantile at what is not a fraction.
    #[error("quantile: found {found}, expected a fraction from 0 to 1")]
    Level {
        /// The value given.
        found: f64,
    },
    /// A statistic of the cells in a cell, with weights that are not overlap areas.
    #[error("the reducer `{reducer}` needs the overlap areas of conservative weights, found weights made as {method}")]
    ReducerWeights {
        /// The statistic.
        reducer: String,
        /// How the weights were made.
        method: String,
    },
    /// Limited changes within source cells, with weights that know of none.
    #[error("limited: found {found}, expected weights that were made here as conservative2")]
    Limited {
        /// The weights.
        found: String,
    },
    /// A statistic that cannot be weighted by a field.
    #[error("only a mean can be weighted by a field, found the reducer `{reducer}`")]
    WeightedReducer {
        /// The statistic.
        reducer: String,
    },
    /// A statistic that turned components do not have.
    #[error("only means and sums of vector components can be turned to other axes, found the reducer `{reducer}`")]
    RotatedReducer {
        /// The statistic.
        reducer: String,
    },
    /// A coverage that is not a fraction.
    #[error("min_coverage: found {found}, expected a fraction from 0 to 1")]
    Coverage {
        /// The value given.
        found: f64,
    },
    /// Neighbours that give no mean.
    #[error("found {count} neighbours and power {power}, expected at least one neighbour and a positive power")]
    Neighbours {
        /// The number given.
        count: usize,
        /// The power given.
        power: f64,
    },
    /// A mask, or values, of another size than the source grid.
    #[error("{what} of {found} cells does not fit the source grid of {rows} x {columns} cells")]
    Size {
        /// Mask or values.
        what: &'static str,
        /// Number of its cells.
        found: usize,
        /// Rows of the source grid.
        rows: usize,
        /// Columns of the source grid.
        columns: usize,
    },
    /// A whole number that double precision would change.
    #[error(
        "regridding: a value about {found:e} has more digits than float64 keeps, and cells without a value need float64; \
         choose a target that the source covers, or a smaller min_coverage"
    )]
    Inexact {
        /// The number, nearly.
        found: f64,
    },
    /// More cells than indices can number.
    #[error("a grid of {cells} cells is too large: at most 4294967295 can be numbered")]
    TooLarge {
        /// Number of cells.
        cells: usize,
    },
    /// More memory than there is.
    #[error(
        "{method} weights to a target of {cells} cells take {:.1} GB, which the system does not give; choose a coarser \
         target, or regrid to parts of it",
        *bytes as f64 / 1e9
    )]
    Memory {
        /// How the weights are made.
        method: String,
        /// Number of cells of the target.
        cells: usize,
        /// Bytes that the weights take.
        bytes: u128,
    },
    /// A grid without rows and columns.
    #[error("only grids of rows and columns can be regridded")]
    Family,
    /// An entry of weights that its grids do not have.
    #[error("weights: found {problem}")]
    Entry {
        /// The entry.
        problem: String,
    },
    /// Weights that cannot be written as bytes or read from them.
    #[error("weights are not of this version of nunatak: {reason}")]
    Packed {
        /// Why not.
        reason: String,
    },
    /// A method that gives no values at points.
    #[error("`{method}` gives no values at points; choose bilinear, patch, nearest, inverse_distance or conservative")]
    SampleMethod {
        /// The method.
        method: String,
    },
    /// A field whose axes do not fit the grid and the records at which it is sampled.
    #[error("sampling: expected shape {expected:?}, the model's records and its grid, found shape {found:?}")]
    SampleShape {
        /// Shape that fits.
        expected: Vec<usize>,
        /// Shape given.
        found: Vec<usize>,
    },
    /// Lists of points that differ in length.
    #[error("`{what}` has {found} values, expected {expected}: one for each point")]
    PointCount {
        /// Name of the list.
        what: &'static str,
        /// Length required.
        expected: usize,
        /// Length given.
        found: usize,
    },
    /// Record times that do not increase.
    #[error("the model's record times must increase: record {index} ({found}) is not after the one before ({before})")]
    RecordTimes {
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
    /// A coordinate reference system or a grid is wrong.
    #[error(transparent)]
    Grid(#[from] GridError),
}

impl From<RegridError> for ArrayError {
    fn from(error: RegridError) -> Self {
        match error {
            RegridError::Array(error) => error,
            other => Self::source(other),
        }
    }
}
