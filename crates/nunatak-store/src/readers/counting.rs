//! A double that counts what passes through it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;

use crate::{Listed, Location, Pending, ReadRanges, Stamp};

/// Passes everything on to another reader, and counts calls, ranges and bytes: tests compare operations, never times.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_store::{CountingReader, MemoryReader, Object, StorageOptions, block_on, register};
///
/// let counting = Arc::new(CountingReader::new(Arc::new(MemoryReader::new([("a", vec![0; 100])]))));
/// let (root, _kept) = register("counted", counting.clone());
/// let object = block_on(Object::open(&root.join("a"), &StorageOptions::default()))?;
/// object.read(&[0..10, 50..60])?;
/// assert_eq!((counting.stats(), counting.batches(), counting.ranges(), counting.bytes()), (1, 1, 2, 20));
/// # Ok::<(), nunatak_store::StoreError>(())
/// ```
pub struct CountingReader {
    inner: Arc<dyn ReadRanges>,
    stats: AtomicUsize,
    lists: AtomicUsize,
    batches: AtomicUsize,
    ranges: AtomicUsize,
    bytes: AtomicUsize,
}

impl CountingReader {
    /// Counts what this reader is asked for.
    pub fn new(inner: Arc<dyn ReadRanges>) -> Self {
        let zero = || AtomicUsize::new(0);
        Self { inner, stats: zero(), lists: zero(), batches: zero(), ranges: zero(), bytes: zero() }
    }

    /// Calls for length and version.
    pub fn stats(&self) -> usize {
        self.stats.load(Ordering::Relaxed)
    }

    /// Calls for listings.
    pub fn lists(&self) -> usize {
        self.lists.load(Ordering::Relaxed)
    }

    /// Calls for bytes, first bytes included.
    pub fn batches(&self) -> usize {
        self.batches.load(Ordering::Relaxed)
    }

    /// Ranges in those calls.
    pub fn ranges(&self) -> usize {
        self.ranges.load(Ordering::Relaxed)
    }

    /// Bytes in the answers.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    fn count(&self, ranges: usize) {
        self.batches.fetch_add(1, Ordering::Relaxed);
        self.ranges.fetch_add(ranges, Ordering::Relaxed);
    }
}

impl ReadRanges for CountingReader {
    fn get_ranges<'a>(
        &'a self,
        location: &'a Location,
        stamp: &'a Stamp,
        ranges: &'a [Range<u64>],
    ) -> Pending<'a, Vec<Bytes>> {
        Box::pin(async move {
            self.count(ranges.len());
            let parts = self.inner.get_ranges(location, stamp, ranges).await?;
            self.bytes.fetch_add(parts.iter().map(Bytes::len).sum(), Ordering::Relaxed);
            Ok(parts)
        })
    }

    fn stat<'a>(&'a self, location: &'a Location) -> Pending<'a, Stamp> {
        self.stats.fetch_add(1, Ordering::Relaxed);
        self.inner.stat(location)
    }

    fn list<'a>(&'a self, prefix: &'a Location) -> Pending<'a, Vec<Listed>> {
        self.lists.fetch_add(1, Ordering::Relaxed);
        self.inner.list(prefix)
    }

    fn get_head<'a>(&'a self, location: &'a Location, length: u64) -> Pending<'a, (Stamp, Bytes)> {
        Box::pin(async move {
            self.count(1);
            let (stamp, bytes) = self.inner.get_head(location, length).await?;
            self.bytes.fetch_add(bytes.len(), Ordering::Relaxed);
            Ok((stamp, bytes))
        })
    }

    fn blocks(&self) -> bool {
        self.inner.blocks()
    }

    fn public_options(&self) -> BTreeMap<String, String> {
        self.inner.public_options()
    }
}
