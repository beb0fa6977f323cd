//! What rules can do. Rule files and Python functions say it in the same words.

use std::collections::BTreeMap;

use nunatak_array::DataType;
use nunatak_cf::Calendar;
use nunatak_format::Attribute;
use serde::Deserialize;

use crate::rules::pattern::Pattern;
use crate::rules::subject::Subject;

/// One change, or a note that nothing is changed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Fix {
    /// A line in the report; the file is left as it is.
    Report,
    /// The data are left as they are, and say so in `nunatak_flags`.
    Flag,
    /// Nothing: reading copes, or one file cannot prove it. The rule is in the table for its text.
    Documented,
    /// The record of what reading or joining does in any case.
    Record,

    /// The experiment comes off the token.
    StripExperiment,
    /// Institution, model and experiment are those of the directories.
    TrustDirectories,
    /// Searches find experiments under these names, too.
    AliasExperiment(BTreeMap<String, String>),

    RenameAttribute {
        from: String,
        to: String,
    },
    SetAttribute {
        name: String,
        value: AttributeValue,
    },
    RemoveAttribute(String),
    RenameVariable(String),

    ReplaceUnits {
        pattern: Pattern,
        with: String,
    },
    SetUnits(String),
    SetCalendar(CalendarName),
    SetEpoch(String),
    /// The one epoch with which the run covers the years that the protocol gives it; none when several do.
    GuessEpoch {
        candidates: Vec<i64>,
        calendar: Option<CalendarName>,
    },
    UnpackDates,
    DecimalYears,
    /// Variables along time are left out, and the time with them.
    DropTimeDependent,
    DropRecords {
        #[serde(default)]
        first: usize,
        #[serde(default)]
        last: usize,
    },

    Cast(TypeName),
    SetRole(RoleName),
    DropVariable,

    RegenerateAxes,
    RenameDimensions,
    Transpose,
    AddGridMapping,
    AxisAttributes,

    UndeclaredFillValues(Vec<f64>),
    RoundFillValue,
    ReplaceNan(f64),
    Clip {
        least: f64,
        most: f64,
        #[serde(default)]
        scale: Option<f64>,
    },
    BroadcastAlongTime,
}

impl Fix {
    /// The subjects whose cases may use it.
    pub(crate) fn subjects(&self) -> &'static [Subject] {
        use Subject::{Companion, Field, File, Grid, Header, Join, Path, Time, Values};
        match self {
            Self::Report => &[Path, Header, Time, Companion, Grid, Field, File, Values, Join],
            Self::Flag => &[Time, Field, File],
            Self::Documented => &[Path, Header, Time, Companion, Grid, Field, File, Values, Join],
            Self::Record => &[Join],
            Self::StripExperiment | Self::TrustDirectories | Self::AliasExperiment(_) => &[Path],
            Self::RenameAttribute { .. } | Self::SetAttribute { .. } => &[Header, Companion, Field, File],
            Self::RemoveAttribute(_) => &[Header, Companion, Field, File],
            Self::RenameVariable(_) => &[Header],
            Self::ReplaceUnits { .. } | Self::SetUnits(_) | Self::SetCalendar(_) | Self::SetEpoch(_) => &[Time],
            Self::GuessEpoch { .. } | Self::UnpackDates | Self::DecimalYears => &[Time],
            Self::DropTimeDependent | Self::DropRecords { .. } => &[Time],
            Self::SetRole(_) | Self::DropVariable => &[Header, Companion, Field],
            Self::Cast(_) => &[Companion, Field],
            Self::RegenerateAxes | Self::RenameDimensions | Self::Transpose => &[Grid],
            Self::AddGridMapping | Self::AxisAttributes => &[Grid],
            Self::UndeclaredFillValues(_) | Self::RoundFillValue | Self::ReplaceNan(_) => &[Field],
            Self::Clip { .. } | Self::BroadcastAlongTime => &[Field],
        }
    }

    /// What is wrong with its values, if anything is.
    pub(crate) fn problem(&self) -> Option<String> {
        match self {
            Self::Clip { least, most, scale } => {
                let finite = [*least, *most, scale.unwrap_or(1.0)].iter().all(|value| value.is_finite());
                let found = format!("least = {least} and most = {most} found, expected finite numbers, least <= most");
                (!finite || least > most).then_some(found)
            }
            Self::ReplaceNan(value) if !value.is_finite() => Some(format!("{value} found, expected a finite number")),
            Self::UndeclaredFillValues(values) if !values.iter().all(|value| value.is_finite()) => {
                Some("infinity or NaN found, expected finite numbers".into())
            }
            Self::GuessEpoch { candidates, .. } if candidates.iter().any(|year| !(-9999..=9999).contains(year)) => {
                Some("expected years of four digits as candidates".into())
            }
            Self::DropRecords { first: 0, last: 0 } => {
                Some("nothing found to drop, expected `first` or `last` of 1 or more".into())
            }
            _ => None,
        }
    }
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(crate) enum AttributeValue {
    Number(f64),
    Text(String),
}

impl AttributeValue {
    pub(crate) fn attribute(&self) -> Attribute {
        match self {
            Self::Number(value) => Attribute::number(*value),
            Self::Text(text) => Attribute::Text(text.clone()),
        }
    }
}

/// A calendar by its CF name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct CalendarName(pub(crate) Calendar);

impl TryFrom<String> for CalendarName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let expected = "standard, proleptic_gregorian, noleap, 365_day, all_leap, 366_day, 360_day or julian";
        Calendar::parse(&name).map(Self).map_err(|_| format!("`{name}` found, expected a calendar: {expected}"))
    }
}

/// A floating-point type by its numpy name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct TypeName(pub(crate) DataType);

impl TryFrom<String> for TypeName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        match name.as_str() {
            "float32" => Ok(Self(DataType::F32)),
            "float64" => Ok(Self(DataType::F64)),
            _ => Err(format!("`{name}` found, expected float32 or float64")),
        }
    }
}

/// What a variable that is no data may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RoleName {
    Coordinate,
    TimeCompanion,
}
