//! The covariance of residuals whose errors and model discrepancy are correlated, and what follows from it.
//!
//! ```text
//! ErrorBudget ─┬─► Observed (what is known of each residual) ─► Ancestry (whom each residual is conditioned on)
//! Discrepancy ─┴─► Kernel (covariance by distance) ─► Conditionals (sparse, Σ = D + K) ─► Residual covariance (+ U Uᵀ + c²)
//! ```
//!
//! `D` are the independent variances, `K` is the discrepancy of the model, `U` holds up to three columns per overpass, and `c` is
//! an error that all residuals share. `D + K` goes through conditionals on few neighbours (Vecchia 1988), the columns through
//! Woodbury's identity, so that all costs grow with the number of residuals, and with the cube of that of overpasses.

mod ancestry;
mod cholesky;
mod conditionals;
mod discrepancy;
mod error_budget;
mod estimate;
mod kernel;
mod nearest;
mod neighbour_correlation;
mod overpass_products;
mod residual_covariance;
#[cfg(test)]
mod tests;

pub use discrepancy::{Discrepancy, ModelDiscrepancy};
pub use error_budget::{ErrorBudget, geocentric};
pub use neighbour_correlation::NeighbourCorrelation;

pub(crate) use ancestry::Ancestry;
pub(crate) use error_budget::Observed;
pub(crate) use estimate::resolve;
pub(crate) use residual_covariance::ResidualCovariance;
