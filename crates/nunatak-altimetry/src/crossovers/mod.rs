//! Crossovers of tracks, and what their differences say about the errors that overpasses have.
//!
//! ```text
//! points ─► tracks (steps between neighbours) ─► find (steps that cross) ─► Crossover ─► calibrate ─► Calibration
//! ```

mod calibration;
mod find;
#[cfg(test)]
mod tests;
mod tracks;

pub use calibration::{Calibration, Interval, calibrate};
pub use find::{Crossover, find_crossovers};
