//! What the cases of rules look at.

use serde::Deserialize;

/// What a case looks at. Cases run in this order of their subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Subject {
    /// Directories and the file's name, while the archive is listed.
    Path,
    /// The attributes and names of every variable, before anything is read.
    Header,
    /// The time axis.
    Time,
    /// Variables beside the data: axes, grid mappings.
    Companion,
    /// Where the cells are.
    Grid,
    /// The data variables, once axes and time are put right.
    Field,
    /// The file as a whole, at the end.
    File,
    /// The numbers of the first record, when the archive is checked.
    Values,
    /// What happens where files of a model or an experiment come together.
    Join,
}

impl Subject {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Header => "header",
            Self::Time => "time",
            Self::Companion => "companion",
            Self::Grid => "grid",
            Self::Field => "field",
            Self::File => "file",
            Self::Values => "values",
            Self::Join => "join",
        }
    }
}

/// What happens where files come together.
///
/// # Examples
/// ```
/// use nunatak_repair::{Event, RuleSet};
///
/// let record = |rules: RuleSet| rules.event_repair(Event::YearsMissing, "2015 to 2099", "2100 missing");
/// assert_eq!(record(RuleSet::ismip6()).unwrap().rule, "C10");
/// assert_eq!(record(RuleSet::none()), None, "no rule is on");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A model has files of more than one format.
    MixedFormats,
    /// Two files of an experiment hold a variable of one name.
    SameName,
    /// A file lacks years that others of its experiment have.
    YearsMissing,
}
