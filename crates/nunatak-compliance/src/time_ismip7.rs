//! Time axes of ISMIP7: one calendar, one reference, one stamp for every nominal year.

use nunatak_array::DataType;
use nunatak_cf::{Calendar, Moment, TimeEncoding, TimeUnit, nominal_year};
use nunatak_ismip::{Ismip7Name, Meaning, RequestShape};
use nunatak_repair::Category;

use crate::checked_file::CheckedFile;
use crate::error::Result;
use crate::finding::Level;

const REFERENCE: Moment = Moment { year: 1850, month: 1, day: 1, microsecond: 0 };
/// A stamp may lie this many days off the date that its convention asks for.
const TOLERANCE: f64 = 1.0;
/// How many single years a finding names.
const NAMED: usize = 5;

/// # Errors
/// When the bounds cannot be read.
pub(crate) fn check(file: &mut CheckedFile, encoding: TimeEncoding, moments: &[Moment]) -> Result<()> {
    check_encoding(file, encoding);
    check_storage(file);
    let kind = file.request.map_or(Meaning::Unknown, |request| request.kind);
    let stem = file.draft.entry.stem();
    let years = Ismip7Name::parse(&stem).ok().and_then(|name| name.years()).filter(|(from, to)| from <= to);
    if let Some(years) = years {
        match file.request.map(|request| request.shape) {
            Some(RequestShape::Volume) => check_snapshots(file, years, moments),
            Some(_) => check_years(file, years, moments),
            None => {}
        }
    }
    check_stamps(file, kind, encoding, moments);
    check_bounds(file, kind, encoding, moments)
}

fn check_encoding(file: &mut CheckedFile, encoding: TimeEncoding) {
    let Some(column) = &file.draft.time else { return };
    let (units, calendar) = (column.units.clone(), column.calendar.clone());
    if encoding.unit != TimeUnit::Days || encoding.reference != REFERENCE {
        file.depart(Category::Time, format!("time in `{units}`"), "`days since 1850-01-01 00:00:00`");
    }
    let found = match calendar {
        None => "no calendar".to_string(),
        Some(_) if encoding.calendar == Calendar::Standard => return,
        Some(name) => format!("calendar `{name}`"),
    };
    file.depart(Category::Time, found, "`standard`");
}

/// The time dimension can grow; the coordinate is in single precision.
fn check_storage(file: &mut CheckedFile) {
    let Some(column) = &file.draft.time else { return };
    let (name, dimension) = (column.name.clone(), column.dimension.clone());
    if !file.draft.unlimited.contains(&dimension) {
        file.depart(Category::Time, format!("dimension `{dimension}` of a fixed length"), "an unlimited dimension");
    }
    let own = file.draft.variables.iter().find(|one| one.raw.name == name);
    if let Some(found) = own.map(|one| one.raw.array.data_type()).filter(|found| *found != DataType::F32) {
        file.note_of(Some(&name), Category::Attributes, Level::Warning, format!("values of type {found}"), "float32");
    }
}

/// The nominal year of a stamp: a state may stand at the last day of its year or the first two of the next.
fn year_of(moment: &Moment) -> i64 {
    nominal_year(*moment)
}

/// Every nominal year of the file's name, and no other.
fn check_years(file: &mut CheckedFile, (first, last): (i64, i64), moments: &[Moment]) {
    let own: Vec<i64> = moments.iter().map(year_of).collect();
    let missing: Vec<i64> = (first..=last).filter(|year| !own.contains(year)).collect();
    let others: Vec<i64> = own.into_iter().filter(|year| !(first..=last).contains(year)).collect();
    let expected = format!("each of {first}-{last}, as the file name says");
    if !missing.is_empty() {
        file.depart(Category::Time, format!("no record of {}", named(&missing)), expected.as_str());
    }
    if !others.is_empty() {
        file.depart(Category::Time, format!("records of {}", named(&others)), expected.as_str());
    }
}

/// Volumes come in a few snapshots: the century marks and the last year, for a hindcast the first year, too.
fn check_snapshots(file: &mut CheckedFile, (first, last): (i64, i64), moments: &[Moment]) {
    let hindcast = file.draft.entry.experiment == "historical";
    let marks: &[i64] = if hindcast { &[1900] } else { &[2100, 2200, 2300] };
    let mut wanted: Vec<i64> = marks.iter().copied().filter(|year| (first..=last).contains(year)).collect();
    wanted.extend(hindcast.then_some(first).into_iter().chain([last]));
    wanted.sort_unstable();
    wanted.dedup();
    let own: Vec<i64> = moments.iter().map(year_of).collect();
    let missing: Vec<i64> = wanted.iter().copied().filter(|year| !own.contains(year)).collect();
    let others: Vec<i64> = own.into_iter().filter(|year| !wanted.contains(year)).collect();
    let expected = format!("snapshots of {}", named(&wanted));
    if !missing.is_empty() {
        file.depart(Category::Time, format!("no snapshot of {}", named(&missing)), expected.as_str());
    }
    if !others.is_empty() {
        let found = format!("snapshots of {}", named(&others));
        file.note(Category::Time, Level::Warning, found, format!("{expected} alone"));
    }
}

fn named(years: &[i64]) -> String {
    let list: Vec<String> = years.iter().take(NAMED).map(ToString::to_string).collect();
    let more = years.len().saturating_sub(NAMED);
    if more == 0 { list.join(", ") } else { format!("{} and {more} more", list.join(", ")) }
}

/// A state closes its year on 1 January; a mean is stamped 1 July.
fn check_stamps(file: &mut CheckedFile, kind: Meaning, encoding: TimeEncoding, moments: &[Moment]) {
    let (wanted, text): (fn(i64) -> Moment, &str) = match kind {
        Meaning::State => (|year| Moment::midnight(year + 1, 1, 1), "1 January after the year it closes, within a day"),
        Meaning::Flux => (|year| Moment::midnight(year, 7, 1), "1 July of its year, within a day"),
        Meaning::Unknown => return,
    };
    let off: Vec<&Moment> = moments
        .iter()
        .filter(|moment| days_between(encoding, **moment, wanted(year_of(moment))).abs() > TOLERANCE)
        .collect();
    if let Some(first) = off.first() {
        let found = format!("{} of {} records off their date, first {first}", off.len(), moments.len());
        file.depart(Category::Time, found, text);
    }
}

fn days_between(encoding: TimeEncoding, one: Moment, other: Moment) -> f64 {
    let days = TimeEncoding { unit: TimeUnit::Days, ..encoding };
    days.encode(one) - days.encode(other)
}

/// A mean has the bounds of its year; a state has none.
fn check_bounds(file: &mut CheckedFile, kind: Meaning, encoding: TimeEncoding, moments: &[Moment]) -> Result<()> {
    let Some(column) = &file.draft.time else { return Ok(()) };
    let time = file.draft.variables.iter().find(|one| one.raw.name == column.name);
    let named = time.and_then(|time| time.raw.attributes.text("bounds")).map(str::to_string);
    match (kind, named) {
        (Meaning::State, Some(name)) => {
            file.depart(Category::Time, format!("bounds of time `{name}`"), "none: a state is of a moment");
        }
        (Meaning::Flux, None) => file.depart(Category::Time, "no bounds of time", YEAR_BOUNDS),
        (Meaning::Flux, Some(name)) => return check_bounds_values(file, &name, encoding, moments),
        _ => {}
    }
    Ok(())
}

const YEAR_BOUNDS: &str = "1 January of the year to 1 January of the next, within a day";

fn check_bounds_values(file: &mut CheckedFile, name: &str, encoding: TimeEncoding, moments: &[Moment]) -> Result<()> {
    let Some(bounds) = file.draft.variables.iter().find(|one| one.raw.name == name) else {
        file.depart(Category::Time, format!("time names bounds `{name}`, which are not in the file"), YEAR_BOUNDS);
        return Ok(());
    };
    if bounds.raw.array.shape() != [moments.len(), 2] || !bounds.raw.array.data_type().is_numeric() {
        file.depart(Category::Time, format!("bounds `{name}` of shape {:?}", bounds.raw.array.shape()), YEAR_BOUNDS);
        return Ok(());
    }
    let values = bounds.raw.array.read_all()?.into_f64()?;
    let off = |at: usize| {
        let year = year_of(&moments[at]);
        [(year, values[2 * at]), (year + 1, values[2 * at + 1])].into_iter().any(|(year, value)| {
            let stamp = encoding.decode(value);
            stamp.is_none_or(|stamp| days_between(encoding, stamp, Moment::midnight(year, 1, 1)).abs() > TOLERANCE)
        })
    };
    let wrong: Vec<usize> = (0..moments.len()).filter(|at| off(*at)).collect();
    if let Some(first) = wrong.first() {
        let text = |value: f64| encoding.decode(value).map_or("no date".into(), |stamp| stamp.to_string());
        let (from, to) = (text(values[2 * first]), text(values[2 * first + 1]));
        let found = format!("{} of {} bounds off their year, first {from} to {to}", wrong.len(), moments.len());
        file.depart(Category::Time, found, YEAR_BOUNDS);
    }
    Ok(())
}
