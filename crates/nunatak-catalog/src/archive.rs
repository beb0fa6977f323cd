//! Opening many files at once.

use std::collections::{BTreeMap, BTreeSet};

use nunatak_array::Progress;
use nunatak_format::{FileKind, Location};
use rayon::prelude::*;

use crate::draft::{Draft, Role};
use crate::manifests::Manifests;
use crate::rules::Event;
use crate::{CatalogError, Entry, OnError, Repair, RepairRecord, Report, Result, RuleSet, Severity};

/// Opens the files in parallel and repairs them; what cannot be opened is a problem of the report.
///
/// # Errors
/// [`CatalogError::File`] or [`CatalogError::Unreachable`] for the first such file, when the caller wants that;
/// [`CatalogError::Interrupted`].
pub(crate) fn open_all(
    entries: &[Entry],
    manifests: &Manifests,
    rules: &RuleSet,
    on_error: OnError,
    progress: &dyn Progress,
) -> Result<(Vec<Draft>, Report)> {
    let mut report = Report::default();
    let mut drafts = Vec::with_capacity(entries.len());
    let locations: Vec<&Location> = entries.iter().map(|entry| &entry.path).collect();
    let known = manifests.read(&locations, progress)?;
    let opened: Vec<Result<Draft>> = entries
        .par_iter()
        .zip(known)
        .map(|(entry, manifest)| {
            let known = manifest?;
            Draft::open(entry, &known.file(), rules)
        })
        .collect();
    for (entry, draft) in entries.iter().zip(opened) {
        match draft {
            Ok(draft) => drafts.push(draft),
            Err(error) => fail(&mut report, entry, &error, rules, on_error)?,
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
    let rule = rules.of_size(entry.size).map(|id| &**id);
    let text = error.to_string();
    let path = entry.path.display().to_string();
    let message = if text.contains(&path) { text } else { format!("{path}: {text}") };
    if on_error == OnError::Raise {
        let unreachable = error.is_store_failure();
        return Err(if unreachable { CatalogError::Unreachable { message } } else { CatalogError::File { message } });
    }
    report.add(Severity::Error, &entry.path, rule, message);
    Ok(())
}

/// NetCDF-3 files of a model that writes HDF5 elsewhere.
fn note_mixed_formats(drafts: &mut [Draft], rules: &RuleSet) {
    let Some(rule) = rules.event(Event::MixedFormats) else { return };
    let mut formats: BTreeMap<String, BTreeSet<bool>> = BTreeMap::new();
    for draft in drafts.iter() {
        formats.entry(draft.entry.model_key()).or_default().insert(draft.format == FileKind::Hdf5);
    }
    for draft in drafts.iter_mut().filter(|draft| draft.format != FileKind::Hdf5) {
        if formats.get(&draft.entry.model_key()).is_some_and(|found| found.len() == 2) {
            let repair = rule.repair(format!("{} beside HDF5", draft.format_name()), "recognised by content");
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
    for finding in &draft.findings {
        let message = format!("{}: {}", path.display(), finding.message);
        report.add(finding.severity, path, finding.rule.as_deref(), message);
    }
}
