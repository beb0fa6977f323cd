//! Records of what rules changed and found.

use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::category::Category;
use crate::severity::Severity;

/// The name of a rule: `C12`, or what a user's own rule is called.
///
/// # Examples
/// ```
/// use nunatak_repair::{RuleId, all_rules};
///
/// let id = RuleId::from("C12");
/// assert_eq!(id, "C12");
/// assert_eq!(format!("{id:>5}"), "  C12");
/// assert!(all_rules().iter().any(|rule| rule.id == id));
/// ```
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

/// An application of a rule.
///
/// # Examples
/// ```
/// use nunatak_repair::Repair;
///
/// let sure = Repair::new("C8", "calendar `standard`", "calendar `noleap`");
/// assert_eq!(serde_json::to_value(&sure)?["after"], "calendar `noleap`");
/// let guess = Repair { inferred: Some("all steps are 365 days".into()), ..sure };
/// assert_eq!(serde_json::to_value(&guess)?["evidence"], "all steps are 365 days");
/// # Ok::<(), serde_json::Error>(())
/// ```
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
    /// The record of a change that is no guess.
    pub fn new(rule: impl Into<RuleId>, before: impl Into<String>, after: impl Into<String>) -> Self {
        Self { rule: rule.into(), before: before.into(), after: after.into(), inferred: None, flag: None }
    }
}

/// What a rule found in a file and left as it is.
///
/// # Examples
/// ```
/// use std::path::Path;
/// use nunatak_repair::{Entry, RuleSet, Severity, path_findings};
///
/// let rules = RuleSet::named(&["D7"])?; // ice mass without the areas that go with it
/// let entry = |path: &str| Entry::of_path(Path::new("/a"), Path::new(path), 1, &rules);
/// let mass = entry("/a/VUW/PISM/exp05/lim_AIS_VUW_PISM_exp05.nc")?;
/// let area = entry("/a/AWI/PISM1/exp05/iareagr_AIS_AWI_PISM1_exp05.nc")?;
/// let found = path_findings(&[mass, area], &rules).remove(0).1;
/// assert_eq!(found.severity, Severity::Info);
/// assert!(found.message.starts_with("VUW/PISM/exp05 lacks iareagr: "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RuleFinding {
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    pub category: Category,
    /// The rule that found it, if one did.
    pub rule: Option<RuleId>,
    /// What was found, and what was done.
    pub message: String,
}

impl RuleFinding {
    /// A finding that no rule made.
    pub(crate) fn plain(severity: Severity, category: Category, message: impl Into<String>) -> Self {
        Self { severity, category, rule: None, message: message.into() }
    }
}
