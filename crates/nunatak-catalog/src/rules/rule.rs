use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::case::Case;
use crate::{Category, Severity};

/// The name of a rule: `C12`, or what a user's own rule is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleId(Arc<str>);

impl Deref for RuleId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for RuleId {
    fn from(id: &str) -> Self {
        Self(id.into())
    }
}

impl From<String> for RuleId {
    fn from(id: String) -> Self {
        Self(id.into())
    }
}

impl From<&RuleId> for RuleId {
    fn from(id: &RuleId) -> Self {
        id.clone()
    }
}

impl PartialEq<&str> for RuleId {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl PartialEq<str> for RuleId {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl std::fmt::Display for RuleId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self)
    }
}

/// A known error of the archive and what is done about it, as its rule file states them.
#[derive(Debug)]
pub struct Rule {
    /// Its name, as in the table of repairs in the documentation.
    pub id: RuleId,
    /// Where it was seen first; rules match on content, never on this alone.
    pub who: String,
    /// What is wrong.
    pub symptom: String,
    /// What is done.
    pub fix: String,
    /// How bad it would be to leave it.
    pub severity: Severity,
    /// What it is about.
    pub category: Category,
    /// Where it is described.
    pub source: String,
    /// The evidence, when the fix is a guess.
    pub inferred: Option<String>,
    /// The evidence of cases that have none of their own.
    pub(crate) evidence: Option<String>,
    /// What is matched and what is done, the first that matches.
    pub(crate) cases: Vec<Case>,
}

/// An application of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// The rule.
    pub rule: RuleId,
    /// What the file has.
    pub before: String,
    /// What the tree has.
    pub after: String,
    /// The evidence, when the repair is a guess.
    #[serde(rename = "evidence", default, skip_serializing_if = "Option::is_none")]
    pub inferred: Option<String>,
    /// What users are warned of, when nothing was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<String>,
}

impl Repair {
    pub(crate) fn new(rule: impl Into<RuleId>, before: impl Into<String>, after: impl Into<String>) -> Self {
        Self { rule: rule.into(), before: before.into(), after: after.into(), inferred: None, flag: None }
    }
}

/// What a rule found in a file and left as it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Finding {
    pub(crate) severity: Severity,
    pub(crate) category: Category,
    pub(crate) rule: Option<RuleId>,
    pub(crate) message: String,
}

impl Finding {
    /// A finding that no rule made.
    pub(crate) fn plain(severity: Severity, category: Category, message: impl Into<String>) -> Self {
        Self { severity, category, rule: None, message: message.into() }
    }
}

/// A rule that is being applied, with the evidence of the case that matched.
#[derive(Clone, Copy)]
pub(crate) struct Applied<'a> {
    pub(crate) rule: &'a Rule,
    pub(crate) case: &'a Case,
}

impl Applied<'_> {
    /// The record of a change.
    pub(crate) fn repair(&self, before: impl Into<String>, after: impl Into<String>) -> Repair {
        let inferred = self.case.evidence.clone().or_else(|| self.rule.evidence.clone());
        Repair { inferred, ..Repair::new(&self.rule.id, before, after) }
    }

    /// The record of a guess, with what was seen in this file beside the rule's own evidence.
    pub(crate) fn guess(&self, before: impl Into<String>, after: impl Into<String>, seen: &str) -> Repair {
        let repair = self.repair(before, after);
        let inferred = repair.inferred.as_ref().map_or_else(|| seen.to_string(), |text| format!("{text}; {seen}"));
        Repair { inferred: Some(inferred), ..repair }
    }

    /// The record of something that stays as it is and that users are warned of.
    pub(crate) fn flag(&self, before: impl Into<String>, after: impl Into<String>) -> Repair {
        let Rule { id, symptom, .. } = self.rule;
        Repair { flag: Some(format!("{id}: {symptom}")), ..self.repair(before, after) }
    }

    /// What was found and is left, as a line of the report.
    pub(crate) fn finding(&self, what: &str) -> Finding {
        let Rule { id, symptom, fix, severity, category, .. } = self.rule;
        let message = format!("{what}: {symptom}; {fix}");
        Finding { severity: *severity, category: *category, rule: Some(id.clone()), message }
    }
}
