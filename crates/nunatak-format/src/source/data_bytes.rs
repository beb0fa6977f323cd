//! A count of the data bytes that were read, for people and tests; nothing is decided by it.

use std::sync::atomic::{AtomicU64, Ordering};

static DATA_BYTES_READ: AtomicU64 = AtomicU64::new(0);

/// Bytes of array data (not metadata) that this process has read from files so far.
pub fn data_bytes_read() -> u64 {
    DATA_BYTES_READ.load(Ordering::Relaxed)
}

pub(crate) fn count_data_bytes(bytes: usize) {
    DATA_BYTES_READ.fetch_add(bytes as u64, Ordering::Relaxed);
}
