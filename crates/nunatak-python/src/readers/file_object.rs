//! File objects: anything with `read` and `seek`, such as `io.BytesIO` and the files of fsspec.

use std::ops::Range;
use std::sync::Mutex;

use bytes::Bytes;
use nunatak::store::{Listed, Location, Pending, ReadRanges, Result, Stamp, StoreError, Version, coalesce, scatter};
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::PyDict;

use super::bytes::to_bytes;
use super::failure::failure;
use crate::threads::on_caller;

/// Ranges closer than this are one read.
const GAP: u64 = 64 * 1024;
/// Longest read of ranges that were joined.
const LONGEST: u64 = 4 * 1024 * 1024;

/// One open file of Python.
pub(super) struct FileObject {
    pub(super) file: Py<PyAny>,
    /// The file system that reads many ranges at once, and the file's path there.
    many: Option<(Py<PyAny>, String)>,
    /// Who seeks reads before anybody else seeks.
    position: Mutex<()>,
}

impl FileObject {
    pub(super) fn new(file: &Bound<'_, PyAny>) -> Self {
        Self { file: file.clone().unbind(), many: many_at_once(file), position: Mutex::new(()) }
    }

    fn with_position<T: Send>(
        &self,
        location: &Location,
        call: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<T> + Send,
    ) -> Result<T> {
        on_caller(|py| {
            // Waits without the GIL, so that who holds the lock can have it.
            let _held = self.position.lock_py_attached(py);
            call(self.file.bind(py)).map_err(|raised| failure(py, location, raised))
        })
    }

    fn read_pieces(&self, location: &Location, pieces: &[Range<u64>]) -> Result<Vec<Bytes>> {
        match &self.many {
            Some((system, path)) if pieces.len() > 1 => on_caller(|py| {
                cat_ranges(system.bind(py), path, pieces).map_err(|raised| failure(py, location, raised))
            }),
            _ => self.with_position(location, |file| pieces.iter().map(|piece| read_at(file, piece)).collect()),
        }
    }
}

impl ReadRanges for FileObject {
    fn get_ranges<'a>(
        &'a self,
        location: &'a Location,
        _stamp: &'a Stamp,
        ranges: &'a [Range<u64>],
    ) -> Pending<'a, Vec<Bytes>> {
        Box::pin(async move {
            let pieces = coalesce(ranges, GAP, LONGEST);
            let spans: Vec<Range<u64>> = pieces.iter().map(|piece| piece.range.clone()).collect();
            Ok(scatter(ranges, &pieces, &self.read_pieces(location, &spans)?))
        })
    }

    fn stat<'a>(&'a self, location: &'a Location) -> Pending<'a, Stamp> {
        Box::pin(async move {
            let length = self.with_position(location, |file| {
                file.call_method1("seek", (0, 2))?;
                file.call_method0("tell")?.extract()
            })?;
            Ok(Stamp { length, version: Version::Unknown })
        })
    }

    fn list<'a>(&'a self, prefix: &'a Location) -> Pending<'a, Vec<Listed>> {
        let reason = "expected a directory or store, found a file object".into();
        Box::pin(async move { Err(StoreError::Unusable { location: prefix.clone(), reason }) })
    }

    fn blocks(&self) -> bool {
        true
    }
}

/// The bytes of a range, with as many reads as the file needs; fewer at its end.
fn read_at(file: &Bound<'_, PyAny>, range: &Range<u64>) -> PyResult<Bytes> {
    let wanted = usize::try_from(range.end - range.start)?;
    file.call_method1("seek", (range.start,))?;
    let first = to_bytes(&file.call_method1("read", (wanted,))?)?;
    if first.len() >= wanted || first.is_empty() {
        return Ok(first);
    }
    let mut bytes = first.to_vec();
    while bytes.len() < wanted {
        let next = to_bytes(&file.call_method1("read", (wanted - bytes.len(),))?)?;
        if next.is_empty() {
            break;
        }
        bytes.extend_from_slice(&next);
    }
    Ok(bytes.into())
}

/// Ranges of one file through `fsspec`, which has all of them on their way at once.
fn cat_ranges(system: &Bound<'_, PyAny>, path: &str, pieces: &[Range<u64>]) -> PyResult<Vec<Bytes>> {
    let paths = vec![path; pieces.len()];
    let starts: Vec<u64> = pieces.iter().map(|piece| piece.start).collect();
    let ends: Vec<u64> = pieces.iter().map(|piece| piece.end).collect();
    let options = PyDict::new(system.py());
    options.set_item("on_error", "raise")?;
    let parts = system.call_method("cat_ranges", (paths, starts, ends), Some(&options))?;
    parts.try_iter()?.map(|part| to_bytes(&part?)).collect()
}

/// The asynchronous file system of a file that is open for reading, as those of S3, GCS, Azure and HTTP are.
fn many_at_once(file: &Bound<'_, PyAny>) -> Option<(Py<PyAny>, String)> {
    let system = file.getattr("fs").ok()?;
    let flag = |name: &str| system.getattr(name).and_then(|flag| flag.is_truthy()).unwrap_or(false);
    let compressed = file.getattr("compression").is_ok_and(|name| !name.is_none());
    if !flag("async_impl") || flag("asynchronous") || compressed || !system.hasattr("cat_ranges").unwrap_or(false) {
        return None;
    }
    let path: String = file.getattr("path").ok()?.extract().ok()?;
    Some((system.unbind(), path))
}
