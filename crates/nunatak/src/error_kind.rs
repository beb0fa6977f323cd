//! Kinds of error: what a caller can do about one, the same from Rust, from Python and from a terminal.

use nunatak_altimetry::AltimetryError;
use nunatak_array::ArrayError;
use nunatak_catalog::CatalogError;
use nunatak_ensemble::EnsembleError;
use nunatak_format::{FormatError, StoreError};
use nunatak_grid::GridError;
use nunatak_regrid::RegridError;
use nunatak_repair::RepairError;
use nunatak_scalars::ScalarsError;
use nunatak_score::ScoreError;
use nunatak_tree::TreeError;

use crate::NunatakError;

/// What kind of thing went wrong.
///
/// The kind of an error decides the exit code of the program, the class of the Python exception and its `kind`.
///
/// # Examples
///
/// ```
/// use nunatak::{ErrorKind, NunatakError, grid::Crs};
///
/// let error = NunatakError::from(Crs::parse("EPSG:1").unwrap_err());
/// assert_eq!(error.kind(), ErrorKind::Crs);
/// assert_eq!((error.kind().name(), error.kind().exit_code()), ("crs", 2));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument does not fit.
    Argument,
    /// A coordinate reference system is not known.
    Crs,
    /// A column, a rule or a directory that was asked of an archive is not there.
    Query,
    /// A file's content is wrong.
    Format,
    /// A grid cannot be found, is malformed, or does not fit another one.
    Grid,
    /// An archive cannot be listed or joined.
    Catalog,
    /// Altimetry points cannot be used.
    Points,
    /// The bytes could not be read or written.
    Store,
    /// The caller asked to stop.
    Interrupted,
}

impl ErrorKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Argument,
        Self::Crs,
        Self::Query,
        Self::Format,
        Self::Grid,
        Self::Catalog,
        Self::Points,
        Self::Store,
        Self::Interrupted,
    ];

    /// Its name, which does not change between versions: `argument`, `crs`, `query`, `format`, `grid`, `catalog`,
    /// `points`, `store` or `interrupted`.
    pub fn name(self) -> &'static str {
        self.properties().0
    }

    /// The exit code of the program: 2 bad usage, 3 bad data, 4 a failed store, 130 interrupted.
    pub fn exit_code(self) -> u8 {
        self.properties().1
    }

    /// Name of the Python exception: a class of `nunatak.errors`, or `KeyboardInterrupt`.
    pub fn python_class(self) -> &'static str {
        self.properties().2
    }

    /// Name, exit code and Python class: the one table of them.
    fn properties(self) -> (&'static str, u8, &'static str) {
        match self {
            Self::Argument => ("argument", 2, "ArgumentError"),
            Self::Crs => ("crs", 2, "GridError"),
            Self::Query => ("query", 2, "CatalogError"),
            Self::Format => ("format", 3, "FormatError"),
            Self::Grid => ("grid", 3, "GridError"),
            Self::Catalog => ("catalog", 3, "CatalogError"),
            Self::Points => ("points", 3, "PointsError"),
            Self::Store => ("store", 4, "StoreError"),
            Self::Interrupted => ("interrupted", 130, "KeyboardInterrupt"),
        }
    }
}

impl NunatakError {
    /// What kind of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Format(error) => of_format(error),
            Self::Store(error) => of_store(error),
            Self::Array(error) => of_array(error),
            Self::Tree(error) => of_tree(error),
            Self::Cf(_) => ErrorKind::Format,
            Self::Catalog(error) => of_catalog(error),
            Self::Grid(error) => of_grid(error),
            Self::Regrid(error) => of_regrid(error),
            Self::Altimetry(error) => of_altimetry(error),
            Self::Ensemble(error) => of_ensemble(error),
            Self::Scalars(error) => of_scalars(error),
            Self::Score(error) => of_score(error),
            Self::Argument { .. } => ErrorKind::Argument,
        }
    }

    /// The error that the source of a lazy array gave (a Python exception, say), when that is what went wrong.
    pub fn array_source(&self) -> Option<&(dyn std::error::Error + Send + Sync + 'static)> {
        match self {
            Self::Array(ArrayError::Source(source))
            | Self::Tree(TreeError::Array(ArrayError::Source(source)))
            | Self::Catalog(
                CatalogError::Array(ArrayError::Source(source))
                | CatalogError::Tree(TreeError::Array(ArrayError::Source(source))),
            )
            | Self::Ensemble(EnsembleError::Array(ArrayError::Source(source)))
            | Self::Regrid(RegridError::Array(ArrayError::Source(source)))
            | Self::Scalars(ScalarsError::Array(ArrayError::Source(source)))
            | Self::Score(ScoreError::Array(ArrayError::Source(source))) => Some(source.as_ref()),
            _ => None,
        }
    }
}

fn of_store(error: &StoreError) -> ErrorKind {
    match error {
        StoreError::BadLocation { .. } | StoreError::BadOption { .. } => ErrorKind::Argument,
        _ => ErrorKind::Store,
    }
}

fn of_format(error: &FormatError) -> ErrorKind {
    match error {
        FormatError::Store(error) => of_store(error),
        FormatError::Values { source, .. } => of_array(source),
        error if error.is_store_failure() => ErrorKind::Store,
        _ => ErrorKind::Format,
    }
}

/// A source's own error decides; that an array of this shape or type does not fit is the caller's affair.
fn of_array(error: &ArrayError) -> ErrorKind {
    match error {
        ArrayError::Interrupted => ErrorKind::Interrupted,
        ArrayError::Source(source) => {
            let source = source.as_ref();
            let format = source.downcast_ref().map(of_format);
            let regrid = || source.downcast_ref().map(of_regrid);
            let grid = || source.downcast_ref().map(of_grid);
            format.or_else(regrid).or_else(grid).unwrap_or(ErrorKind::Argument)
        }
        _ => ErrorKind::Argument,
    }
}

fn of_tree(error: &TreeError) -> ErrorKind {
    match error {
        TreeError::Array(error) => of_array(error),
        _ => ErrorKind::Format,
    }
}

fn of_catalog(error: &CatalogError) -> ErrorKind {
    match error {
        CatalogError::Store(error) => of_store(error),
        CatalogError::Format(error) => of_format(error),
        CatalogError::Array(error) | CatalogError::Tree(TreeError::Array(error)) => of_array(error),
        CatalogError::File { .. } => ErrorKind::Format,
        CatalogError::List { .. } | CatalogError::Write { .. } | CatalogError::Unreachable { .. } => ErrorKind::Store,
        CatalogError::UnknownColumn { .. }
        | CatalogError::Rules(RepairError::UnknownRule { .. })
        | CatalogError::NotADirectory { .. } => ErrorKind::Query,
        CatalogError::Interrupted => ErrorKind::Interrupted,
        _ => ErrorKind::Catalog,
    }
}

fn of_grid(error: &GridError) -> ErrorKind {
    match error {
        GridError::UnknownCrs { .. } | GridError::UnreadCrs { .. } => ErrorKind::Crs,
        _ => ErrorKind::Grid,
    }
}

fn of_regrid(error: &RegridError) -> ErrorKind {
    match error {
        RegridError::Grid(error) => of_grid(error),
        RegridError::Array(error) => of_array(error),
        RegridError::NoOverlap { .. } | RegridError::TooLarge { .. } | RegridError::Memory { .. } => ErrorKind::Grid,
        RegridError::Interrupted => ErrorKind::Interrupted,
        _ => ErrorKind::Argument,
    }
}

fn of_altimetry(error: &AltimetryError) -> ErrorKind {
    match error {
        AltimetryError::Format(error) => of_format(error),
        AltimetryError::Grid(error) => of_grid(error),
        AltimetryError::Argument { .. } => ErrorKind::Argument,
        _ => ErrorKind::Points,
    }
}

fn of_ensemble(error: &EnsembleError) -> ErrorKind {
    match error {
        EnsembleError::Array(error) => of_array(error),
        EnsembleError::Interrupted => ErrorKind::Interrupted,
        _ => ErrorKind::Argument,
    }
}

fn of_scalars(error: &ScalarsError) -> ErrorKind {
    match error {
        ScalarsError::Array(error) => of_array(error),
        _ => ErrorKind::Argument,
    }
}

fn of_score(error: &ScoreError) -> ErrorKind {
    match error {
        ScoreError::Array(error) => of_array(error),
        ScoreError::Grid(error) => of_grid(error),
        ScoreError::Sample(error) => of_regrid(error),
        ScoreError::Interrupted => ErrorKind::Interrupted,
        _ => ErrorKind::Argument,
    }
}
