//! Python bindings: conversions between Python objects and the facade crate, nothing else.
//!
//! One file per room of the library; each registers its own classes and functions on `nunatak._nunatak`.

mod altimetry;
mod array;
mod attributes;
mod beside_the_pool;
mod call_threads;
mod catalog;
mod crossovers;
mod crs;
mod description;
mod errors;
mod forks;
mod format;
mod granules;
mod grid;
mod ismip;
mod program;
mod progress;
mod readers;
mod recognition;
mod references;
mod regrid;
mod rules;
mod scalars;
mod score;
mod store;
mod streamed;
mod threads;
mod time;
mod units;
mod xarray_view;

use pyo3::prelude::*;

/// The compiled half of the `nunatak` package.
#[pymodule]
fn _nunatak(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    forks::register(module)?;
    errors::register(module)?;
    array::register(module)?;
    format::register(module)?;
    references::register(module)?;
    crs::register(module)?;
    grid::register(module)?;
    recognition::register(module)?;
    regrid::register(module)?;
    streamed::register(module)?;
    catalog::register(module)?;
    rules::register(module)?;
    ismip::register(module)?;
    altimetry::register(module)?;
    crossovers::register(module)?;
    granules::register(module)?;
    scalars::register(module)?;
    score::register(module)?;
    readers::register(module)?;
    store::register(module)?;
    time::register(module)?;
    units::register(module)?;
    program::register(module)
}
