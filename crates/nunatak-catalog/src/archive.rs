//! Opening many files at once.

use std::collections::{BTreeMap, BTreeSet};

use nunatak_format::FileKind;
use nunatak_parallel::carried;
use nunatak_repair::{Draft, Entry, Event, Repair, RepairRecord, Report, Role, RuleSet, Severity};
use rayon::prelude::*;

use crate::error::{CatalogError, Result};
use crate::manifests::Manifests;
use crate::options::OnError;

/// Opens files whose headers are known, some at a time: repaired files are large, thousands of them are not held at once.
pub(crate) struct Opening<'a> {
    manifests: &'a Manifests,
    rules: &'a RuleSet,
    on_error: OnError,
    /// Models that have files of HDF5 and of NetCDF-3.
    mixed: BTreeSet<String>,
}

impl<'a> Opening<'a> {
    pub(crate) fn new(entries: &[Entry], manifests: &'a Manifests, rules: &'a RuleSet, on_error: OnError) -> Self {
        let mut formats: BTreeMap<String, BTreeSet<bool>> = BTreeMap::new();
        let kinds: Vec<_> = entries.par_iter().map(|entry| manifests.kind(&entry.path)).collect();
        for (entry, kind) in entries.iter().zip(kinds) {
            if let Some(kind) = kind {
                formats.entry(entry.model_key()).or_default().insert(kind == FileKind::Hdf5);
            }
        }
        let mixed = formats.into_iter().filter(|(_, found)| found.len() == 2).map(|(model, _)| model).collect();
        Self { manifests, rules, on_error, mixed }
    }

    /// The repaired files, and what was noticed.
    ///
    /// # Errors
    /// [`CatalogError::File`] or [`CatalogError::Unreachable`] for the first file that cannot be opened, when the caller
    /// wants that.
    pub(crate) fn open(&self, entries: &[Entry]) -> Result<(Vec<Draft>, Report)> {
        let opened: Vec<Result<Draft>> = entries.par_iter().map(carried(|entry| self.open_one(entry))).collect();
        let mut report = Report::default();
        let mut drafts = Vec::with_capacity(entries.len());
        for (entry, draft) in entries.iter().zip(opened) {
            match draft {
                Ok(draft) => drafts.push(draft),
                Err(error) => fail(&mut report, entry, &error, self.rules, self.on_error)?,
            }
        }
        report.files = drafts.len();
        drafts.iter().for_each(|draft| record(&mut report, draft));
        Ok((drafts, report))
    }

    fn open_one(&self, entry: &Entry) -> Result<Draft> {
        let file = self.manifests.header(&entry.path)?.file()?;
        let mut draft = Draft::open(entry, &file, self.rules)?;
        if draft.format != FileKind::Hdf5 && self.mixed.contains(&entry.model_key()) {
            let found = format!("{} beside HDF5", draft.format_name());
            draft.entry.repairs.extend(self.rules.event_repair(Event::MixedFormats, found, "recognised by content"));
        }
        Ok(draft)
    }
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
