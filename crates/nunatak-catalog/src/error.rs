use std::path::PathBuf;

use nunatak_array::ArrayError;
use nunatak_format::FormatError;
use nunatak_tree::TreeError;

/// Result of a catalog operation.
pub type Result<T, E = CatalogError> = std::result::Result<T, E>;

/// What can go wrong with an archive as a whole; trouble with single files is in the [`Report`](crate::Report).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// The archive's directory cannot be listed.
    #[error("{}: cannot list: {source}", path.display())]
    List {
        /// The directory.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// A report cannot be written.
    #[error("{}: cannot write: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The archive is a single file.
    #[error(
        "{}: expected the directory of an archive, found a file; open it with xarray.open_dataset(path, engine=\"nunatak\")",
        path.display()
    )]
    NotADirectory {
        /// The file.
        path: PathBuf,
    },
    /// There is nothing to catalogue.
    #[error("{}: no NetCDF or HDF5 file (.nc, .nc4, .cdf, .h5, .hdf5) below this directory", path.display())]
    Empty {
        /// The directory.
        path: PathBuf,
    },
    /// A search names a column that does not exist.
    #[error("no column `{found}`; the columns are {}", crate::Column::NAMES.join(", "))]
    UnknownColumn {
        /// The name.
        found: String,
    },
    /// A list of rules names one that does not exist.
    #[error("no repair rule `{found}`; the rules are {known}")]
    UnknownRule {
        /// The name.
        found: String,
        /// All names.
        known: String,
    },
    /// A file cannot be opened, and the caller asked for that to be an error.
    #[error("{message}")]
    File {
        /// The problem, with the file's name.
        message: String,
    },
    /// The caller asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// A file cannot be read.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// A variable's attributes or dimensions make no sense.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// An array cannot be built or read.
    #[error(transparent)]
    Array(#[from] ArrayError),
}
