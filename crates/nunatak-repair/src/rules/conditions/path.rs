//! Conditions on a path.

use nunatak_ismip::Ismip6FileName;
use serde::Deserialize;

use crate::entry::Entry;
use crate::rules::pattern::Pattern;

/// `match` of a case whose subject is `path`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PathConditions {
    /// The token starts with the experiment, and a variable follows.
    pub(crate) experiment_glued: Option<bool>,
    /// The file name says another model or experiment than the directories.
    pub(crate) directories_differ: Option<bool>,
    /// The institution holds an underscore, and the file name repeats it.
    pub(crate) institution_splits: Option<bool>,
    /// What follows institution, model and experiment in the file name.
    pub(crate) after_experiment: Option<Pattern>,
    /// The file's bytes.
    pub(crate) size: Option<u64>,
    /// Experiments of which the model lacks one at least.
    pub(crate) model_lacks: Option<Vec<String>>,
    /// Variables of which the experiment lacks one at least.
    pub(crate) experiment_lacks: Option<Vec<String>>,
}

/// What a file name says after the ice sheet, beside the directories.
pub(crate) struct Tail<'a> {
    /// `INSTITUTION_MODEL_EXPERIMENT`, as the name has it.
    pub(crate) text: Option<&'a str>,
}

impl PathConditions {
    /// Whether it holds for a path.
    pub(crate) fn hold(&self, entry: &Entry, tail: &Tail<'_>) -> bool {
        let directories = format!("{}_{}_{}", entry.institution, entry.model, entry.experiment);
        let differ = tail.text.is_some_and(|text| text != directories);
        let splits =
            entry.institution.contains('_') && tail.text.is_some_and(|text| text.starts_with(&entry.institution));
        let after = || tail.text.and_then(|text| text.strip_prefix(directories.as_str())).unwrap_or_default();
        self.experiment_glued.is_none_or(|own| own == glued(&entry.token, &entry.experiment).is_some())
            && self.directories_differ.is_none_or(|own| own == differ)
            && self.institution_splits.is_none_or(|own| own == splits)
            && self.after_experiment.as_ref().is_none_or(|own| own.matches(after()))
            && self.size.is_none_or(|own| own == entry.size)
    }

    /// Whether it holds for an entry that was listed.
    pub(crate) fn holds_for(&self, entry: &Entry) -> bool {
        self.hold(entry, &Tail { text: Ismip6FileName::tail_of(entry.path.segments()).as_deref() })
    }

    /// Whether it looks at other files of the archive.
    pub(crate) fn looks_around(&self) -> bool {
        self.model_lacks.is_some() || self.experiment_lacks.is_some()
    }
}

/// `acabf` of `exp13acabf` in experiment `exp13`.
pub(crate) fn glued<'a>(token: &'a str, experiment: &str) -> Option<&'a str> {
    token.strip_prefix(experiment).filter(|rest| rest.starts_with(|first: char| first.is_ascii_lowercase()))
}
