//! Model values at observed points, residuals, and probabilistic scores.
//!
//! - [`interpolate`] brings a model surface to points, in space and time, reading only what the points need.
//! - [`score`] compares residuals with their [`ErrorBudget`] and the [`Discrepancy`] of the model; [`PassCovariance`] is the
//!   covariance of errors that are shared within passes alone.
//! - [`gaussian`], [`ensemble`], [`agreement`] and the rest are the single formulas.
//!
//! One sign everywhere: a residual is **observation minus model**, in metres for elevations.

mod agreement;
mod correlated;
mod covariance;
pub mod ensemble;
mod error;
pub mod gaussian;
mod interpolation;
mod normal;
mod normal_distance;
mod score;
mod summary;

pub use agreement::{Agreement, agreement, rmse};
pub use correlated::{Discrepancy, ErrorBudget, ModelDiscrepancy, NeighbourCorrelation, geocentric};
pub use covariance::PassCovariance;
pub use ensemble::{CrpsEstimator, crps_ensemble};
pub use error::{Result, ScoreError};
pub use interpolation::{OutsideTime, Records, TimeInterpolation, interpolate};
pub use normal::{cumulative, density, quantile};
pub use nunatak_array::order_statistics::{median, nmad};
pub use nunatak_ensemble::{Statistic, ensemble_statistics, plan_blocks};
pub use score::{Coverage, PassScore, Score, score};
pub use summary::{MEANINGS, SummaryNumber};
