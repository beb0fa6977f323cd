//! Identities between the files of one run, in parts of the grid and of time that fit in memory.

use std::collections::BTreeMap;
use std::ops::Range;

use nunatak_array::{Region, SharedArray};
use nunatak_cf::nominal_year;
use nunatak_ismip::{Protocol, RequestShape, request};
use nunatak_parallel::carried;
use nunatak_repair::{Category, Draft};
use rayon::prelude::*;

use crate::blocks::blocks_within;
use crate::checked_file::decoded;
use crate::error::Result;
use crate::finding::{Finding, Level};
use crate::identity::{Identity, identities};

/// Most elements of all files of one part together: 64 MB in double precision, on each thread.
const LARGEST: usize = 1 << 23;

/// A field of a run, by nominal year.
struct Field<'a> {
    draft: &'a Draft,
    array: SharedArray,
    years: Vec<i64>,
}

/// How often an identity is broken, and how badly.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Outcome {
    cells: usize,
    broken: usize,
    worst: f64,
    first: Option<i64>,
}

impl Outcome {
    const EMPTY: Self = Self { cells: 0, broken: 0, worst: 0.0, first: None };

    fn add(&mut self, excess: f64, tolerance: f64, year: i64) {
        self.cells += 1;
        if excess > tolerance {
            self.broken += 1;
            self.worst = self.worst.max(excess);
            self.first = Some(self.first.map_or(year, |first| first.min(year)));
        }
    }

    fn join(self, other: Self) -> Self {
        Self {
            cells: self.cells + other.cells,
            broken: self.broken + other.broken,
            worst: self.worst.max(other.worst),
            first: [self.first, other.first].into_iter().flatten().min(),
        }
    }
}

/// Compares the files of one run.
///
/// # Errors
/// A file's, when it cannot be read.
pub(crate) fn check(drafts: &[&Draft], protocol: Protocol) -> Result<Vec<Finding>> {
    let identities = identities(protocol);
    let wanted = |name: &str| identities.iter().any(|identity| identity.inputs.contains(&name));
    let mut fields = BTreeMap::new();
    for draft in drafts.iter().filter(|draft| wanted(&draft.entry.variable)) {
        if let Some(field) = field(draft, protocol)? {
            fields.entry(field.draft.entry.variable.as_str()).or_insert(field);
        }
    }
    let mut findings = drop_other_grids(&mut fields);
    let possible = |identity: &&Identity| identity.inputs.iter().all(|name| fields.contains_key(name));
    let identities: Vec<&Identity> = identities.iter().filter(possible).collect();
    fields.retain(|name, _| identities.iter().any(|identity| identity.inputs.contains(name)));
    let outcomes = compare(&fields, &identities)?;
    for (identity, outcome) in identities.into_iter().zip(outcomes).filter(|(_, outcome)| outcome.broken > 0) {
        if let Some(field) = fields.get(identity.inputs[0]) {
            findings.push(finding(field.draft, identity, &outcome));
        }
    }
    Ok(findings)
}

/// A file's field, when it has (time, y, x) and dated records.
fn field<'a>(draft: &'a Draft, protocol: Protocol) -> Result<Option<Field<'a>>> {
    let is_field = request(protocol, &draft.entry.variable).is_some_and(|request| request.shape == RequestShape::Field);
    let Some(moments) = draft.time.as_ref().and_then(|column| column.moments().ok()).filter(|_| is_field) else {
        return Ok(None);
    };
    let years: Vec<i64> = moments.1.into_iter().map(nominal_year).collect();
    let ordered = years.windows(2).all(|pair| pair[0] < pair[1]);
    let array = decoded(draft)?.filter(|array| array.shape().len() == 3 && array.shape()[0] == years.len() && ordered);
    Ok(array.map(|array| Field { draft, array, years }))
}

/// Fields on another grid than the ice fraction (or the first field) cannot be compared with it.
fn drop_other_grids(fields: &mut BTreeMap<&str, Field>) -> Vec<Finding> {
    let reference =
        ["sftgif", "lithk"].into_iter().find_map(|name| fields.get(name)).or_else(|| fields.values().next());
    let Some(plane) = reference.map(|field| field.array.shape()[1..].to_vec()) else { return Vec::new() };
    let other = |field: &Field| field.array.shape()[1..] != plane;
    let findings = fields.values().filter(|field| other(field)).map(|field| {
        let found = format!("{:?} cells (y, x): not compared with the other files", &field.array.shape()[1..]);
        let entry = &field.draft.entry;
        let finding = Finding::in_file(entry, Category::Values, Level::Info, found, format!("{plane:?}"));
        Finding { variable: Some(entry.variable.clone()), ..finding }
    });
    let findings = findings.collect();
    fields.retain(|_, field| !other(field));
    findings
}

fn compare(fields: &BTreeMap<&str, Field>, identities: &[&Identity]) -> Result<Vec<Outcome>> {
    let Some(first) = fields.values().next() else { return Ok(vec![Outcome::EMPTY; identities.len()]) };
    let common: Vec<i64> =
        first.years.iter().copied().filter(|year| fields.values().all(|field| field.years.contains(year))).collect();
    let mut totals = vec![Outcome::EMPTY; identities.len()];
    for run in runs(&common, fields) {
        let plane = &first.array.shape()[1..];
        let shape = [run.len(), plane[0], plane[1]];
        let own = fields.values().find_map(|field| {
            let raw = field.draft.variables.iter().find(|one| one.raw.name == field.draft.entry.variable)?;
            raw.raw.storage.chunk_shape.clone()
        });
        let years = &common[run];
        let parts = blocks_within(&shape, own.as_deref(), (LARGEST / fields.len().max(1)).max(1));
        let compare = carried(|part| compare_part(fields, identities, years, part));
        let outcomes: Vec<Vec<Outcome>> = parts.par_iter().map(compare).collect::<Result<_>>()?;
        for part in outcomes {
            totals.iter_mut().zip(part).for_each(|(total, part)| *total = total.join(part));
        }
    }
    Ok(totals)
}

/// Stretches of common years that stand one after the other in every file.
fn runs(common: &[i64], fields: &BTreeMap<&str, Field>) -> Vec<Range<usize>> {
    let at = |field: &Field, year: i64| field.years.binary_search(&year).unwrap_or(0);
    let breaks = (1..common.len()).filter(|next| {
        let (one, other) = (common[next - 1], common[*next]);
        fields.values().any(|field| at(field, other) != at(field, one) + 1)
    });
    let mut edges: Vec<usize> = std::iter::once(0).chain(breaks).chain([common.len()]).collect();
    edges.dedup();
    edges.windows(2).map(|pair| pair[0]..pair[1]).collect()
}

/// The identities over a part: records counted from the first of `years`, rows and columns of the grid.
fn compare_part(
    fields: &BTreeMap<&str, Field>,
    identities: &[&Identity],
    years: &[i64],
    part: &Region,
) -> Result<Vec<Outcome>> {
    let mut values = BTreeMap::new();
    for (name, field) in fields {
        let first = years.first().and_then(|year| field.years.binary_search(year).ok()).unwrap_or(0);
        let own = part.with_axis(0, first + part.start()[0], part.shape()[0]);
        values.insert(*name, field.array.read(&own)?.into_f64()?);
    }
    let plane = (part.shape()[1] * part.shape()[2]).max(1);
    let outcome = |identity: &&Identity| {
        let columns: Vec<&[f64]> =
            identity.inputs.iter().filter_map(|name| values.get(name).map(Vec::as_slice)).collect();
        let mut outcome = Outcome::EMPTY;
        let mut cell = vec![0.0; columns.len()];
        for at in 0..part.len() {
            cell.iter_mut().zip(&columns).for_each(|(value, column)| *value = column[at]);
            if let Some(excess) = (identity.excess)(&cell) {
                outcome.add(excess, identity.tolerance, years[part.start()[0] + at / plane]);
            }
        }
        outcome
    };
    Ok(identities.iter().map(outcome).collect())
}

fn finding(draft: &Draft, identity: &Identity, outcome: &Outcome) -> Finding {
    let worst = match identity.unit {
        Some("") => format!(", by up to {}", outcome.worst as f32),
        Some(unit) => format!(", by up to {} {unit}", outcome.worst as f32),
        None => String::new(),
    };
    let year = outcome.first.map(|year| format!(", first in {year}")).unwrap_or_default();
    let found = format!("not so in {} of {} cells{worst}{year}", outcome.broken, outcome.cells);
    let finding = Finding::in_file(&draft.entry, Category::Values, identity.level, found, identity.statement.clone());
    Finding { variable: Some(draft.entry.variable.clone()), ..finding }
}
