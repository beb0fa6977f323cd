//! What Python raised while bytes were read.

use std::error::Error;

use nunatak::store::{Location, StoreError, without_secrets};
use pyo3::exceptions::{PyException, PyFileNotFoundError, PyPermissionError};
use pyo3::prelude::*;

/// The store's error for an exception.
pub(super) fn failure(py: Python<'_>, location: &Location, raised: PyErr) -> StoreError {
    let location = location.clone();
    if raised.is_instance_of::<PyFileNotFoundError>(py) {
        return StoreError::NotFound { location };
    }
    if raised.is_instance_of::<PyPermissionError>(py) {
        return StoreError::Denied { location, reason: first_line(py, &raised) };
    }
    StoreError::Reader { location, source: Box::new(raised) }
}

/// The exception behind an error, however deep.
pub(crate) fn python_cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a PyErr> {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(raised) = inner.downcast_ref() {
            return Some(raised);
        }
        cause = inner.source();
    }
    None
}

/// Whether an exception is meant to end the program, as `KeyboardInterrupt` is: it is raised as it is.
pub(crate) fn is_exit(py: Python<'_>, raised: &PyErr) -> bool {
    !raised.is_instance_of::<PyException>(py)
}

/// obstore adds pages of debugging output to its messages.
fn first_line(py: Python<'_>, raised: &PyErr) -> String {
    let text = raised.value(py).to_string();
    without_secrets(text.lines().next().unwrap_or_default())
}
