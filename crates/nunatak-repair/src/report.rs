//! What happened when an archive was listed or opened: problems and repairs.

use std::collections::{BTreeMap, BTreeSet};

use nunatak_format::Location;

use crate::record::{Repair, RuleId};
use crate::rules::all_rules;
use crate::severity::Severity;

/// Something about a file that its user should know.
///
/// # Examples
/// ```
/// use std::path::Path;
/// use nunatak_repair::{Report, Severity};
///
/// let mut report = Report::default();
/// report.add(Severity::Error, Path::new("/archive/lithk.nc"), Some("A4"), "file of 0 bytes: not opened".into());
/// let problem = &report.problems[0];
/// assert_eq!((problem.severity.name(), problem.path.to_string().as_str()), ("error", "/archive/lithk.nc"));
/// assert_eq!(problem.rule.as_deref(), Some("A4"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The file or directory.
    pub path: Location,
    /// The rule that found it, if one did.
    pub rule: Option<RuleId>,
    /// What was found, what was expected, and what was done.
    pub message: String,
}

/// A repair that was made in a file.
///
/// # Examples
/// ```
/// use std::path::Path;
/// use nunatak_repair::{Repair, RepairRecord, Report, RuleId};
///
/// let repair = Repair::new("B4", "(time, x, y)", "(time, y, x)");
/// let path = Path::new("/archive/lithk.nc").into();
/// let first = RepairRecord { path, variable: "lithk".into(), repair };
/// let second = RepairRecord { variable: "orog".into(), ..first.clone() };
/// let report = Report { repairs: vec![first, second], ..Report::default() };
/// assert_eq!(report.summary(), [(RuleId::from("B4"), 1)], "two variables of one file");
/// ```
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
///
/// # Examples
/// ```
/// use std::path::Path;
/// use nunatak_repair::{Report, Severity};
///
/// let (mut listing, mut opening) = (Report::default(), Report { files: 3, ..Report::default() });
/// listing.add(Severity::Warning, Path::new("/archive/notes.nc"), None, "outside the layout".into());
/// opening.absorb(listing);
/// assert_eq!((opening.files, opening.problems.len()), (3, 1));
/// assert!(opening.summary().is_empty(), "no repairs");
/// ```
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
    /// Adds a problem.
    pub fn add(&mut self, severity: Severity, path: impl Into<Location>, rule: Option<&str>, message: String) {
        self.problems.push(Problem { severity, path: path.into(), rule: rule.map(RuleId::from), message });
    }

    /// Adds what another report has after its own.
    pub fn absorb(&mut self, other: Self) {
        self.files += other.files;
        self.problems.extend(other.problems);
        self.repairs.extend(other.repairs);
    }

    /// Number of files that each rule repaired: those of [`crate::all_rules`] in their order, then users' own.
    pub fn summary(&self) -> Vec<(RuleId, usize)> {
        let mut files: BTreeMap<&RuleId, BTreeSet<&Location>> = BTreeMap::new();
        for record in &self.repairs {
            files.entry(&record.repair.rule).or_default().insert(&record.path);
        }
        let known = all_rules().iter().map(|rule| &rule.id);
        let mut counts: Vec<(RuleId, usize)> =
            known.filter_map(|id| files.remove(id).map(|files| (id.clone(), files.len()))).collect();
        counts.extend(files.into_iter().map(|(id, files)| (id.clone(), files.len())));
        counts
    }
}
