//! One case of a rule: what it looks at, when it matches, and what is done then.

use serde::Deserialize;

use crate::rules::conditions::{
    EntryConditions, FileConditions, GridConditions, PathConditions, TimeConditions, ValueConditions,
    VariableConditions,
};
use crate::rules::fix::Fix;
use crate::rules::subject::{Event, Subject};

/// `match` of a case whose subject is `join`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JoinConditions {
    pub(crate) event: Event,
}

/// What must be in the file.
#[derive(Debug)]
pub(crate) enum Conditions {
    Path(PathConditions),
    Variable(VariableConditions),
    Time(Box<TimeConditions>),
    Grid(GridConditions),
    File(FileConditions),
    Values(ValueConditions),
    Join(JoinConditions),
}

/// One case of a rule.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) subject: Subject,
    pub(crate) entry: EntryConditions,
    pub(crate) conditions: Conditions,
    pub(crate) fixes: Vec<Fix>,
    /// Why this is a guess, when it is one.
    pub(crate) evidence: Option<String>,
}
