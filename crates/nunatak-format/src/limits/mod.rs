//! What is taken from one file: past a limit it is refused by name, before memory is taken.

mod budget;
mod file_limits;

pub(crate) use budget::Budget;
pub use file_limits::{FileLimits, file_limits, set_file_limits};
