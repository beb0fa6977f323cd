//! Repair rules: each has a name, a match on what is in the file, and a fix that is recorded.
//!
//! ```text
//! rule file (TOML) ─► RuleFile ─► RuleSet ─► cases by subject, in this order:
//!     path ─► header ─► time ─► companion ─► grid ─► field ─► file      when files are opened
//!     values                                                            when an archive is checked
//!     join                                                              where files come together
//! ```
//!
//! Rules are data, the engine is code: `conditions` and `fix` are the words that rule files may use.

mod case;
mod conditions;
mod dates;
mod epoch;
mod files;
mod fix;
mod function;
mod grid;
mod grid_conditions;
mod grid_mapping;
mod paths;
mod pattern;
mod rule;
mod rule_file;
mod rule_set;
mod time;
mod time_conditions;
mod values;
mod variables;

#[cfg(test)]
mod rule_file_tests;
#[cfg(test)]
pub(crate) use paths::glued;

pub use function::{FileView, RuleFunction};
pub use rule::{Repair, Rule, RuleId};
pub use rule_file::RuleFile;
pub use rule_set::{RuleSet, all_rules};

pub(crate) use case::{Event, Subject};
pub(crate) use files::{drop_time_dependent, repair_file};
pub(crate) use function::{Asked, apply_to_file, apply_to_time, apply_to_variables, ask};
pub(crate) use grid::repair_grid;
pub(crate) use paths::{Tail, name_aliases, path_findings, repair_path};
pub(crate) use rule::{Applied, Finding};
pub(crate) use time::{TimeOutcome, repair_time};
pub(crate) use values::{corner_finding, value_findings};
pub(crate) use variables::repair_variables;
