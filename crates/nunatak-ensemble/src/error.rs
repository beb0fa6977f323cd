//! Errors of ensembles.

use nunatak_array::ArrayError;

/// Result of this crate.
pub type Result<T, E = EnsembleError> = std::result::Result<T, E>;

/// What can go wrong when an ensemble is reduced.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnsembleError {
    /// An array whose axes do not fit.
    #[error("ensemble statistics: expected {expected}, found shape {found:?}")]
    Shape {
        /// What is needed.
        expected: String,
        /// Shape given.
        found: Vec<usize>,
    },
    /// The caller asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// An array under the computation failed.
    #[error(transparent)]
    Array(#[from] ArrayError),
}
