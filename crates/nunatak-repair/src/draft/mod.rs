//! Files that are being repaired: their headers, and their time axes in memory.

mod file;
mod fill_values;
mod horizontal;
mod time_column;
mod variable;

pub use file::Draft;
pub use time_column::TimeColumn;
pub use variable::{DraftVariable, Role};

pub(crate) use fill_values::{declared_fills, unmatched_fill};
pub(crate) use horizontal::HorizontalDimensions;
