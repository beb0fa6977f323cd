//! Archives of ice-sheet model files: what is in them, what is wrong with them, and one lazy tree of it all.
//!
//! ```text
//! directory ─► listing ─► Entry (path and file name) ─► Catalog ─► search
//!                                                          │ open headers in parallel
//!                                                          ▼
//!                          Draft ─► rules (match, fix, record) ─► join on the nominal year ─► DataTree + Report
//!                                               └► check (files against ISMIP6 and ISMIP7) ─► CheckReport
//! ```
//!
//! Opening a catalog lists files and reads no content. Opening a tree reads headers and coordinates; data stay on disk.

mod archive;
mod assemble;
mod catalog;
mod category;
mod compliance;
mod draft;
mod entry;
mod error;
mod ice_sheet;
mod ismip7_name;
mod join;
mod listing;
mod manifests;
mod name;
mod report;
mod rules;
mod saved;
mod search;
mod time_column;

pub use catalog::{Catalog, OnError, TreeOptions};
pub use category::Category;
pub use compliance::{CheckOptions, CheckReport, CheckedRun, Finding, Level, Protocol};
pub use entry::{Entry, Meaning};
pub use error::{CatalogError, Result};
pub use ismip7_name::Ismip7Run;
pub use join::Join;
pub use report::{Problem, RepairRecord, Report, Severity};
pub use rules::{FileView, Repair, Rule, RuleFile, RuleFunction, RuleId, RuleSet, all_rules};
pub use saved::write_chunk_map;
pub use search::{Column, Query};
