//! Time axes: each rule looks at numbers and attributes and leaves the axis as it should be.

use crate::apply::dates::{decimal_years, unpacked};
use crate::apply::epoch::guessed;
use crate::draft::TimeColumn;
use crate::entry::Entry;
use crate::record::{Repair, RuleFinding};
use crate::rules::{Applied, Case, Conditions, Fix, Rule, RuleSet, Subject, is_uninitialised};

/// What the rules of time made of a file.
#[derive(Debug, Default)]
pub(crate) struct TimeOutcome {
    pub(crate) repairs: Vec<Repair>,
    pub(crate) findings: Vec<RuleFinding>,
    /// The rule by which variables along time are left out, and what it says.
    pub(crate) unusable: Option<RuleFinding>,
    /// Records to drop at both ends; the column has lost them.
    pub(crate) dropped: (usize, usize),
}

/// Applies every rule that is on and matches.
pub(crate) fn repair_time(column: &mut TimeColumn, entry: &Entry, rules: &RuleSet) -> TimeOutcome {
    let mut outcome = TimeOutcome::default();
    for (rule, cases) in rules.on(Subject::Time, entry) {
        if let Some(applied) = first_that_holds(rule, cases, column) {
            apply_all(column, entry, applied, &mut outcome);
        }
        if outcome.unusable.is_some() {
            break;
        }
    }
    outcome
}

fn first_that_holds<'a>(
    rule: &'a Rule,
    mut cases: impl Iterator<Item = &'a Case>,
    column: &TimeColumn,
) -> Option<Applied<'a>> {
    let holds = |case: &&Case| matches!(&case.conditions, Conditions::Time(conditions) if conditions.hold(column));
    cases.find(holds).map(|case| Applied { rule, case })
}

/// Makes every change of a case, one after the other.
pub(crate) fn apply_all(column: &mut TimeColumn, entry: &Entry, applied: Applied<'_>, outcome: &mut TimeOutcome) {
    for fix in &applied.case.fixes {
        apply(column, entry, fix, applied, outcome);
    }
}

fn apply(column: &mut TimeColumn, entry: &Entry, fix: &Fix, applied: Applied<'_>, outcome: &mut TimeOutcome) {
    match fix {
        Fix::Report => outcome.findings.push(applied.finding(&format!("{} ({})", column.name, column.span()))),
        Fix::Flag => outcome.repairs.extend(flag(column, applied)),
        Fix::DropTimeDependent => outcome.unusable = Some(applied.finding(&strange(column))),
        Fix::DropRecords { first, last } => drop_records(column, (*first, *last), applied, outcome),
        Fix::GuessEpoch { .. } => {
            if let Some((fixed, repair)) = guessed(column, &entry.experiment, fix, applied) {
                *column = fixed;
                outcome.repairs.push(repair);
            }
        }
        _ => {
            let Some(fixed) = changed(column, fix).filter(|fixed| fixed != column) else { return };
            let (before, after) = column.difference(&fixed);
            outcome.repairs.push(applied.repair(before, after));
            *column = fixed;
        }
    }
}

/// The column after a change of its attributes or numbers.
fn changed(column: &TimeColumn, fix: &Fix) -> Option<TimeColumn> {
    let with_units = |units: String| TimeColumn { units, ..column.clone() };
    match fix {
        Fix::ReplaceUnits { pattern, with } => pattern.replaced(column.units.trim(), with).map(with_units),
        Fix::SetUnits(units) => Some(with_units(units.clone())),
        Fix::SetEpoch(date) => with_date(&column.units, date).map(with_units),
        Fix::SetCalendar(name) => Some(TimeColumn { calendar: Some(name.0.name().into()), ..column.clone() }),
        Fix::UnpackDates => unpacked(column),
        Fix::DecimalYears => decimal_years(column),
        _ => None,
    }
}

/// `<unit> since <date><rest>` with another date.
fn with_date(units: &str, date: &str) -> Option<String> {
    let (unit, reference) = units.split_once(" since ")?;
    let reference = reference.trim();
    let rest = &reference[reference.find([' ', 'T']).unwrap_or(reference.len())..];
    Some(format!("{unit} since {date}{rest}"))
}

fn flag(column: &TimeColumn, applied: Applied<'_>) -> Option<Repair> {
    let (_, moments) = column.moments().ok()?;
    let (first, last) = (moments.first()?, moments.last()?);
    Some(applied.flag(format!("{} records stamped {first} to {last}", moments.len()), applied.rule.fix.clone()))
}

fn strange(column: &TimeColumn) -> String {
    let strange = column.values.iter().find(|value| is_uninitialised(**value));
    match strange {
        Some(value) => format!("{} holds {value:e}", column.name),
        None => format!("{} ({})", column.name, column.span()),
    }
}

fn drop_records(column: &mut TimeColumn, ends: (usize, usize), applied: Applied<'_>, outcome: &mut TimeOutcome) {
    let (first, last) = ends;
    let kept = column.values.len().saturating_sub(first.saturating_add(last));
    if kept == 0 {
        return;
    }
    let before = format!("{} records, {}", column.values.len(), column.span());
    column.values.truncate(column.values.len() - last);
    column.values.drain(..first);
    let repair = applied.repair(before, format!("{kept} records, {}", column.span()));
    outcome.findings.push(applied.finding(&format!("{} of {} records dropped", first + last, kept + first + last)));
    outcome.repairs.push(repair);
    outcome.dropped = (outcome.dropped.0 + first, outcome.dropped.1 + last);
}

#[cfg(test)]
#[path = "time_tests.rs"]
mod tests;
