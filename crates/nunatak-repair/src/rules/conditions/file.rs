//! Conditions on a file as a whole.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::draft::{Draft, Role};
use crate::rules::conditions::attributes::attributes_hold;
use crate::rules::pattern::Pattern;

/// `match` of a case whose subject is `file`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct FileConditions {
    attributes: BTreeMap<String, Pattern>,
    has_attributes: Vec<String>,
    lacks_attributes: Vec<String>,
    has_variables: Vec<String>,
    lacks_variables: Vec<String>,
    most_data_variables: Option<usize>,
}

impl FileConditions {
    pub(crate) fn hold(&self, draft: &Draft) -> bool {
        let names: BTreeSet<&str> = draft.variables.iter().map(|variable| variable.raw.name.as_str()).collect();
        let data = draft.variables.iter().filter(|variable| variable.role == Role::Data).count();
        self.most_data_variables.is_none_or(|own| data <= own)
            && self.has_variables.iter().all(|name| names.contains(name.as_str()))
            && self.lacks_variables.iter().all(|name| !names.contains(name.as_str()))
            && attributes_hold(&draft.attributes, &self.attributes, &self.has_attributes, &self.lacks_attributes)
    }
}
