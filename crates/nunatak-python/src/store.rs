//! Locations and storage options in Python, and what the process has asked of stores.

use nunatak::array::{self, memory_budget, set_memory_budget};
use nunatak::format::{self, FileLimits};
use nunatak::store::{Location, StorageOptions, block_on, reader_of, traffic};
use pyo3::prelude::*;

use crate::errors::exception;
use crate::threads::detach;

pub(crate) fn location(text: &str) -> PyResult<Location> {
    Location::parse(text).map_err(exception)
}

pub(crate) fn storage_options(given: Vec<(String, String)>) -> PyResult<StorageOptions> {
    StorageOptions::new(given).map_err(exception)
}

/// The options that an object which was pickled names.
pub(crate) fn pickled_options(named: &[(String, String)]) -> PyResult<StorageOptions> {
    StorageOptions::named_by_file(named.iter().map(|(name, value)| (name, value))).map_err(exception)
}

/// Options without secrets, to be pickled.
#[pyfunction]
fn public_options(given: Vec<(String, String)>) -> PyResult<Vec<(String, String)>> {
    Ok(storage_options(given)?.public().into_iter().collect())
}

/// Text of others for a message, without secrets.
#[pyfunction]
fn without_secrets(text: &str) -> String {
    nunatak::store::without_secrets(text)
}

/// URLs of all objects below a prefix of a remote store, sorted.
#[pyfunction]
fn list_objects(py: Python<'_>, prefix: &str, options: Vec<(String, String)>) -> PyResult<Vec<String>> {
    let (prefix, options) = (location(prefix)?, storage_options(options)?);
    let listed = detach(py, || block_on(reader_of(&prefix, &options)?.list(&prefix)))?;
    let listed = listed.map_err(exception)?;
    Ok(listed.into_iter().map(|file| file.location.to_string()).collect())
}

/// Requests made to remote stores by this process, and bytes received.
#[pyfunction]
fn store_traffic() -> (u64, u64) {
    let traffic = traffic();
    (traffic.requests, traffic.bytes)
}

/// Sets the limits of one file that are given, by name; returns all of them.
#[pyfunction]
fn file_limits(given: Vec<(String, usize)>) -> Vec<(&'static str, usize)> {
    let limits =
        given.iter().fold(format::file_limits(), |limits, (name, value)| limits.with(name, *value).unwrap_or(limits));
    format::set_file_limits(limits);
    FileLimits::NAMES.iter().filter_map(|&name| Some((name, limits.get(name)?))).collect()
}

/// What an error adds about a limit.
#[pyfunction]
fn limit_remedy(name: &str) -> String {
    FileLimits::remedy(name)
}

/// Sets the memory budget in bytes when one is given; returns the budget.
#[pyfunction]
#[pyo3(signature = (limit = None))]
fn memory_limit(limit: Option<usize>) -> usize {
    limit.map_or_else(memory_budget, set_memory_budget)
}

/// Whether a result of so many bytes can be held.
#[pyfunction]
fn has_room(bytes: u128) -> bool {
    array::has_room(bytes)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(list_objects, module)?)?;
    module.add_function(wrap_pyfunction!(public_options, module)?)?;
    module.add_function(wrap_pyfunction!(without_secrets, module)?)?;
    module.add_function(wrap_pyfunction!(store_traffic, module)?)?;
    module.add_function(wrap_pyfunction!(has_room, module)?)?;
    module.add_function(wrap_pyfunction!(file_limits, module)?)?;
    module.add_function(wrap_pyfunction!(limit_remedy, module)?)?;
    module.add_function(wrap_pyfunction!(memory_limit, module)?)
}
