//! The `nunatak` program, for the command that comes with the wheel.

use crate::threads::detach_briefly;
use pyo3::prelude::*;

/// Runs the program with these arguments, of which the first is its own name, and returns its exit code.
#[pyfunction]
fn run_program(py: Python<'_>, arguments: Vec<std::ffi::OsString>) -> u8 {
    detach_briefly(py, || nunatak_cli::run(arguments))
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(run_program, module)?)
}
