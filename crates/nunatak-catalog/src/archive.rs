//! Opening many files at once.

use std::collections::{BTreeMap, BTreeSet};

use nunatak_array::{Progress, Step};
use nunatak_format::FileKind;
use rayon::prelude::*;

use crate::draft::{Draft, Role};
use crate::{CatalogError, Entry, OnError, Repair, RepairRecord, Report, Result, RuleSet, Severity};

/// Files between two reports of progress.
const BATCH: usize = 64;

/// Opens the files in parallel and repairs them; what cannot be opened is a problem of the report.
///
/// # Errors
/// [`CatalogError::File`] for the first such file, when the caller wants that; [`CatalogError::Interrupted`].
pub(crate) fn open_all(
    entries: &[Entry],
    rules: &RuleSet,
    on_error: OnError,
    progress: &dyn Progress,
) -> Result<(Vec<Draft>, Report)> {
    let mut report = Report::default();
    let mut drafts = Vec::with_capacity(entries.len());
    for batch in entries.chunks(BATCH) {
        let opened: Vec<Result<Draft>> = batch.par_iter().map(|entry| Draft::open(entry, rules)).collect();
        for (entry, draft) in batch.iter().zip(opened) {
            match draft {
                Ok(draft) => drafts.push(draft),
                Err(error) => fail(&mut report, entry, &error, rules, on_error)?,
            }
        }
        let step = Step { done: drafts.len() + report.problems.len(), total: entries.len(), bytes: 0 };
        if progress.step(step).is_break() {
            return Err(CatalogError::Interrupted);
        }
    }
    note_mixed_formats(&mut drafts, rules);
    report.files = drafts.len();
    for draft in &drafts {
        record(&mut report, draft);
    }
    Ok((drafts, report))
}

fn fail(report: &mut Report, entry: &Entry, error: &CatalogError, rules: &RuleSet, on_error: OnError) -> Result<()> {
    let rule = (entry.size == 0 && rules.has("A4")).then_some("A4");
    let text = error.to_string();
    let path = entry.path.display().to_string();
    let message = if text.contains(&path) { text } else { format!("{path}: {text}") };
    if on_error == OnError::Raise {
        return Err(CatalogError::File { message });
    }
    report.add(Severity::Error, &entry.path, rule, message);
    Ok(())
}

/// A8: NetCDF-3 files of a model that writes HDF5 elsewhere.
fn note_mixed_formats(drafts: &mut [Draft], rules: &RuleSet) {
    if !rules.has("A8") {
        return;
    }
    let mut formats: BTreeMap<String, BTreeSet<bool>> = BTreeMap::new();
    for draft in drafts.iter() {
        formats.entry(draft.entry.model_key()).or_default().insert(draft.format == FileKind::Hdf5);
    }
    for draft in drafts.iter_mut().filter(|draft| draft.format != FileKind::Hdf5) {
        if formats.get(&draft.entry.model_key()).is_some_and(|found| found.len() == 2) {
            let format = match draft.format {
                FileKind::NetCdf3Classic => "NetCDF-3 classic",
                FileKind::NetCdf3Offset64 => "NetCDF-3 with 64-bit offsets",
                _ => "NetCDF-3 with 64-bit data",
            };
            let repair = Repair::new("A8", format!("{format} beside HDF5"), "recognised by content");
            draft.entry.repairs.push(repair);
        }
    }
}

fn record(report: &mut Report, draft: &Draft) {
    let path = &draft.entry.path;
    let mut add = |variable: &str, repair: &Repair| {
        report.repairs.push(RepairRecord { path: path.clone(), variable: variable.into(), repair: repair.clone() });
    };
    draft.entry.repairs.iter().for_each(|repair| add(&draft.entry.variable, repair));
    draft.time_repairs.iter().for_each(|repair| add("time", repair));
    for variable in draft.variables.iter().filter(|variable| variable.role != Role::Time) {
        variable.repairs.iter().for_each(|repair| add(&variable.raw.name, repair));
    }
    for (severity, _, message) in &draft.problems {
        report.add(*severity, path, None, format!("{}: {message}", path.display()));
    }
}
