/// Result of a pipeline.
pub type Result<T, E = NunatakError> = std::result::Result<T, E>;

/// Whose fault an error is, which decides what the caller can do (and the exit code of the program).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// An argument does not fit.
    Usage,
    /// A file's content is wrong.
    Data,
    /// The bytes could not be had.
    Store,
}

/// Any error of the library, as pipelines that span crates return it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NunatakError {
    /// A file cannot be read.
    #[error(transparent)]
    Format(#[from] nunatak_format::FormatError),
    /// A store cannot be used.
    #[error(transparent)]
    Store(#[from] nunatak_format::StoreError),
    /// An array cannot be read.
    #[error(transparent)]
    Array(#[from] nunatak_array::ArrayError),
    /// A dataset makes no sense.
    #[error(transparent)]
    Tree(#[from] nunatak_tree::TreeError),
    /// An archive cannot be used.
    #[error(transparent)]
    Catalog(#[from] nunatak_catalog::CatalogError),
    /// A grid cannot be used.
    #[error(transparent)]
    Grid(#[from] nunatak_grid::GridError),
    /// Points cannot be used.
    #[error(transparent)]
    Altimetry(#[from] nunatak_altimetry::AltimetryError),
    /// An ensemble cannot be reduced.
    #[error(transparent)]
    Ensemble(#[from] nunatak_ensemble::EnsembleError),
    /// A comparison cannot be made.
    #[error(transparent)]
    Score(#[from] nunatak_score::ScoreError),
    /// A model variable has no grid that can be found.
    #[error("{}: {variable}: expected {expected}, found {found}", path.display())]
    Surface {
        /// The model's file.
        path: nunatak_format::Location,
        /// The variable.
        variable: String,
        /// What is needed.
        expected: &'static str,
        /// What is there.
        found: String,
    },
}

impl NunatakError {
    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        use nunatak_altimetry::AltimetryError;
        use nunatak_catalog::CatalogError;
        use nunatak_format::StoreError;
        match self {
            Self::Format(error) | Self::Altimetry(AltimetryError::Format(error)) if error.is_store_failure() => {
                Fault::Store
            }
            Self::Store(StoreError::BadLocation { .. } | StoreError::BadOption { .. })
            | Self::Catalog(CatalogError::Store(StoreError::BadLocation { .. } | StoreError::BadOption { .. })) => {
                Fault::Usage
            }
            Self::Store(_)
            | Self::Catalog(
                CatalogError::List { .. }
                | CatalogError::Write { .. }
                | CatalogError::Store(_)
                | CatalogError::Unreachable { .. },
            ) => Fault::Store,
            Self::Catalog(
                CatalogError::UnknownColumn { .. }
                | CatalogError::UnknownRule { .. }
                | CatalogError::NotADirectory { .. },
            )
            | Self::Altimetry(AltimetryError::Argument { .. })
            | Self::Grid(_) => Fault::Usage,
            _ => Fault::Data,
        }
    }
}
