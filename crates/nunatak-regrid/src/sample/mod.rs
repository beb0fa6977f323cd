//! Sampling: values of a field on any grid at points of longitude and latitude.
//!
//! ```text
//! grid, points, method ─► PointStencils (point → cells, weights) ─┐
//! lazy array (…, cells), records in time ─────────────────────────┴─► values at the points
//! ```
//!
//! Memory goes with the points and the cells that they need, and with a mesh or the axes of a grid, which are in memory
//! anyway; never with the cells of a HEALPix level. Of the array only blocks that hold needed cells are read.

mod near_cells;
mod read_cells;
mod records;
mod stencils;
mod values;

pub use records::{OutsideTime, Records, TimeInterpolation};
pub use stencils::PointStencils;
pub use values::sample;

#[cfg(test)]
mod tests;
