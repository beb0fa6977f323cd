//! The check of an archive's files against the protocols of ISMIP6 and ISMIP7.
//!
//! A file of ISMIP6 is looked at as the rules leave it: what they put right is a repair, what stays is a finding. A file
//! of ISMIP7 is looked at as it is, since it can still be written anew.
//!
//! ```text
//! drafts (nunatak-repair) ─► each file: naming, attributes, grid, time, values ─┐
//! listing ─► which variables a run lacks ───────────────────────────────────────┼─► CheckReport ─► text, JSON, HTML
//! files of one run ─► identities between variables ─────────────────────────────┘
//! ```

mod across_files;
mod attributes;
mod blocks;
mod check;
mod checked_file;
mod error;
mod finding;
mod grid;
mod html;
mod identity;
mod naming;
mod options;
mod presence;
mod report;
mod rule_findings;
mod time;
mod time_ismip7;
mod units;
mod values;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

pub use check::{OpenedArchive, check};
pub use error::{ComplianceError, Result};
pub use finding::{Finding, Level};
pub use html::REPORT_CSS;
pub use options::CheckOptions;
pub use report::{CheckReport, CheckedRun};
