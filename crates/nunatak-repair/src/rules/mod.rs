//! The language of rules: what rule files and functions may say.

mod case;
mod conditions;
mod fix;
mod function;
mod pattern;
mod rule;
mod rule_file;
mod rule_set;
mod subject;

pub use function::{FileView, RuleFunction};
pub use rule::Rule;
pub use rule_file::RuleFile;
pub use rule_set::{RuleSet, all_rules};
pub use subject::Event;

pub(crate) use case::{Case, Conditions};
pub(crate) use conditions::{
    EntryConditions, FileConditions, PathConditions, Tail, ValueRange, glued, is_uninitialised,
};
pub(crate) use fix::{Fix, RoleName};
pub(crate) use rule::Applied;
pub(crate) use subject::Subject;
