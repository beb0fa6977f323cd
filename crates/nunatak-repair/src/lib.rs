//! Repair rules and their application: what is wrong in a file of an archive is put right lazily, and on record.
//!
//! A rule has a name, conditions on what is in the file, and a fix. Rules are data (TOML files), the engine is code:
//! `rules/conditions` and `rules/fix` are the words that rule files may use.
//!
//! ```text
//! rule file (TOML) ─► RuleFile ─► RuleSet ─┐
//! path ─► Entry ───────────────────────────┼─► cases by subject, in this order:
//! header ─► Draft ─────────────────────────┘     path ─► header ─► time ─► companion ─► grid ─► field ─► file
//!                                                values    when an archive is checked
//!                                                join      where files come together
//! ```
//!
//! ```
//! use std::path::Path;
//! use nunatak_repair::{Entry, RuleSet};
//!
//! let path = Path::new("/archive/ULB/fETISh_16km/exp05/lithk_AIS_ULB_fETISh_exp05.nc");
//! let entry = Entry::of_path(Path::new("/archive"), path, 1, &RuleSet::ismip6()).unwrap();
//! assert_eq!((entry.model.as_str(), &*entry.repairs[0].rule), ("fETISh_16km", "A2"));
//! ```

mod apply;
mod category;
mod draft;
mod entry;
mod error;
mod record;
mod report;
mod rules;
mod severity;

#[cfg(test)]
mod entry_tests;
#[cfg(test)]
mod rule_file_tests;

pub use apply::{corner_finding, name_aliases, path_findings, value_findings};
pub use category::Category;
pub use draft::{Draft, DraftVariable, Role, TimeColumn};
pub use entry::Entry;
pub use error::{RepairError, Result};
pub use record::{Repair, RuleFinding, RuleId};
pub use report::{Problem, RepairRecord, Report};
pub use rules::{Event, FileView, Rule, RuleFile, RuleFunction, RuleSet, all_rules};
pub use severity::Severity;
