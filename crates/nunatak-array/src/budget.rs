//! How much memory one read may use beside its result, and whether there is room for a result.

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

/// Whether a result of so many bytes can be held. It is asked before any of them is taken: memory that is promised and not
/// there ends the process, with all that it held, when it is half full.
///
/// A result within [`memory_budget`] needs what the allocator gives; a larger one must also fit what the system has left, so
/// that a larger budget stands for memory of which the system does not know.
///
/// ```
/// assert!(nunatak_array::has_room(1 << 10));
/// // 760001 x 760001 areas: 8 m where 8 km were meant.
/// assert!(!nunatak_array::has_room(8 * 760_001 * 760_001));
/// ```
pub fn has_room(bytes: u128) -> bool {
    let Ok(bytes) = usize::try_from(bytes) else { return false };
    let is_promised = Vec::<u8>::new().try_reserve_exact(bytes).is_ok();
    is_promised && (bytes <= memory_budget() || bytes_left().is_none_or(|left| bytes as u64 <= left))
}

/// Bytes that the system can still give: what is free or can be freed, and no more than the control group may have. `None`
/// where it does not say.
#[cfg(target_os = "linux")]
fn bytes_left() -> Option<u64> {
    let known = std::fs::read_to_string("/proc/meminfo").ok()?;
    let free = kibibytes(&known, "MemAvailable:")? + kibibytes(&known, "SwapFree:").unwrap_or(0);
    let limit = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|text| text.trim().parse().ok());
    Some((free * 1024).min(limit.unwrap_or(u64::MAX)))
}

#[cfg(not(target_os = "linux"))]
fn bytes_left() -> Option<u64> {
    None
}

/// The number on the line of this name.
#[cfg(target_os = "linux")]
fn kibibytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_room_is_found_for_more_than_there_is() {
        for bytes in [0, 1, 4096, 1 << 20] {
            assert!(has_room(bytes), "{bytes}");
        }
        for bytes in [1 << 50, u128::from(u64::MAX), u128::MAX] {
            assert!(!has_room(bytes), "{bytes}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_left_is_no_more_than_there_is() {
        let known = std::fs::read_to_string("/proc/meminfo").unwrap();
        let all = kibibytes(&known, "MemTotal:").unwrap() + kibibytes(&known, "SwapTotal:").unwrap();
        let left = bytes_left().unwrap();
        assert!(left > 0 && left <= 1024 * all, "{left} of {all} KiB");
    }
}
