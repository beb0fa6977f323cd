//! The error of pipelines that span crates.

/// Result of a pipeline.
pub type Result<T, E = NunatakError> = std::result::Result<T, E>;

/// Any error of the library, as pipelines that span crates return it.
///
/// # Examples
///
/// ```
/// use nunatak::{ErrorKind, open_dataset};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("lithk.nc");
/// std::fs::write(&path, "no NetCDF")?;
/// let error = open_dataset(&path, &Default::default()).unwrap_err();
/// assert!(error.to_string().contains("lithk.nc: offset 0: expected an HDF5 or NetCDF-3 file, found"));
/// assert_eq!(error.kind(), ErrorKind::Format);
/// # Ok::<(), std::io::Error>(())
/// ```
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
    /// CF metadata, units of time for one, make no sense.
    #[error(transparent)]
    Cf(#[from] nunatak_cf::CfError),
    /// An archive cannot be used.
    #[error(transparent)]
    Catalog(#[from] nunatak_catalog::CatalogError),
    /// A grid cannot be used.
    #[error(transparent)]
    Grid(#[from] nunatak_grid::GridError),
    /// Weights cannot be computed or applied.
    #[error(transparent)]
    Regrid(#[from] nunatak_regrid::RegridError),
    /// Points cannot be used.
    #[error(transparent)]
    Altimetry(#[from] nunatak_altimetry::AltimetryError),
    /// An ensemble cannot be reduced.
    #[error(transparent)]
    Ensemble(#[from] nunatak_ensemble::EnsembleError),
    /// Fields cannot be integrated.
    #[error(transparent)]
    Scalars(#[from] nunatak_scalars::ScalarsError),
    /// A comparison cannot be made.
    #[error(transparent)]
    Score(#[from] nunatak_score::ScoreError),
    /// An argument does not fit.
    #[error("{argument}: found {found}, expected {expected}")]
    Argument {
        /// Its name.
        argument: &'static str,
        /// What was given.
        found: String,
        /// What fits.
        expected: String,
    },
}

/// An argument that does not fit.
pub(crate) fn argument(argument: &'static str, found: impl ToString, expected: impl ToString) -> NunatakError {
    NunatakError::Argument { argument, found: found.to_string(), expected: expected.to_string() }
}

impl From<nunatak_repair::RepairError> for NunatakError {
    fn from(error: nunatak_repair::RepairError) -> Self {
        Self::Catalog(error.into())
    }
}
