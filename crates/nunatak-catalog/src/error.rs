use nunatak_array::ArrayError;
use nunatak_format::{FormatError, Location, StoreError};
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
        path: Location,
        /// The system's error.
        source: std::io::Error,
    },
    /// A report cannot be written.
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
    /// A rule file cannot be read, or a rule in it is wrong.
    #[error("{file}: {}{problem}", in_rule(rule, key))]
    RuleFile {
        /// The file.
        file: String,
        /// The rule's name, or its number when it has none; nothing for the file as a whole.
        rule: String,
        /// The key.
        key: String,
        /// What was found and what was expected.
        problem: String,
    },
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

/// Where in a rule file something is wrong, as the start of a message.
fn in_rule(rule: &str, key: &str) -> String {
    match (rule, key) {
        ("", "") => String::new(),
        ("", key) => format!("`{key}`: "),
        (rule, "") => format!("rule `{rule}`: "),
        (rule, key) => format!("rule `{rule}`, `{key}`: "),
    }
}
