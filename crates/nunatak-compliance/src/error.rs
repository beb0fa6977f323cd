//! Why a check cannot go on.

use nunatak_array::ArrayError;
use nunatak_tree::TreeError;

/// Result of a check.
pub type Result<T, E = ComplianceError> = std::result::Result<T, E>;

/// Why a check cannot go on; what is wrong with single files is in the [`CheckReport`](crate::CheckReport).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ComplianceError {
    /// The caller asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// A variable's attributes or dimensions make no sense.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// An array cannot be read.
    #[error(transparent)]
    Array(#[from] ArrayError),
}
