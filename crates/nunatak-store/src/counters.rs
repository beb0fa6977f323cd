//! Counts for people and tests; nothing is decided by them.

use std::sync::atomic::{AtomicU64, Ordering};

static REQUESTS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);

/// What this process has asked of remote stores so far.
///
/// # Examples
/// ```
/// use nunatak_store::{LocalFiles, ReadRanges, block_on, traffic};
///
/// # let folder = tempfile::tempdir()?;
/// let before = traffic();
/// block_on(LocalFiles.list(&folder.path().into()))?;
/// assert_eq!(traffic(), before, "files of this machine are no traffic");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traffic {
    /// Requests, retries and pages of listings included.
    pub requests: u64,
    /// Bytes of objects received.
    pub bytes: u64,
}

/// The traffic so far.
pub fn traffic() -> Traffic {
    Traffic { requests: REQUESTS.load(Ordering::Relaxed), bytes: BYTES.load(Ordering::Relaxed) }
}

pub(crate) fn count_request() {
    REQUESTS.fetch_add(1, Ordering::Relaxed);
}

pub(crate) fn count_bytes(bytes: usize) {
    BYTES.fetch_add(bytes as u64, Ordering::Relaxed);
}
