//! The dataset of an experiment while files are added to it.

use std::collections::BTreeMap;

use nunatak_format::Location;
use nunatak_repair::{Draft, Report, RuleSet, Severity};
use nunatak_tree::Dataset;

use crate::join::JoinedTime;

/// A dataset that files are added to.
pub(crate) struct Node {
    pub(crate) dataset: Dataset,
    pub(crate) report: Report,
    pub(crate) time: Option<JoinedTime>,
    pub(crate) rules: RuleSet,
    pub(crate) notes: Notes,
}

/// What happens to many files of an experiment alike, and is reported once.
#[derive(Default)]
pub(crate) struct Notes {
    /// Coordinates that later files share with the first that has them: name, that file, and how many share it.
    pub(crate) shared: BTreeMap<(String, Location), usize>,
    /// Companions of time that were left out: name, the first file that has it, and how many do.
    pub(crate) left_out: BTreeMap<String, (Location, usize)>,
}

impl Node {
    /// Writes the collected notes into the report.
    pub(crate) fn report_notes(&mut self) {
        for ((name, path), count) in std::mem::take(&mut self.notes.shared) {
            let message = format!(
                "{}: {name} stands for that of {count} more files of the experiment, which has the same shape; not compared",
                path.display()
            );
            self.report.add(Severity::Info, path, None, message);
        }
        for (name, (path, count)) in std::mem::take(&mut self.notes.left_out) {
            let message = format!(
                "{}: {name} left out, as of {count} files of the experiment: it describes the stamps of one file alone",
                path.display()
            );
            self.report.add(Severity::Info, path, None, message);
        }
    }

    /// Notes something about a file.
    pub(crate) fn note(&mut self, draft: &Draft, severity: Severity, message: String) {
        let path = &draft.entry.path;
        self.report.add(severity, path, None, format!("{}: {message}", path.display()));
    }
}
