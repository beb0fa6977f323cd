//! Errors of arrays.

use crate::{DataType, Region};

/// Result of an array operation.
pub type Result<T, E = ArrayError> = std::result::Result<T, E>;

/// What can go wrong when an array is built or read.
///
/// # Examples
/// ```
/// use nunatak_array::{Array, MemoryArray, Region, Values};
///
/// let array = MemoryArray::new(vec![2, 3], Values::F64(vec![0.0; 6]))?;
/// let error = array.read(&Region::new(vec![1, 2], vec![1, 2])?).unwrap_err();
/// assert_eq!(error.to_string(), "region [1:2, 2:4] is not inside an array of shape [2, 3]");
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArrayError {
    /// A region or selection has another number of axes than the array.
    #[error("expected {expected} axes, found {found}")]
    Rank {
        /// Axes of the array.
        expected: usize,
        /// Axes given.
        found: usize,
    },
    /// A region reaches outside its array.
    #[error("region {region} is not inside an array of shape {shape:?}")]
    OutOfBounds {
        /// The region asked for.
        region: Region,
        /// The array's shape.
        shape: Vec<usize>,
    },
    /// Arrays or values whose shapes must agree do not.
    #[error("{what}: expected shape {expected:?}, found {found:?}")]
    Shape {
        /// Where the shapes meet.
        what: String,
        /// Shape required.
        expected: Vec<usize>,
        /// Shape given.
        found: Vec<usize>,
    },
    /// An operation does not exist for this data type.
    #[error("{what}: expected {expected}, found {found}")]
    Type {
        /// The operation.
        what: String,
        /// What it works on.
        expected: String,
        /// What it was given.
        found: DataType,
    },
    /// The array cannot be written down and rebuilt elsewhere (a live object of the caller's process).
    #[error("an array of kind `{kind}` lives in this process only and cannot be pickled; load it first")]
    NotDescribable {
        /// Kind of the array.
        kind: &'static str,
    },
    /// A description names something that cannot be rebuilt.
    #[error("cannot rebuild an array of kind `{kind}`: {reason}")]
    Rebuild {
        /// Kind found in the description.
        kind: String,
        /// Why not.
        reason: String,
    },
    /// More is asked for at once than there is memory.
    #[error("{bytes} bytes do not fit in memory; read a smaller region at a time")]
    TooLarge {
        /// Bytes that the values would take.
        bytes: u128,
    },
    /// The caller asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// The source under the array failed; the message says where.
    #[error(transparent)]
    Source(Box<dyn std::error::Error + Send + Sync>),
}

impl ArrayError {
    /// Wraps the error of a source (a file format, a callback) so that it travels through operators unchanged.
    pub fn source(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Source(error.into())
    }
}
