//! Points to cells: one pass of mergeable sums, then a mean with three uncertainties.
//!
//! ```text
//! points ─► located (cell, offset from its centre) ─► sums per (cell, pass) ─► CellSums ─┐
//!                └─► along-track autocovariance ─► correlation length ─► effective count ─┴─► error budget
//! ```

mod budget;
mod cell_sums;
mod columns;
mod correlation;
mod driver;
mod effective_count;
mod extension;
mod location;
mod moments;
mod order_statistics;
mod partial;
mod statistics;

pub use cell_sums::{CellSums, PassSums};
pub use columns::PointColumns;
pub use driver::aggregate;
pub use location::locate_points;
pub(crate) use order_statistics::median;
pub use partial::PartialSums;
pub use statistics::{AggregateOptions, CellStatistics, ErrorModel};

#[cfg(test)]
mod tests;
