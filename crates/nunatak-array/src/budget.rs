//! How much memory one read may use beside its result.

use std::sync::atomic::{AtomicUsize, Ordering};

const UNSET: usize = 0;
const DEFAULT: usize = 256 << 20;
const LEAST: usize = 1 << 20;

static BUDGET: AtomicUsize = AtomicUsize::new(UNSET);

/// Bytes that a read may hold beside its result (compressed chunks in flight, chunks being decoded): 256 MiB unless
/// the environment variable `NUNATAK_MEMORY_BUDGET` (bytes) or [`set_memory_budget`] says otherwise.
pub fn memory_budget() -> usize {
    match BUDGET.load(Ordering::Relaxed) {
        UNSET => {
            let set = std::env::var("NUNATAK_MEMORY_BUDGET").ok().and_then(|bytes| bytes.parse().ok());
            set_memory_budget(set.unwrap_or(DEFAULT))
        }
        bytes => bytes,
    }
}

/// Sets the budget, at least 1 MiB, and returns it.
pub fn set_memory_budget(bytes: usize) -> usize {
    let bytes = bytes.max(LEAST);
    BUDGET.store(bytes, Ordering::Relaxed);
    bytes
}
