//! Rust errors as the Python exceptions of `nunatak.errors`.

use nunatak::{ErrorKind, NunatakError};
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::readers::{is_exit, python_cause};

/// An exception of this kind: its class, and its attribute `kind`.
pub(crate) fn raise(kind: ErrorKind, message: impl std::fmt::Display) -> PyErr {
    let message = message.to_string();
    Python::attach(|py| {
        if kind == ErrorKind::Interrupted {
            return pyo3::exceptions::PyKeyboardInterrupt::new_err(message);
        }
        let class = py.import("nunatak.errors").and_then(|module| module.getattr(kind.python_class()));
        let exception = class.and_then(|class| {
            let exception = PyErr::from_type(class.cast_into::<PyType>()?, message);
            exception.value(py).setattr("kind", kind.name())?;
            Ok(exception)
        });
        exception.unwrap_or_else(|error| error)
    })
}

/// The exception for an error of the library: what the source of a lazy array raised, when that was Python, else one of
/// the error's kind.
pub(crate) fn exception(error: impl Into<NunatakError>) -> PyErr {
    let error = error.into();
    match error.array_source().and_then(|source| source.downcast_ref::<PyErr>()) {
        Some(raised) => Python::attach(|py| raised.clone_ref(py)),
        None => match python_cause(&error) {
            Some(cause) => Python::attach(|py| caused_by(py, &error, cause)),
            None => raise(error.kind(), error),
        },
    }
}

/// The exception for an error of a Python object that bytes are read from, with what that object raised as its cause.
fn caused_by(py: Python<'_>, error: &NunatakError, cause: &PyErr) -> PyErr {
    if is_exit(py, cause) {
        return cause.clone_ref(py);
    }
    let raised = raise(error.kind(), error);
    raised.set_cause(py, Some(cause.clone_ref(py)));
    raised
}

/// Name, exit code and Python class of every kind of error.
#[pyfunction]
fn error_kinds() -> Vec<(&'static str, u8, &'static str)> {
    ErrorKind::ALL.iter().map(|kind| (kind.name(), kind.exit_code(), kind.python_class())).collect()
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(error_kinds, module)?)
}
