//! Reasons why an array is no reference into a file.

/// Why an array cannot be told as references into a file.
///
/// # Examples
///
/// ```
/// use nunatak::array::{MemoryArray, Values};
/// use nunatak::{NotVirtual, virtual_array};
///
/// let array = MemoryArray::new(vec![3], Values::F64(vec![1.0, 2.0, 3.0]))?;
/// let reason = virtual_array(&array)?.unwrap_err();
/// assert_eq!(reason, NotVirtual::InMemory);
/// assert_eq!(reason.to_string(), "in memory");
/// # Ok::<(), nunatak::array::ArrayError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotVirtual {
    /// Its values were made or read already.
    #[error("in memory")]
    InMemory,
    /// Its bytes are in the file's header, not in a place of their own.
    #[error("stored in the file's header")]
    InHeader,
    /// Numbers are scaled, or NaN is replaced, as they are read.
    #[error("values replaced as they are read")]
    Replaced,
    /// Some other array computes it.
    #[error("computed ({0})")]
    Computed(String),
    /// Text, or numbers that no reader of Zarr knows.
    #[error("no plain numbers")]
    NoNumbers,
    /// A filter that numcodecs lacks.
    #[error("filter {0}")]
    Filter(String),
    /// A chunk that some filter was not applied to.
    #[error("a chunk without one of its filters")]
    SkippedFilter,
    /// Records of the result begin or end inside a chunk of the file.
    #[error("ragged padding inside a chunk")]
    Ragged,
    /// An axis is reversed, or indices along it are not whole chunks.
    #[error("an axis in another order")]
    Reordered,
    /// Integers have no value that says missing.
    #[error("integers padded without a fill value")]
    PaddedIntegers,
    /// Values outside a valid range are missing.
    #[error("valid range")]
    ValidRange,
    /// Integers that are scaled and stay integers.
    #[error("integers scaled to integers")]
    IntegerScale,
    /// Chunks that were never written hold a value, and others are missing.
    #[error("unwritten chunks beside missing records")]
    TwoFills,
    /// A file object or a store that no other process can reach.
    #[error("in a file object or store of this process")]
    ThisProcess,
}
