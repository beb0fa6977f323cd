//! The dataset of an experiment while files are added to it.

use std::collections::{BTreeMap, BTreeSet};

use nunatak_format::{Attributes, Location};
use nunatak_repair::{Draft, Report, RuleSet, Severity};
use nunatak_tree::Dataset;

use crate::assemble::parts::Parts;
use crate::join::JoinedTime;

/// A dataset that files are added to.
pub(crate) struct Node {
    pub(crate) dataset: Dataset,
    pub(crate) report: Report,
    pub(crate) time: Option<JoinedTime>,
    pub(crate) rules: RuleSet,
    pub(crate) notes: Notes,
    /// Variables that the file of their own name holds: no other file has that name.
    pub(crate) owned: BTreeSet<String>,
    /// Names that a dimension has on further grids.
    pub(crate) alternatives: BTreeMap<String, Vec<String>>,
    /// Which of several files of one token is added, from 0.
    pub(crate) part: Option<usize>,
    /// Variables of these files, by their names there.
    pub(crate) parts: BTreeMap<String, Parts>,
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
    /// An experiment without variables, and its time.
    pub(crate) fn new(attributes: Attributes, time: Option<JoinedTime>, report: Report, rules: RuleSet) -> Self {
        Self {
            dataset: Dataset::new(attributes),
            report,
            time,
            rules,
            notes: Notes::default(),
            owned: BTreeSet::new(),
            alternatives: BTreeMap::new(),
            part: None,
            parts: BTreeMap::new(),
        }
    }

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
