//! Statistics across the members of an ensemble.
//!
//! [`ensemble_statistics`] streams an ensemble block by block, all members of a block together, in bounded memory:
//!
//! ```text
//! stack of members ─► blocks (plan_blocks) ─► running sums per cell ─► one array per Statistic
//! ```

mod blocks;
mod error;
mod moments;
mod statistic;
mod statistics;
#[cfg(test)]
mod tests;

pub use blocks::plan_blocks;
pub use error::{EnsembleError, Result};
pub use statistic::Statistic;
pub use statistics::ensemble_statistics;
