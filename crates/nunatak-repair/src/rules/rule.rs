//! A rule, and a rule that is being applied.

use crate::category::Category;
use crate::record::{Repair, RuleFinding, RuleId};
use crate::rules::case::Case;
use crate::severity::Severity;

/// A known error of the archive and what is done about it, as its rule file states them.
///
/// # Examples
/// ```
/// use nunatak_repair::all_rules;
///
/// let rule = all_rules().iter().find(|rule| rule.id == "C12").unwrap();
/// assert_eq!(rule.symptom, "360-day steps under a real calendar");
/// assert_eq!(rule.fix, "calendar 360_day");
/// assert!(rule.inferred.as_ref().is_some_and(|evidence| evidence.starts_with("all steps are 360 days")));
/// ```
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
    pub(crate) fn finding(&self, what: &str) -> RuleFinding {
        let Rule { id, symptom, fix, severity, category, .. } = self.rule;
        let message = format!("{what}: {symptom}; {fix}");
        RuleFinding { severity: *severity, category: *category, rule: Some(id.clone()), message }
    }
}
