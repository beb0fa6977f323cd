//! Dates that are written as numbers.

use nunatak_cf::{Calendar, Moment};

use crate::apply::epoch::days_since;
use crate::draft::TimeColumn;

/// `YYYYMMDD.f` as days since 2000; `None` when the calendar is not known or the numbers are no dates.
pub(crate) fn unpacked(column: &TimeColumn) -> Option<TimeColumn> {
    let calendar = column.calendar.as_deref().map_or(Some(Calendar::NoLeap), |name| Calendar::parse(name).ok())?;
    let is_date = |value: &f64| (0.0..1e9).contains(value);
    if !column.values.iter().all(is_date) {
        return None;
    }
    let encoding = days_since(2000, calendar);
    Some(TimeColumn {
        units: encoding.units(),
        calendar: Some(calendar.name().into()),
        values: column.values.iter().map(|value| encoding.encode(packed_date(*value))).collect(),
        ..column.clone()
    })
}

/// The date in YYYYMMDD.f; months past 12 roll over and day 0 is day 1 (single precision rounds eight digits to even).
fn packed_date(value: f64) -> Moment {
    let whole = value.floor() as i64;
    let (year, month, day) = (whole / 10_000, whole / 100 % 100, whole % 100);
    let months = year * 12 + (month - 1).max(0);
    Moment {
        year: months / 12,
        month: (months % 12) as u8 + 1,
        day: day.max(1) as u8,
        microsecond: ((value - value.floor()) * 86_400e6).round() as i64,
    }
}

/// Calendar years with a fraction as days of years that are all of 365 days.
pub(crate) fn decimal_years(column: &TimeColumn) -> Option<TimeColumn> {
    let years = |value: &f64| (1.0..10_000.0).contains(value);
    column.values.iter().all(years).then(|| TimeColumn {
        units: days_since(1, Calendar::NoLeap).units(),
        calendar: Some(Calendar::NoLeap.name().into()),
        values: column.values.iter().map(|value| (value - 1.0) * 365.0).collect(),
        ..column.clone()
    })
}
