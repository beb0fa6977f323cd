//! Conditions on a time axis.

use nunatak_cf::{Moment, TimeEncoding, nominal_year};
use serde::Deserialize;

use crate::draft::TimeColumn;
use crate::rules::fix::CalendarName;
use crate::rules::pattern::Pattern;

/// Where in their year all stamps lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stamps {
    /// In the last two weeks of December or the first two of January.
    YearEnd,
    /// In June or July.
    MidYear,
}

/// A date as `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Date(pub(crate) Moment);

impl TryFrom<String> for Date {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let encoding = TimeEncoding::parse(&format!("days since {text}"), Some("all_leap"));
        encoding.map(|encoding| Self(encoding.reference)).map_err(|_| format!("`{text}` found, expected YYYY-MM-DD"))
    }
}

/// `match` of a case whose subject is `time`. Lengths are in the axis' own unit; all that are given must hold.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TimeConditions {
    units: Option<Pattern>,
    units_missing: Option<bool>,
    calendar_missing: Option<bool>,
    /// The attribute's text; nothing when it is missing.
    calendar_text: Option<Pattern>,
    /// What the attribute means; `standard` when it is missing, as in CF.
    calendar: Option<Vec<CalendarName>>,
    /// Whether units and calendar are valid CF.
    decodable: Option<bool>,
    unit: Option<String>,
    epoch: Option<Date>,
    /// The epoch is a 1 January.
    epoch_new_year: Option<bool>,
    /// Every step has one of these lengths, to a tenth (single precision keeps no more).
    steps: Option<Vec<f64>>,
    least_steps: Option<usize>,
    /// One step at least has this length.
    has_step: Option<f64>,
    least_records: Option<usize>,
    most_records: Option<usize>,
    first: Option<[f64; 2]>,
    first_multiple_of: Option<f64>,
    /// All values lie in this range.
    values: Option<[f64; 2]>,
    largest: Option<[f64; 2]>,
    /// Some value is infinite, beyond 1e15, or smaller than any number of use: memory that nobody wrote.
    uninitialised: Option<bool>,
    first_date: Option<[Date; 2]>,
    last_date: Option<[Date; 2]>,
    last_date_outside: Option<[Date; 2]>,
    first_year: Option<i64>,
    last_year: Option<i64>,
    /// A 29 February lies between the first and the last record.
    passes_leap_day: Option<bool>,
    stamps: Option<Stamps>,
}

/// Whether a number cannot be a time that somebody wrote. NaN can: it says that the time is missing.
pub(crate) fn is_uninitialised(value: f64) -> bool {
    value.is_infinite() || value.abs() > 1e15 || (value != 0.0 && value.abs() < 1e-30)
}

impl TimeConditions {
    pub(crate) fn hold(&self, column: &TimeColumn) -> bool {
        self.attributes_hold(column) && self.numbers_hold(column) && self.dates_hold(column)
    }

    fn attributes_hold(&self, column: &TimeColumn) -> bool {
        let missing = column.units.trim().is_empty();
        let calendar = column.calendar.as_deref();
        self.units.as_ref().is_none_or(|own| own.matches(column.units.trim()))
            && self.units_missing.is_none_or(|own| own == missing)
            && self.calendar_missing.is_none_or(|own| own == calendar.is_none())
            && self.calendar_text.as_ref().is_none_or(|own| own.matches(calendar.unwrap_or_default()))
    }

    fn numbers_hold(&self, column: &TimeColumn) -> bool {
        let values = &column.values;
        let within = |range: &[f64; 2], value: f64| (range[0]..=range[1]).contains(&value);
        let first = values.first().copied();
        let near = |step: f64, length: f64| (step - length).abs() <= 0.1;
        let any_step = |length: f64| values.windows(2).any(|pair| near(pair[1] - pair[0], length));
        let all_steps = |lengths: &Vec<f64>| {
            values.windows(2).all(|pair| lengths.iter().any(|length| near(pair[1] - pair[0], *length)))
        };
        let multiple = |of: f64| first.is_some_and(|first| near(first, (first / of).round() * of));
        let largest = || values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        self.least_records.is_none_or(|own| values.len() >= own)
            && self.most_records.is_none_or(|own| values.len() <= own)
            && self.least_steps.is_none_or(|own| values.len() > own)
            && self.first.as_ref().is_none_or(|own| first.is_some_and(|first| within(own, first)))
            && self.first_multiple_of.is_none_or(multiple)
            && self.uninitialised.is_none_or(|own| own == values.iter().copied().any(is_uninitialised))
            && self.values.as_ref().is_none_or(|own| values.iter().all(|value| within(own, *value)))
            && self.largest.as_ref().is_none_or(|own| within(own, largest()))
            && self.steps.as_ref().is_none_or(all_steps)
            && self.has_step.is_none_or(any_step)
    }

    fn needs_dates(&self) -> bool {
        let attributes = self.decodable.is_some() || self.unit.is_some() || self.calendar.is_some();
        let epoch = self.epoch.is_some() || self.epoch_new_year.is_some();
        let ends = self.first_date.is_some() || self.last_date.is_some() || self.last_date_outside.is_some();
        let years = self.first_year.is_some() || self.last_year.is_some();
        attributes || epoch || ends || years || self.passes_leap_day.is_some() || self.stamps.is_some()
    }

    fn dates_hold(&self, column: &TimeColumn) -> bool {
        if !self.needs_dates() {
            return true;
        }
        let encoding = column.encoding();
        if self.decodable.is_some_and(|own| own != encoding.is_some()) {
            return false;
        }
        let Some(encoding) = encoding else { return self.decodable == Some(false) };
        let first = column.values.first().and_then(|value| encoding.decode(*value));
        let last = column.values.last().and_then(|value| encoding.decode(*value));
        let reference = encoding.reference;
        let new_year = (reference.month, reference.day, reference.microsecond) == (1, 1, 0);
        let year = |moment: Option<Moment>| moment.map(nominal_year);
        self.unit.as_ref().is_none_or(|own| own == encoding.unit.name())
            && self.calendar.as_ref().is_none_or(|own| own.iter().any(|name| name.0 == encoding.calendar))
            && self.epoch.is_none_or(|own| own.0 == reference)
            && self.epoch_new_year.is_none_or(|own| own == new_year)
            && self.first_date.is_none_or(|own| between(first, own))
            && self.last_date.is_none_or(|own| between(last, own))
            && self.last_date_outside.is_none_or(|own| last.is_some() && !between(last, own))
            && self.first_year.is_none_or(|own| year(first) == Some(own))
            && self.last_year.is_none_or(|own| year(last) == Some(own))
            && self.passes_leap_day.is_none_or(|own| own == passes_leap_day(&encoding, first, last))
            && self.stamps.is_none_or(|own| own.holds(column, &encoding))
    }
}

fn between(moment: Option<Moment>, [least, most]: [Date; 2]) -> bool {
    moment.is_some_and(|moment| (least.0..=most.0).contains(&moment))
}

fn passes_leap_day(encoding: &TimeEncoding, first: Option<Moment>, last: Option<Moment>) -> bool {
    let (Some(first), Some(last)) = (first, last) else { return false };
    // Leap years come at least every eighth year: a longer span needs no search.
    let years = first.year..=last.year.min(first.year.saturating_add(16));
    years
        .filter(|year| encoding.calendar.is_leap(*year))
        .any(|year| (first..=last).contains(&Moment::midnight(year, 2, 29)))
}

impl Stamps {
    fn holds(self, column: &TimeColumn, encoding: &TimeEncoding) -> bool {
        let fits = |moment: Moment| match self {
            Self::YearEnd => matches!((moment.month, moment.day), (1, 1..=15) | (12, 17..=31)),
            Self::MidYear => matches!(moment.month, 6 | 7),
        };
        !column.values.is_empty() && column.values.iter().all(|value| encoding.decode(*value).is_some_and(fits))
    }
}
