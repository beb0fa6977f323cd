//! What can go wrong with an archive as a whole.

use nunatak_array::ArrayError;
use nunatak_compliance::ComplianceError;
use nunatak_format::{FormatError, Location, StoreError};
use nunatak_parquet::ParquetError;
use nunatak_repair::RepairError;
use nunatak_tree::TreeError;

use crate::column::Column;

/// Result of a catalog operation.
pub type Result<T, E = CatalogError> = std::result::Result<T, E>;

/// What can go wrong with an archive as a whole; trouble with single files is in the [`Report`](crate::Report).
///
/// # Examples
///
/// ```
/// use nunatak_catalog::{Catalog, RuleSet};
/// use nunatak_format::StorageOptions;
///
/// let root = tempfile::tempdir()?;
/// let error = Catalog::open(root.path(), &StorageOptions::default(), RuleSet::ismip6()).unwrap_err();
/// let expected = "no NetCDF or HDF5 file (.nc, .nc4, .cdf, .h5, .hdf5) below this directory";
/// assert_eq!(error.to_string(), format!("{}: {expected}", root.path().display()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// The archive's directory cannot be listed.
    #[error("{}: cannot list: {source}", path.display())]
    List {
        /// The directory.
        path: Location,
        /// The system's error.
        source: std::io::Error,
    },
    /// A report, a saved catalog or another table cannot be written.
    #[error("{}: cannot write: {source}", path.display())]
    Write {
        /// The file.
        path: std::path::PathBuf,
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
        path: Location,
    },
    /// There is nothing to catalogue.
    #[error("{}: no NetCDF or HDF5 file (.nc, .nc4, .cdf, .h5, .hdf5) below this directory", path.display())]
    Empty {
        /// The directory.
        path: Location,
    },
    /// A search names a column that does not exist.
    #[error("no column `{found}`; the columns are {}", Column::NAMES.join(", "))]
    UnknownColumn {
        /// The name.
        found: String,
    },
    /// A rule does not exist, or a rule file is wrong.
    #[error(transparent)]
    Rules(RepairError),
    /// A file cannot be opened, and the caller asked for that to be an error.
    #[error("{message}")]
    File {
        /// The problem, with the file's name.
        message: String,
    },
    /// A file could not be had, and the caller asked for that to be an error.
    #[error("{message}")]
    Unreachable {
        /// The problem, with the file's name.
        message: String,
    },
    /// The caller asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// The store cannot be listed or reached.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A saved catalog cannot be used.
    #[error("{}: {problem}", path.display())]
    Saved {
        /// The saved catalog.
        path: Location,
        /// What was found and what was expected.
        problem: String,
    },
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

impl CatalogError {
    /// Whether a file could not be had, as opposed to being wrong: it may be had later.
    pub(crate) fn is_store_failure(&self) -> bool {
        match self {
            Self::Store(_) | Self::Unreachable { .. } => true,
            Self::Format(error) => error.is_store_failure(),
            Self::Array(ArrayError::Source(source)) => {
                source.downcast_ref::<FormatError>().is_some_and(FormatError::is_store_failure)
            }
            _ => false,
        }
    }
}

/// The error of a saved catalog that cannot be read, or whose content cannot be written.
pub(crate) fn saved_error(path: &std::path::Path, error: impl std::fmt::Display) -> CatalogError {
    CatalogError::Saved { path: path.into(), problem: error.to_string() }
}

/// The error of a table that cannot be written.
pub(crate) fn write_error(path: &std::path::Path, error: ParquetError) -> CatalogError {
    match error {
        ParquetError::System(source) => CatalogError::Write { path: path.into(), source },
        other => saved_error(path, other),
    }
}

impl From<RepairError> for CatalogError {
    fn from(error: RepairError) -> Self {
        match error {
            RepairError::Array(error) => Self::Array(error),
            other => Self::Rules(other),
        }
    }
}

impl From<ComplianceError> for CatalogError {
    fn from(error: ComplianceError) -> Self {
        match error {
            ComplianceError::Array(error) => Self::Array(error),
            ComplianceError::Tree(error) => Self::Tree(error),
            _ => Self::Interrupted,
        }
    }
}
