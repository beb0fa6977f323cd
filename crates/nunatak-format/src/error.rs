//! What can be wrong with a file.

use nunatak_store::{Location, StoreError};

/// Result of a format operation.
pub type Result<T, E = FormatError> = std::result::Result<T, E>;

/// What can be wrong with a file. Every message names the file, the object in it and the byte offset, as far as known.
///
/// # Examples
/// ```
/// use nunatak_format::open;
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("lithk.nc");
/// std::fs::write(&path, "no ice")?;
/// let message = open(&path).map(|file| file.kind()).unwrap_err().to_string();
/// assert!(message.contains("lithk.nc: offset 0: expected an HDF5 or NetCDF-3 file"));
/// assert!(message.ends_with(r#"found text that starts with "no ice""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The store could not give the bytes.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The operating system could not give the bytes.
    #[error("{}: cannot read: {source}", path.display())]
    Io {
        /// The file.
        path: Location,
        /// The system's error.
        source: std::io::Error,
    },
    /// The content is not a format that can be read.
    #[error("{}: offset 0: expected an HDF5 or NetCDF-3 file, found {found}", path.display())]
    UnknownFormat {
        /// The file.
        path: Location,
        /// What the first bytes look like.
        found: String,
    },
    /// The file ends before its own metadata says.
    #[error("{}: {object}: offset {offset}: file is truncated: expected {needed} more bytes, found {available}", path.display())]
    Truncated {
        /// The file.
        path: Location,
        /// Group, variable or structure.
        object: String,
        /// Byte offset of the read that failed.
        offset: u64,
        /// Bytes wanted there.
        needed: u64,
        /// Bytes left there.
        available: u64,
    },
    /// The bytes contradict the format.
    #[error("{}: {object}: offset {offset}: {problem}", path.display())]
    Malformed {
        /// The file.
        path: Location,
        /// Group, variable or structure.
        object: String,
        /// Byte offset of the bytes that are wrong, or of the object that holds them.
        offset: u64,
        /// What was found and what was expected.
        problem: String,
    },
    /// The file holds more than is taken from one file, see [`FileLimits`](crate::FileLimits).
    #[error("{}: {object}: {problem}", path.display())]
    TooLarge {
        /// The file.
        path: Location,
        /// Group, variable or attribute.
        object: String,
        /// Of what there is too much, the limit, and how to raise it.
        problem: String,
    },
    /// A file cannot be written.
    #[error("{}: cannot write: {source}", path.display())]
    Write {
        /// The file.
        path: Location,
        /// The system's error.
        source: std::io::Error,
    },
    /// The format cannot hold what is to be written.
    #[error("{}: {object}: cannot be written: {problem}", path.display())]
    Unwritable {
        /// The file.
        path: Location,
        /// The variable or the name.
        object: String,
        /// Why not.
        problem: String,
    },
    /// Values that are to be written cannot be read.
    #[error("{}: {object}: {source}", path.display())]
    Values {
        /// The file to be written.
        path: Location,
        /// The variable.
        object: String,
        /// Why its values cannot be read.
        source: nunatak_array::ArrayError,
    },
    /// The file is valid but uses something that is not supported.
    #[error("{}: {object}: not supported: {feature}", path.display())]
    Unsupported {
        /// The file.
        path: Location,
        /// Group, variable or structure.
        object: String,
        /// The feature.
        feature: String,
    },
    /// Bytes that a parser needs are not at hand yet; never seen outside this crate.
    #[error("{}: offset {offset}: not fetched yet", path.display())]
    Pending {
        /// The file.
        path: Location,
        /// Where they are.
        offset: u64,
    },
    /// A kept manifest cannot be used.
    #[error("a file's manifest is not usable: {problem}")]
    Manifest {
        /// What is wrong with it.
        problem: String,
    },
    /// A group or variable that was asked for is not in the file.
    #[error("{}: no variable or group `{object}`", path.display())]
    NotFound {
        /// The file.
        path: Location,
        /// What was asked for.
        object: String,
    },
}

impl FormatError {
    /// Whether the bytes could not be had, as opposed to being wrong.
    pub fn is_store_failure(&self) -> bool {
        matches!(self, Self::Io { .. } | Self::Write { .. } | Self::Store(_))
    }
}

impl From<FormatError> for nunatak_array::ArrayError {
    fn from(error: FormatError) -> Self {
        Self::source(error)
    }
}
