//! Archives of ice-sheet model files: what is in them, and one lazy tree of it all.
//!
//! ```text
//! directory ─► listing ─► Entry (path and file name) ─► Catalog ─► search
//!                                                          │ open headers in parallel
//!                                                          ▼
//!                          Draft ─► rules (nunatak-repair) ─► join on the nominal year ─► DataTree + Report
//!                             └► check (nunatak-compliance) ─► CheckReport
//! ```
//!
//! Opening a catalog lists files and reads no content. Opening a tree reads headers and coordinates; data stay on disk.
//! What belongs to other crates (rules, the check, names of ISMIP) is re-exported, so that who has a catalog has it all.

mod archive;
mod assemble;
mod catalog;
mod check;
mod chunk_map;
mod column;
mod error;
mod join;
mod listing;
mod manifests;
mod options;
mod packed_manifest;
mod saved;
mod saving;
mod search;
mod single;

#[cfg(test)]
mod saving_tests;

pub use catalog::Catalog;
pub use chunk_map::write_chunk_map;
pub use column::Column;
pub use error::{CatalogError, Result};
pub use join::Join;
pub use options::{OnError, TreeOptions};
pub use search::Query;
pub use single::open_repaired;

pub use nunatak_compliance::{CheckOptions, CheckReport, CheckedRun, Finding, Level};
pub use nunatak_ismip::{Ismip7Run, Meaning, Protocol};
pub use nunatak_repair::{
    Category, Entry, FileView, Problem, Repair, RepairRecord, Report, Rule, RuleFile, RuleFunction, RuleId, RuleSet,
    Severity, all_rules,
};
