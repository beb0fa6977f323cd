//! A double that answers late, as stores far away do.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;

use crate::{Listed, Location, Pending, ReadRanges, Stamp};

/// Passes everything on to another reader after a delay, and notes how many calls waited at once.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use nunatak_store::{LatencyReader, MemoryReader, Object, StorageOptions, block_on, register};
///
/// let memory = Arc::new(MemoryReader::new([("a", vec![7; 100])]));
/// let far = Arc::new(LatencyReader::new(memory, Duration::from_millis(1)));
/// let (root, _kept) = register("far", far.clone());
/// let object = block_on(Object::open(&root.join("a"), &StorageOptions::default()))?;
/// assert_eq!(object.read(&[0..3])?, [vec![7; 3]]);
/// assert_eq!(far.most_at_once(), 1);
/// # Ok::<(), nunatak_store::StoreError>(())
/// ```
pub struct LatencyReader {
    inner: Arc<dyn ReadRanges>,
    delay: Duration,
    waiting: AtomicUsize,
    most: AtomicUsize,
}

impl LatencyReader {
    /// Delays each answer of this reader.
    pub fn new(inner: Arc<dyn ReadRanges>, delay: Duration) -> Self {
        Self { inner, delay, waiting: AtomicUsize::new(0), most: AtomicUsize::new(0) }
    }

    /// The most calls that waited at the same time.
    pub fn most_at_once(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }

    async fn wait(&self) {
        let waiting = self.waiting.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(waiting, Ordering::Relaxed);
        tokio::time::sleep(self.delay).await;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl ReadRanges for LatencyReader {
    fn get_ranges<'a>(
        &'a self,
        location: &'a Location,
        stamp: &'a Stamp,
        ranges: &'a [Range<u64>],
    ) -> Pending<'a, Vec<Bytes>> {
        Box::pin(async move {
            self.wait().await;
            self.inner.get_ranges(location, stamp, ranges).await
        })
    }

    fn stat<'a>(&'a self, location: &'a Location) -> Pending<'a, Stamp> {
        Box::pin(async move {
            self.wait().await;
            self.inner.stat(location).await
        })
    }

    fn list<'a>(&'a self, prefix: &'a Location) -> Pending<'a, Vec<Listed>> {
        Box::pin(async move {
            self.wait().await;
            self.inner.list(prefix).await
        })
    }

    fn get_head<'a>(&'a self, location: &'a Location, length: u64) -> Pending<'a, (Stamp, Bytes)> {
        Box::pin(async move {
            self.wait().await;
            self.inner.get_head(location, length).await
        })
    }

    fn blocks(&self) -> bool {
        self.inner.blocks()
    }

    fn public_options(&self) -> BTreeMap<String, String> {
        self.inner.public_options()
    }
}
