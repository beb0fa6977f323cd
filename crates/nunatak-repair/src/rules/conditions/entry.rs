//! Conditions on a row of the catalog.

use nunatak_ismip::{Meaning, RunKind};
use serde::Deserialize;

use crate::entry::Entry;
use crate::rules::pattern::Pattern;

/// Which files a case is for, by their row in the catalog: the `entry` of a case.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct EntryConditions {
    variable: Option<Pattern>,
    token: Option<Pattern>,
    experiment: Option<Pattern>,
    run: Option<RunKind>,
    kind: Option<Meaning>,
    ice_sheet: Option<Vec<String>>,
    institution: Option<Pattern>,
    model: Option<Pattern>,
}

impl EntryConditions {
    pub(crate) fn hold(&self, entry: &Entry) -> bool {
        let fits = |pattern: &Option<Pattern>, text: &str| pattern.as_ref().is_none_or(|own| own.matches(text));
        let sheet = entry.ice_sheet.as_deref().unwrap_or_default();
        self.kind.is_none_or(|own| own == entry.kind)
            && self.run.is_none_or(|own| RunKind::of(&entry.experiment) == Some(own))
            && self.ice_sheet.as_ref().is_none_or(|own| own.iter().any(|name| name == sheet))
            && fits(&self.variable, &entry.variable)
            && fits(&self.token, &entry.token)
            && fits(&self.experiment, &entry.experiment)
            && fits(&self.institution, &entry.institution)
            && fits(&self.model, &entry.model)
    }

    /// Whether the only condition is who made the file, which no rule may go by.
    pub(crate) fn is_only_a_name(&self) -> bool {
        let named = self.institution.is_some() || self.model.is_some();
        let nothing_else = Self { institution: None, model: None, ..self.clone() } == Self::default();
        named && nothing_else
    }
}
