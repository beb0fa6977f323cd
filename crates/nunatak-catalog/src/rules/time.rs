//! Rules of group C: time axes. Each looks at numbers and attributes and returns the axis as it should be.

use nunatak_format::Variable;
use nunatak_tree::{Calendar, Moment, TimeEncoding, TimeUnit};

use super::{Repair, RuleSet};
use crate::Meaning;
use crate::time_column::{Context, TimeColumn};

type Fix = fn(&TimeColumn, &Context) -> Option<TimeColumn>;

/// In the order that lets each see what the ones before made valid.
const FIXES: &[(&str, Fix)] =
    &[("C2", c2), ("C3", c3), ("C7", c7), ("C19", c19), ("C4", c4), ("C12", c12), ("C8", c8), ("C13", c13)];

/// Applies every rule that is on and matches; returns what was done.
pub(crate) fn repair_time(column: &mut TimeColumn, context: &Context, rules: &RuleSet) -> Vec<Repair> {
    let mut repairs = Vec::new();
    for (id, fix) in FIXES {
        let Some(rule) = super::RULES.iter().find(|rule| rule.id == *id && rules.has(rule.id)) else { continue };
        if let Some(fixed) = fix(column, context) {
            let (before, after) = column.difference(&fixed);
            repairs.push(Repair::new(rule.id, before, after));
            *column = fixed;
        }
    }
    repairs.extend(c16(column, context).filter(|_| rules.has("C16")));
    repairs
}

/// C1: `unit` for `units`, on any variable.
pub(crate) fn rename_unit(variable: &mut Variable) -> Option<Repair> {
    if variable.attributes.get("units").is_some() {
        return None;
    }
    let units = variable.attributes.text("unit")?.to_string();
    variable.attributes.rename("unit", "units");
    Some(Repair::new("C1", format!("attribute `unit` = `{units}`"), "attribute `units`"))
}

/// `<unit> since <date><rest>` in its three parts.
fn since(units: &str) -> Option<(&str, &str, &str)> {
    let (unit, reference) = units.split_once(" since ")?;
    let reference = reference.trim();
    let at = reference.find([' ', 'T']).unwrap_or(reference.len());
    Some((unit, &reference[..at], &reference[at..]))
}

fn with_date(column: &TimeColumn, date: &str) -> Option<TimeColumn> {
    let (unit, _, rest) = since(&column.units)?;
    Some(TimeColumn { units: format!("{unit} since {date}{rest}"), ..column.clone() })
}

fn with_calendar(column: &TimeColumn, calendar: Calendar) -> TimeColumn {
    TimeColumn { calendar: Some(calendar.name().into()), ..column.clone() }
}

/// The three numbers of a date, whatever they mean.
fn numbers(date: &str) -> Option<[(&str, u32); 3]> {
    let mut parts = date.split('-').map(|part| part.parse().ok().map(|number| (part, number)));
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}

fn c2(column: &TimeColumn, _: &Context) -> Option<TimeColumn> {
    let [(month, month_number), (day, day_number), (year, _)] = numbers(since(&column.units)?.1)?;
    let american = month.len() <= 2 && day.len() <= 2 && year.len() == 4;
    let valid = (1..=12).contains(&month_number) && (1..=31).contains(&day_number);
    (american && valid).then(|| with_date(column, &format!("{year}-{month:0>2}-{day:0>2}")))?
}

fn c3(column: &TimeColumn, _: &Context) -> Option<TimeColumn> {
    let [(year, _), (month, month_number), (_, day)] = numbers(since(&column.units)?.1)?;
    (day == 0 && (1..=12).contains(&month_number)).then(|| with_date(column, &format!("{year}-{month:0>2}-01")))?
}

/// `day as %Y%m%d.%f`: packed dates when they look it, else day numbers from the epoch that the experiment fits.
fn c7(column: &TimeColumn, context: &Context) -> Option<TimeColumn> {
    if !column.units.trim().starts_with("day as %Y%m%d") || column.values.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let calendar = column.calendar.as_deref().map_or(Some(Calendar::NoLeap), |name| Calendar::parse(name).ok())?;
    let largest = column.values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (epoch, values) = if largest >= 18_500_101.0 {
        let encoding = days_since(2000, calendar);
        (2000, column.values.iter().map(|value| encoding.encode(packed_date(*value))).collect())
    } else {
        (fitting_epoch(column, context, calendar)?, column.values.clone())
    };
    let units = days_since(epoch, calendar).units();
    Some(TimeColumn { units, calendar: Some(calendar.name().into()), values, ..column.clone() })
}

fn days_since(year: i64, calendar: Calendar) -> TimeEncoding {
    TimeEncoding { unit: TimeUnit::Days, reference: Moment::midnight(year, 1, 1), calendar }
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

/// The first epoch of those in use that puts a projection in 2015 to 2100, or the end of a hindcast at 2015.
fn fitting_epoch(column: &TimeColumn, context: &Context, calendar: Calendar) -> Option<i64> {
    let (first, last) = (*column.values.first()?, *column.values.last()?);
    [2015, 2014, 2007, 2006, 2005, 2000, 1995, 1990, 1950, 1900, 1850, 1].into_iter().find(|epoch| {
        let encoding = days_since(*epoch, calendar);
        let (Some(first), Some(last)) = (encoding.decode(first), encoding.decode(last)) else { return false };
        let starts = (2014..=2016).contains(&first.year);
        let ends_hindcast = (Moment::midnight(2014, 6, 1)..=Moment::midnight(2015, 2, 1)).contains(&last);
        (context.is_projection() && starts && last.year <= 2116) || (context.is_historical() && ends_hindcast)
    })
}

/// `years since 0000-00-00`: calendar years with a fraction, which no CF calendar can count.
fn c19(column: &TimeColumn, _: &Context) -> Option<TimeColumn> {
    let (unit, date, _) = since(&column.units)?;
    let [(_, year), (_, month), (_, day)] = numbers(date)?;
    let meant = matches!(unit.trim(), "year" | "years") && (year, month, day) == (0, 0, 0);
    let calendar = column.calendar.as_deref().unwrap_or("365 days").replace([' ', '_'], "").to_ascii_lowercase();
    let years = |value: &f64| (1.0..10_000.0).contains(value);
    if !meant || !matches!(calendar.as_str(), "365days" | "365day" | "noleap") || !column.values.iter().all(years) {
        return None;
    }
    Some(TimeColumn {
        units: days_since(1, Calendar::NoLeap).units(),
        calendar: Some(Calendar::NoLeap.name().into()),
        values: column.values.iter().map(|value| (value - 1.0) * 365.0).collect(),
        ..column.clone()
    })
}

/// No calendar: the one that yearly steps show; `365_day`, as the archive has it, when they show none.
fn c4(column: &TimeColumn, _: &Context) -> Option<TimeColumn> {
    if column.calendar.is_some() {
        return None;
    }
    let encoding = column.encoding()?;
    let steps = column.steps();
    let near = |step: &f64, length: f64| (step - length).abs() <= 0.1;
    let real = encoding.unit == TimeUnit::Days
        && steps.iter().all(|step| near(step, 365.0) || near(step, 366.0))
        && steps.iter().any(|step| near(step, 366.0));
    Some(with_calendar(
        column,
        match () {
            () if encoding.unit == TimeUnit::Days && column.steps_are(360.0, 2) => Calendar::Day360,
            () if real => Calendar::Standard,
            () => Calendar::NoLeap,
        },
    ))
}

/// The encoding, when it counts days in a calendar of real dates with leap years of the Gregorian kind.
fn real_days(column: &TimeColumn) -> Option<TimeEncoding> {
    let encoding = column.encoding()?;
    let real = matches!(encoding.calendar, Calendar::Standard | Calendar::ProlepticGregorian);
    (real && encoding.unit == TimeUnit::Days).then_some(encoding)
}

/// 360-day steps on whole or half 360-day years since a 1 January: no real calendar counts like that.
fn c12(column: &TimeColumn, _: &Context) -> Option<TimeColumn> {
    let encoding = real_days(column)?;
    let new_year = (encoding.reference.month, encoding.reference.day) == (1, 1);
    let first = *column.values.first()?;
    let on_years = (first - (first / 180.0).round() * 180.0).abs() <= 0.1;
    (new_year && on_years && column.steps_are(360.0, 2)).then(|| with_calendar(column, Calendar::Day360))
}

/// 365-day steps that pass a 29 February: years of real dates would have a step of 366.
fn c8(column: &TimeColumn, _: &Context) -> Option<TimeColumn> {
    let encoding = real_days(column)?;
    let (first, last) = (encoding.decode(*column.values.first()?)?, encoding.decode(*column.values.last()?)?);
    let passes_leap_day = (first.year..=last.year)
        .filter(|year| encoding.calendar.is_leap(*year))
        .any(|year| (first..=last).contains(&Moment::midnight(year, 2, 29)));
    (passes_leap_day && column.steps_are(365.0, 2)).then(|| with_calendar(column, Calendar::NoLeap))
}

/// A projection that counts 365-day years from its own start but says 2005: the protocol starts it in 2015.
///
/// All of this must hold: reference 2005-01-01, first record within a year of it, 365-day steps, an experiment that
/// starts in 2015, and an end that is not 2100 as it stands.
fn c13(column: &TimeColumn, context: &Context) -> Option<TimeColumn> {
    let encoding = column.encoding()?;
    let last = encoding.decode(*column.values.last()?)?;
    let from_2005 = encoding.unit == TimeUnit::Days && encoding.reference == Moment::midnight(2005, 1, 1);
    let from_start = (0.0..=366.0).contains(column.values.first()?);
    let ends_2100 = (Moment::midnight(2099, 12, 1)..=Moment::midnight(2101, 1, 31)).contains(&last);
    if !(from_2005 && from_start && context.is_projection() && column.steps_are(365.0, 2)) || ends_2100 {
        return None;
    }
    with_date(column, "2015-01-01")
}

/// Annual means stamped at the end of their year: the stamps stay, the nominal year is the year that ends.
fn c16(column: &TimeColumn, context: &Context) -> Option<Repair> {
    let (_, moments) = column.moments().ok()?;
    let at_year_end = |moment: &Moment| matches!((moment.month, moment.day), (1, 1..=15) | (12, 17..=31));
    let flagged = context.meaning == Meaning::Flux && !moments.is_empty() && moments.iter().all(at_year_end);
    let (first, last) = (moments.first()?, moments.last()?);
    flagged.then(|| {
        Repair::new(
            "C16",
            format!("annual means stamped {first} to {last}"),
            "stamps kept; each closes its nominal year",
        )
    })
}

#[cfg(test)]
#[path = "time_tests.rs"]
mod tests;
