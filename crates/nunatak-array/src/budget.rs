//! How much memory one read may use beside its result.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

const UNSET: usize = 0;
const DEFAULT: usize = 256 << 20;
const LEAST: usize = 1 << 20;
/// Largest chunk that is decoded where nobody has set a budget: some writers put a whole variable in one chunk.
const DEFAULT_CHUNK: usize = 1 << 30;

static BUDGET: AtomicUsize = AtomicUsize::new(UNSET);

/// Bytes that a read may hold beside its result (compressed chunks in flight, chunks being decoded): 256 MiB unless
/// the environment variable `NUNATAK_MEMORY_BUDGET` (bytes) or [`set_memory_budget`] says otherwise.
pub fn memory_budget() -> usize {
    chosen().unwrap_or(DEFAULT)
}

/// Bytes of the largest chunk that a read may decode beside its result: the memory budget where one is set, else 1 GiB.
pub fn chunk_limit() -> usize {
    chosen().unwrap_or(DEFAULT_CHUNK)
}

/// Sets the budget, at least 1 MiB, and returns it.
pub fn set_memory_budget(bytes: usize) -> usize {
    let bytes = bytes.max(LEAST);
    BUDGET.store(bytes, Ordering::Relaxed);
    bytes
}

/// The budget that somebody has set.
fn chosen() -> Option<usize> {
    static ENVIRONMENT: OnceLock<Option<usize>> = OnceLock::new();
    match BUDGET.load(Ordering::Relaxed) {
        UNSET => {
            let set = || std::env::var("NUNATAK_MEMORY_BUDGET").ok()?.parse().ok();
            ENVIRONMENT.get_or_init(set).map(|bytes: usize| bytes.max(LEAST))
        }
        bytes => Some(bytes),
    }
}
