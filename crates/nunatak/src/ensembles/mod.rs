//! Models side by side: one variable of many datasets, and statistics across them.
//!
//! ```text
//! (label, Dataset)… ─► Stack: members × years × grid ─► statistics, block by block ─► Dataset
//! ```

mod stack;
mod statistics;
mod time;

pub use stack::Stack;
pub use statistics::{EnsembleOptions, ensemble, parse_statistic};
pub(crate) use time::{encoded_times, nominal_years, time_dimension};
