//! Time axes of ISMIP6: any calendar, yearly records, the years of the experiment.

use nunatak_cf::{Moment, TimeEncoding, TimeUnit};
use nunatak_ismip::{Protocol, YearSpan, ismip6_span};
use nunatak_repair::Category;

use crate::checked_file::CheckedFile;
use crate::error::Result;
use crate::finding::Level;
use crate::time_ismip7;

/// Days between yearly records, in any calendar.
const YEAR: std::ops::RangeInclusive<f64> = 360.0..=367.0;

/// # Errors
/// When the bounds of time cannot be read.
pub(crate) fn check(file: &mut CheckedFile) -> Result<()> {
    if file.request.is_some_and(|request| !request.shape.has_time()) {
        return Ok(());
    }
    let Some(column) = &file.draft.time else {
        file.depart(Category::Time, "no time variable", "`time`, in days since a date");
        return Ok(());
    };
    let (encoding, moments) = match column.moments() {
        Ok(found) => found,
        Err(problem) => {
            let name = column.name.clone();
            file.note_of(Some(&name), Category::Time, Level::Error, problem, "days since a date, in a calendar of CF");
            return Ok(());
        }
    };
    if let Some(at) = moments.windows(2).position(|pair| pair[0] >= pair[1]) {
        let found = format!("record {} ({}) is not after record {at} ({})", at + 1, moments[at + 1], moments[at]);
        file.note(Category::Time, Level::Error, found, "times that increase");
        return Ok(());
    }
    match file.protocol {
        Protocol::Ismip6 => check_years(file, encoding, &moments),
        Protocol::Ismip7 => time_ismip7::check(file, encoding, &moments)?,
    }
    Ok(())
}

fn check_years(file: &mut CheckedFile, encoding: TimeEncoding, moments: &[Moment]) {
    if encoding.unit != TimeUnit::Days {
        let found = format!("time in {}", encoding.unit.name());
        file.note(Category::Time, Level::Warning, found, "days since a date");
    }
    check_steps(file, encoding, moments);
    let (Some(first), Some(last)) = (moments.first(), moments.last()) else {
        return file.note(Category::Time, Level::Warning, "no record", "one a year");
    };
    let Some(YearSpan { start, end, years }) = ismip6_span(&file.draft.entry.experiment) else { return };
    let day = |moment: &Moment| Moment { microsecond: 0, ..*moment };
    for (name, moment, range) in [("first", first, start), ("last", last, end)] {
        if let Some((from, to)) = range.filter(|(from, to)| !(*from..=*to).contains(&day(moment))) {
            let found = format!("{name} record is of {moment}");
            file.note(Category::Time, Level::Warning, found, format!("{from} to {to}"));
        }
    }
    if let Some(years) = years.filter(|years| *years != moments.len()) {
        file.note(Category::Time, Level::Warning, format!("{} records", moments.len()), format!("{years}, one a year"));
    }
}

/// Yearly steps: a gap, or records that are not yearly.
fn check_steps(file: &mut CheckedFile, encoding: TimeEncoding, moments: &[Moment]) {
    let days = TimeEncoding { unit: TimeUnit::Days, ..encoding };
    let numbers: Vec<f64> = moments.iter().map(|moment| days.encode(*moment)).collect();
    let off: Vec<usize> = (1..numbers.len()).filter(|at| !YEAR.contains(&(numbers[*at] - numbers[at - 1]))).collect();
    if let Some(at) = off.first() {
        let step = numbers[*at] - numbers[at - 1];
        let found = format!(
            "{} of {} steps are not a year, first {step} days from {} to {}",
            off.len(),
            numbers.len() - 1,
            moments[at - 1],
            moments[*at]
        );
        file.note(Category::Time, Level::Warning, found, "steps of 360 to 367 days");
    }
}
