//! Files in memory, for tests and for data that never were on a disk.

use std::collections::BTreeMap;
use std::ops::Range;

use bytes::Bytes;

use crate::{Listed, Location, Pending, ReadRanges, Result, Stamp, StoreError, Version};

/// Files by their keys: `reader://NAME/key` once it is [registered](crate::register).
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_store::{MemoryReader, ReadRanges, block_on, register};
///
/// let (root, reader) = register("box", Arc::new(MemoryReader::new([("a/b.nc", vec![1, 2]), ("c.nc", vec![3])])));
/// let listed = block_on(reader.list(&root.join("a")))?;
/// assert_eq!(listed[0].location.file_name(), "b.nc");
/// # Ok::<(), nunatak_store::StoreError>(())
/// ```
#[derive(Debug, Default)]
pub struct MemoryReader(BTreeMap<String, Bytes>);

impl MemoryReader {
    /// Files from keys and contents.
    pub fn new<K: Into<String>, B: Into<Bytes>>(files: impl IntoIterator<Item = (K, B)>) -> Self {
        Self(files.into_iter().map(|(key, bytes)| (key.into(), bytes.into())).collect())
    }

    fn file(&self, location: &Location) -> Result<&Bytes> {
        let found = self.0.get(&*location.segments().to_string_lossy());
        found.ok_or_else(|| StoreError::NotFound { location: location.clone() })
    }
}

fn stamp_of(bytes: &Bytes) -> Stamp {
    Stamp { length: bytes.len() as u64, version: Version::Unknown }
}

impl ReadRanges for MemoryReader {
    fn get_ranges<'a>(
        &'a self,
        location: &'a Location,
        _stamp: &'a Stamp,
        ranges: &'a [Range<u64>],
    ) -> Pending<'a, Vec<Bytes>> {
        Box::pin(async move {
            let bytes = self.file(location)?;
            let position = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
            // What ends too early is found by who asked for it.
            Ok(ranges.iter().map(|range| bytes.slice(position(range.start)..position(range.end))).collect())
        })
    }

    fn stat<'a>(&'a self, location: &'a Location) -> Pending<'a, Stamp> {
        Box::pin(async move { self.file(location).map(stamp_of) })
    }

    fn list<'a>(&'a self, prefix: &'a Location) -> Pending<'a, Vec<Listed>> {
        Box::pin(async move {
            let below = prefix.segments();
            let Location::Remote { scheme, bucket, .. } = prefix else { return Ok(Vec::new()) };
            let place = |key: &str| Location::Remote { scheme: *scheme, bucket: bucket.clone(), key: key.into() };
            let files = self.0.iter().filter(|(key, _)| std::path::Path::new(key).starts_with(below));
            Ok(files.map(|(key, bytes)| Listed { location: place(key), stamp: stamp_of(bytes) }).collect())
        })
    }
}
