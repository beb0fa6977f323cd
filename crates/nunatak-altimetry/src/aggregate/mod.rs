//! Aggregation of points to cells: one pass of mergeable sums, then a mean with three uncertainties.
//!
//! ```text
//! points ─► located (cell, offset from its centre) ─► sums per (cell, pass) ─► CellSums ─┐
//!                └─► along-track autocovariance ─► correlation length ─► effective count ─┴─► error budget
//! ```

mod cell_sums;
mod driver;
mod location;
mod partial;
mod statistics;

pub use cell_sums::{CellSums, PassSums};
pub use driver::{aggregate, aggregate_occupied};
pub use location::locate_points;
pub use partial::PartialSums;
pub use statistics::{AggregateOptions, CellStatistics, ErrorModel, OccupiedCells};

#[cfg(test)]
mod tests;
