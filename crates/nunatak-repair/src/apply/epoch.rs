//! An epoch that a file does not state, from the years that the protocol gives its experiment.

use nunatak_cf::{Calendar, Moment, TimeEncoding, TimeUnit, nominal_year};
use nunatak_ismip::RunKind;

use crate::draft::TimeColumn;
use crate::record::Repair;
use crate::rules::{Applied, Fix};

/// An epoch that fits, and why.
pub(crate) struct Guess {
    pub(crate) year: i64,
    pub(crate) evidence: String,
}

/// How well the nominal years of a run fit the protocol; less is better.
fn rank(run: RunKind, first: i64, last: i64) -> Option<u8> {
    match run {
        RunKind::Projection => match (first, last) {
            (2015, 2100) => Some(0),
            (2014, 2100) => Some(1),
            (2015, ..=2116) => Some(2),
            (2014, ..=2116) => Some(3),
            _ => None,
        },
        RunKind::Historical => (last == 2014).then_some(0),
    }
}

/// The only one of the candidates that fits the experiment best; none when no or several do.
pub(crate) fn guess(column: &TimeColumn, experiment: &str, candidates: &[i64], calendar: Calendar) -> Option<Guess> {
    let run = RunKind::of(experiment)?;
    let years = |year: i64| -> Option<(i64, i64)> {
        let encoding = days_since(year, calendar);
        let first = encoding.decode(*column.values.first()?)?;
        let last = encoding.decode(*column.values.last()?)?;
        Some((nominal_year(first), nominal_year(last)))
    };
    let mut fitting: Vec<(u8, i64, (i64, i64))> = candidates
        .iter()
        .filter_map(|&year| years(year).and_then(|span| Some((rank(run, span.0, span.1)?, year, span))))
        .collect();
    fitting.sort_unstable();
    let (best, year, (first, last)) = *fitting.first()?;
    if fitting.get(1).is_some_and(|(rank, other, _)| *rank == best && *other != year) {
        return None;
    }
    let tried: Vec<String> = candidates.iter().map(ToString::to_string).collect();
    let protocol = match run {
        RunKind::Projection => "a projection covers 2015 to 2100",
        RunKind::Historical => "a hindcast ends with 2014",
    };
    let evidence = format!(
        "of the epochs {} it is {year} that fits best: nominal years {first} to {last} where {protocol}",
        tried.join(", ")
    );
    Some(Guess { year, evidence })
}

/// The column counted in days from the epoch that fits, and the record of that.
pub(crate) fn guessed(
    column: &TimeColumn,
    experiment: &str,
    fix: &Fix,
    applied: Applied<'_>,
) -> Option<(TimeColumn, Repair)> {
    let Fix::GuessEpoch { candidates, calendar } = fix else { return None };
    let own = column.calendar.as_deref().and_then(|name| Calendar::parse(name).ok());
    let calendar = own.or(calendar.map(|name| name.0)).unwrap_or(Calendar::NoLeap);
    let guess = guess(column, experiment, candidates, calendar)?;
    let units = days_since(guess.year, calendar).units();
    let fixed = TimeColumn { units, calendar: Some(calendar.name().into()), ..column.clone() };
    let (before, after) = column.difference(&fixed);
    Some((fixed, applied.guess(before, after, &guess.evidence)))
}

pub(crate) fn days_since(year: i64, calendar: Calendar) -> TimeEncoding {
    TimeEncoding { unit: TimeUnit::Days, reference: Moment::midnight(year, 1, 1), calendar }
}
