//! Rust errors as the Python exceptions of `nunatak.errors`.

use nunatak::array::ArrayError;
use nunatak::format::{FormatError, StoreError};
use nunatak::grid::GridError;
use pyo3::prelude::*;
use pyo3::types::PyType;

/// Which exception class of `nunatak.errors` an error becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorKind {
    Format,
    Store,
    Grid,
    Catalog,
    Points,
    Argument,
    Interrupted,
}

impl ErrorKind {
    fn class(self) -> &'static str {
        match self {
            Self::Format => "FormatError",
            Self::Store => "StoreError",
            Self::Grid => "GridError",
            Self::Catalog => "CatalogError",
            Self::Points => "PointsError",
            Self::Argument => "ArgumentError",
            Self::Interrupted => "NunatakError",
        }
    }
}

/// An exception of this kind with the error's message.
pub(crate) fn raise(kind: ErrorKind, error: impl std::fmt::Display) -> PyErr {
    let message = error.to_string();
    Python::attach(|py| {
        if kind == ErrorKind::Interrupted {
            return pyo3::exceptions::PyKeyboardInterrupt::new_err(message);
        }
        let class = py.import("nunatak.errors").and_then(|module| module.getattr(kind.class()));
        match class.and_then(|class| Ok(class.cast_into::<PyType>()?)) {
            Ok(class) => PyErr::from_type(class, message),
            Err(error) => error,
        }
    })
}

/// The exception for an error of a grid.
pub(crate) fn grid_error(error: GridError) -> PyErr {
    raise(ErrorKind::Grid, error)
}

/// The exception for an error of a store.
pub(crate) fn store_error(error: &StoreError) -> PyErr {
    let usage = matches!(error, StoreError::BadLocation { .. } | StoreError::BadOption { .. });
    raise(if usage { ErrorKind::Argument } else { ErrorKind::Store }, error)
}

/// The exception for an error of the format crate.
pub(crate) fn format_error(error: &FormatError) -> PyErr {
    if let FormatError::Store(error) = error {
        return store_error(error);
    }
    let kind = if error.is_store_failure() { ErrorKind::Store } else { ErrorKind::Format };
    raise(kind, error)
}

/// The exception for an error of a lazy array: what its source raised, when that was Python or a file.
pub(crate) fn array_error(error: ArrayError) -> PyErr {
    match error {
        ArrayError::Source(source) => match source.downcast::<PyErr>() {
            Ok(python) => *python,
            Err(source) => match source.downcast_ref::<FormatError>() {
                Some(error) => format_error(error),
                None => raise(ErrorKind::Argument, source),
            },
        },
        ArrayError::Interrupted => raise(ErrorKind::Interrupted, "interrupted"),
        other => raise(ErrorKind::Argument, other),
    }
}
