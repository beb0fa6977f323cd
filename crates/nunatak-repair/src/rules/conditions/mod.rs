//! Conditions that the cases of rules may set: the `entry` and `match` of rule files. All that are given must hold.

mod attributes;
mod entry;
mod file;
mod grid;
mod path;
mod time;
mod values;
mod variable;

pub(crate) use entry::EntryConditions;
pub(crate) use file::FileConditions;
pub(crate) use grid::GridConditions;
pub(crate) use path::{PathConditions, Tail, glued};
pub(crate) use time::{TimeConditions, is_uninitialised};
pub(crate) use values::{ValueConditions, ValueRange};
pub(crate) use variable::VariableConditions;
