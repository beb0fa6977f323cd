//! Readers of local files and of memory, and doubles for tests.

mod counting;
mod latency;
mod local;
mod memory;

pub use counting::CountingReader;
pub use latency::LatencyReader;
pub use local::{LocalFile, LocalFiles};
pub use memory::MemoryReader;
