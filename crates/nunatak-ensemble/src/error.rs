//! Errors of ensembles.

use nunatak_array::ArrayError;

/// Result of this crate.
pub type Result<T, E = EnsembleError> = std::result::Result<T, E>;

/// What can go wrong when an ensemble is reduced.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use nunatak_array::{MemoryArray, NoProgress, SharedArray, Values};
/// use nunatak_ensemble::{Statistic, ensemble_statistics};
///
/// let members: SharedArray = Arc::new(MemoryArray::new(vec![2, 3], Values::F64(vec![0.0; 6]))?);
/// let error = ensemble_statistics(&members, 2, &[Statistic::Mean], 1 << 20, &NoProgress).unwrap_err();
/// let message = "ensemble statistics: expected at least one member along axis 2, found shape [2, 3]";
/// assert_eq!(error.to_string(), message);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    /// More memory than there is.
    #[error(
        "{count} statistics of shape {shape:?} take {:.1} GB, which the system does not give; choose fewer, or parts of the \
         array",
        *bytes as f64 / 1e9
    )]
    Memory {
        /// Shape of each.
        shape: Vec<usize>,
        /// How many.
        count: usize,
        /// Bytes that they take together.
        bytes: u128,
    },
    /// The caller asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// An array under the computation failed.
    #[error(transparent)]
    Array(#[from] ArrayError),
}
