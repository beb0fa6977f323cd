//! A model variable against altimetry points.
//!
//! ```text
//! Dataset ─► recognition ─► values at the points, in space and time ─► residuals ─► Score
//! ```

mod comparison;
mod record_times;
mod residuals;
mod surface;

pub use comparison::{COVERAGE_LEVELS, CompareOptions, Comparison, compare};
pub use residuals::{Datum, ModelRecords, residuals};
pub use surface::{height_unit, surface_doubt};
