//! The application of rules to paths, to files, and to their numbers.

mod dates;
mod epoch;
mod files;
mod functions;
mod grid;
mod grid_mapping;
mod order;
mod paths;
mod time;
mod values;
mod variables;

pub use paths::{name_aliases, path_findings};
pub use values::{corner_finding, value_findings};

#[cfg(test)]
pub(crate) use time::repair_time;
