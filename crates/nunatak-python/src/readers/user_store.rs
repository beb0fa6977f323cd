//! Stores of a user's own: those of obstore, and others with its `get`, `head` and `list`.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use nunatak::store::{Listed, Location, Pending, ReadRanges, Result, Stamp, StoreError, Version, coalesce, scatter};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::bytes::to_bytes;
use super::failure::failure;
use crate::threads::on_caller;

/// Ranges closer than this are one request.
const GAP: u64 = 64 * 1024;
/// Longest request for ranges that were joined.
const LONGEST: u64 = 4 * 1024 * 1024;
/// Requests that one read keeps in flight, each on a thread of its own that waits without the GIL.
const SIDE_BY_SIDE: usize = 8;

/// A store of obstore, or another one with its methods.
pub(super) struct UserStore {
    pub(super) store: Py<PyAny>,
}

impl UserStore {
    pub(super) fn new(store: &Bound<'_, PyAny>) -> Self {
        Self { store: store.clone().unbind() }
    }

    /// Calls Python; what it raises is the store's error.
    fn call<T: Send>(
        &self,
        location: &Location,
        call: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<T> + Send,
    ) -> Result<T> {
        on_caller(|py| call(self.store.bind(py)).map_err(|raised| failure(py, location, raised)))
    }

    fn get(&self, location: &Location, range: &Range<u64>) -> Result<(Stamp, Bytes)> {
        let key = key_of(location);
        self.call(location, |store| {
            let wanted = PyDict::new(store.py());
            wanted.set_item("range", (range.start, range.end))?;
            let options = PyDict::new(store.py());
            options.set_item("options", wanted)?;
            let answer = store.call_method("get", (key,), Some(&options))?;
            let stamp = stamp_of(&answer.getattr("meta")?)?;
            let body = answer.call_method0("bytes")?;
            Ok((stamp, to_bytes(&body)?))
        })
    }

    /// A range of one state of a file.
    fn get_of(&self, location: &Location, stamp: &Stamp, range: &Range<u64>) -> Result<Bytes> {
        let (found, bytes) = self.get(location, range)?;
        match stamp.difference(&found) {
            Some(found) => Err(StoreError::Changed { location: location.clone(), found }),
            None => Ok(bytes),
        }
    }

    /// Ranges of one state of a file, some of them in flight at once.
    fn get_all(&self, location: &Location, stamp: &Stamp, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        if let [range] = ranges {
            return Ok(vec![self.get_of(location, stamp, range)?]);
        }
        let next = AtomicUsize::new(0);
        let parts: Mutex<Vec<Option<Result<Bytes>>>> = Mutex::new(ranges.iter().map(|_| None).collect());
        let work = || {
            while let Some((at, range)) = take(&next, ranges) {
                let part = self.get_of(location, stamp, range);
                let failed = part.is_err();
                parts.lock().unwrap_or_else(PoisonError::into_inner)[at] = Some(part);
                if failed {
                    // Nobody goes on.
                    next.store(ranges.len(), Ordering::Relaxed);
                }
            }
        };
        // Threads that wait for each other must not hold the GIL.
        Python::attach(|py| {
            py.detach(|| {
                std::thread::scope(|scope| (0..ranges.len().min(SIDE_BY_SIDE)).for_each(|_| drop(scope.spawn(work))));
            });
        });
        let parts = parts.into_inner().unwrap_or_else(PoisonError::into_inner);
        // A part is missing only after another one failed, which ends the collection.
        let (failed, read): (Vec<_>, Vec<_>) = parts.into_iter().flatten().partition(Result::is_err);
        failed.into_iter().chain(read).collect()
    }
}

fn take<'a>(next: &AtomicUsize, ranges: &'a [Range<u64>]) -> Option<(usize, &'a Range<u64>)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    ranges.get(at).map(|range| (at, range))
}

impl ReadRanges for UserStore {
    fn get_ranges<'a>(
        &'a self,
        location: &'a Location,
        stamp: &'a Stamp,
        ranges: &'a [Range<u64>],
    ) -> Pending<'a, Vec<Bytes>> {
        Box::pin(async move {
            let pieces = coalesce(ranges, GAP, LONGEST);
            let spans: Vec<Range<u64>> = pieces.iter().map(|piece| piece.range.clone()).collect();
            Ok(scatter(ranges, &pieces, &self.get_all(location, stamp, &spans)?))
        })
    }

    fn stat<'a>(&'a self, location: &'a Location) -> Pending<'a, Stamp> {
        Box::pin(async move {
            let key = key_of(location);
            self.call(location, |store| stamp_of(&store.call_method1("head", (key,))?))
        })
    }

    fn get_head<'a>(&'a self, location: &'a Location, length: u64) -> Pending<'a, (Stamp, Bytes)> {
        Box::pin(async move {
            match self.get(location, &(0..length)) {
                // An empty file has no first byte.
                Err(error @ StoreError::Reader { .. }) => match self.stat(location).await {
                    Ok(stamp) if stamp.length == 0 => Ok((stamp, Bytes::new())),
                    _ => Err(error),
                },
                answer => answer,
            }
        })
    }

    fn list<'a>(&'a self, prefix: &'a Location) -> Pending<'a, Vec<Listed>> {
        Box::pin(async move {
            let Location::Remote { scheme, bucket, key } = prefix else { return Ok(Vec::new()) };
            let place = |key: String| Location::Remote { scheme: *scheme, bucket: bucket.clone(), key };
            let mut found = self.call(prefix, |store| {
                let below = (!key.is_empty()).then_some(key);
                let mut found = Vec::new();
                for batch in store.call_method1("list", (below,))?.try_iter()? {
                    for meta in batch?.try_iter()? {
                        let meta = meta?;
                        let location = place(meta.get_item("path")?.extract()?);
                        found.push(Listed { location, stamp: stamp_of(&meta)? });
                    }
                }
                Ok(found)
            })?;
            found.sort_by(|one, other| one.location.cmp(&other.location));
            Ok(found)
        })
    }

    fn blocks(&self) -> bool {
        true
    }
}

fn key_of(location: &Location) -> String {
    location.segments().to_string_lossy().into_owned()
}

/// Length and version from a store's description of a file.
fn stamp_of(meta: &Bound<'_, PyAny>) -> PyResult<Stamp> {
    let length = meta.get_item("size")?.extract()?;
    let tag: Option<String> = meta.get_item("e_tag")?.extract()?;
    let version = match tag {
        Some(tag) => Version::ETag(tag.trim_matches('"').to_string()),
        None => match meta.get_item("last_modified")?.call_method0("timestamp")?.extract::<f64>() {
            Ok(seconds) => Version::Modified((seconds * 1e9) as i64),
            Err(_) => Version::Unknown,
        },
    };
    Ok(Stamp { length, version })
}
