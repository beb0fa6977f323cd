//! Findings of a check, and how much they matter.

use nunatak_ismip::Protocol;
use nunatak_repair::{Category, Entry, Severity};

/// How much a finding matters.
///
/// # Examples
/// ```
/// use nunatak_compliance::Level;
/// use nunatak_repair::Severity;
///
/// assert!(Level::Repair < Level::Warning && Level::Warning < Level::Error);
/// assert_eq!(Level::ALL.map(Level::name), ["error", "warning", "info", "repair"]);
/// assert_eq!(Level::from(Severity::Warning), Level::Warning);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// A rule puts it right when the archive is opened.
    Repair,
    /// Good to know; nothing is lost.
    Info,
    /// The file can be used, but is not what the protocol asks for.
    Warning,
    /// The file cannot be used as it is, or breaks a protocol that is open for submissions.
    Error,
}

impl Level {
    /// All levels, the worst first.
    pub const ALL: [Self; 4] = [Self::Error, Self::Warning, Self::Info, Self::Repair];

    /// Its name in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Repair => "repair",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Level {
    /// How much a departure matters that leaves the file usable: ISMIP6 is closed and its files are what they are, a
    /// submission to ISMIP7 can still be put right.
    pub(crate) fn departure(protocol: Protocol) -> Self {
        match protocol {
            Protocol::Ismip6 => Self::Warning,
            Protocol::Ismip7 => Self::Error,
        }
    }
}

impl From<Severity> for Level {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Info => Self::Info,
            Severity::Warning => Self::Warning,
            Severity::Error => Self::Error,
        }
    }
}

/// One thing that a check found.
///
/// # Examples
/// ```
/// use nunatak_compliance::{Finding, Level};
/// use nunatak_repair::Category;
///
/// let (found, expected) = ("calendar `standard`".to_string(), "calendar `noleap`".to_string());
/// let (path, category, rule) = ("/archive/lithk.nc".to_string(), Category::Time, Some("C8".to_string()));
/// let (model, experiment, variable) = (None, None, Some("time".to_string()));
/// let repair = Finding { path, model, experiment, variable, category, level: Level::Repair, rule, found, expected };
/// assert_eq!(repair.message(), "calendar `standard` -> calendar `noleap`");
/// let left = Finding { level: Level::Warning, rule: None, ..repair };
/// assert_eq!(left.message(), "calendar `standard`; expected calendar `noleap`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file, or the directory of an experiment for what concerns all its files.
    pub path: String,
    /// `institution/model`.
    pub model: Option<String>,
    /// Experiment.
    pub experiment: Option<String>,
    /// The variable, when it is one.
    pub variable: Option<String>,
    /// What it is about.
    pub category: Category,
    /// How much it matters.
    pub level: Level,
    /// The repair rule that covers it.
    pub rule: Option<String>,
    /// What was found.
    pub found: String,
    /// What was expected, or for a repair what the tree has; empty when there is nothing to say.
    pub expected: String,
}

impl Finding {
    /// A finding in a file.
    pub(crate) fn in_file(entry: &Entry, category: Category, level: Level, found: String, expected: String) -> Self {
        Self {
            path: entry.location(),
            model: Some(entry.model_key()),
            experiment: Some(entry.experiment.clone()),
            variable: None,
            category,
            level,
            rule: None,
            found,
            expected,
        }
    }

    /// Found and expected as one line of text.
    pub fn message(&self) -> String {
        match (self.level, self.expected.as_str()) {
            (_, "") => self.found.clone(),
            (Level::Repair, after) => format!("{} -> {after}", self.found),
            (_, expected) => format!("{}; expected {expected}", self.found),
        }
    }
}
