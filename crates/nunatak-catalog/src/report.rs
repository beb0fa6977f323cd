use std::collections::BTreeSet;

use nunatak_format::Location;

use crate::Repair;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know; nothing is lost.
    Info,
    /// Something is not as it should be, or had to be left out.
    Warning,
    /// A file could not be used.
    Error,
}

impl Severity {
    /// Its name in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Something about a file that its user should know.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The file or directory.
    pub path: Location,
    /// The rule that found it, if one did.
    pub rule: Option<&'static str>,
    /// What was found, what was expected, and what was done.
    pub message: String,
}

/// A repair that was made in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct RepairRecord {
    /// The file.
    pub path: Location,
    /// The variable, or `time` for repairs of the time axis, or the file's own variable for repairs of its name.
    pub variable: String,
    /// The rule, and what was before and is after.
    pub repair: Repair,
}

/// What happened when an archive was listed or opened.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// Files that were opened.
    pub files: usize,
    /// Problems, in the order of the files.
    pub problems: Vec<Problem>,
    /// Repairs, in the order of the files.
    pub repairs: Vec<RepairRecord>,
}

impl Report {
    pub(crate) fn add(
        &mut self,
        severity: Severity,
        path: impl Into<Location>,
        rule: Option<&'static str>,
        message: String,
    ) {
        self.problems.push(Problem { severity, path: path.into(), rule, message });
    }

    pub(crate) fn absorb(&mut self, other: Self) {
        self.files += other.files;
        self.problems.extend(other.problems);
        self.repairs.extend(other.repairs);
    }

    /// Number of files that each rule repaired, in the order of [`crate::all_rules`]; rules without any are left out.
    pub fn summary(&self) -> Vec<(&'static str, usize)> {
        let files = |id: &str| -> BTreeSet<&Location> {
            self.repairs.iter().filter(|record| record.repair.rule == id).map(|record| &record.path).collect()
        };
        let counts = crate::all_rules().iter().map(|rule| (rule.id, files(rule.id).len()));
        counts.filter(|(_, count)| *count > 0).collect()
    }
}
