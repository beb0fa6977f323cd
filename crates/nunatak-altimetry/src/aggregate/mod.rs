//! Aggregation of points to cells.
//!
//! ```text
//! points ─┬─ located, edited ─► runs of a leaf (cell, block, pass) ─► exact sums, task by task ─┬─► cells of blocks ─► surface
//!         │                                                                                    │        ─► height and its error
//!         ├─ located, edited ─► exact sums by leaf ─► merged with those of other points ───────┘
//!         └─ where no statistic needs the surface: exact sums by cell, as the points are located ─► plain statistics
//! ```

mod aside;
mod cell;
mod column;
mod driver;
mod editing;
mod finish;
mod gather;
mod held_out;
mod leaf;
mod located;
mod location;
mod partial_sums;
mod pass;
mod plain;
mod shares;
mod statistic;
mod statistics;
mod summing;

pub use driver::{aggregate, aggregate_occupied};
pub use location::locate_points;
pub use partial_sums::PartialSums;
pub use statistic::{Statistic, StatisticSet};
pub use statistics::{AggregateOptions, CellStatistics, ErrorModel, OccupiedCells};

#[cfg(test)]
mod tests;
