//! The check: each file, which files there are, and the files of a run together.

use std::collections::BTreeMap;

use nunatak_array::{Progress, Step};
use nunatak_ismip::Protocol;
use nunatak_parallel::carried;
use nunatak_repair::{Draft, Entry, Report, RuleSet};
use rayon::prelude::*;

use crate::across_files;
use crate::attributes;
use crate::checked_file::CheckedFile;
use crate::error::{ComplianceError, Result};
use crate::finding::Finding;
use crate::grid;
use crate::naming;
use crate::options::CheckOptions;
use crate::presence;
use crate::report::CheckReport;
use crate::rule_findings::{first_record_findings, listing_findings, opening_findings, unreadable};
use crate::time;
use crate::values;

/// Files between two reports of progress.
const BATCH: usize = 16;

/// An archive whose files were opened and repaired.
///
/// # Examples
/// ```
/// use std::path::Path;
/// use nunatak_array::NoProgress;
/// use nunatak_compliance::{CheckOptions, OpenedArchive, check};
/// use nunatak_format::{FileKind, Group};
/// use nunatak_repair::{Draft, Entry, Report, RuleSet};
///
/// let (root, rules, none) = ("/archive", &RuleSet::ismip6(), &Report::default());
/// let path = Path::new("/archive/JPL1/ISSM/exp05/lithk_AIS_JPL1_ISSM_exp05.nc");
/// let entries = &[Entry::of_path(Path::new(root), path, 1, rules)?];
/// let drafts = &[Draft::repaired(&entries[0], FileKind::Hdf5, &Group::default(), rules)?]; // nothing in it
/// let archive = OpenedArchive { root, entries, listed: entries, rules, drafts, listing: none, opening: none };
/// let report = check(archive, |_| Err("not needed for ISMIP6".into()), CheckOptions::default(), &NoProgress)?;
/// assert!(report.to_text().contains("no data variable in the file; expected `lithk`, as the file name says"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct OpenedArchive<'a> {
    /// The archive's directory, as text.
    pub root: &'a str,
    /// The files that are checked.
    pub entries: &'a [Entry],
    /// Everything that was listed, whatever a search left of it.
    pub listed: &'a [Entry],
    /// The rules that repair the files.
    pub rules: &'a RuleSet,
    /// The files as the rules leave them.
    pub drafts: &'a [Draft],
    /// What was noticed while listing.
    pub listing: &'a Report,
    /// What was noticed while opening.
    pub opening: &'a Report,
}

/// Checks an archive: what is repaired in its files, and where they depart from their protocol.
///
/// `as_written` opens a file without rules; why it cannot is a text.
///
/// # Errors
/// [`ComplianceError::Interrupted`] when `progress` says so.
pub fn check(
    archive: OpenedArchive<'_>,
    as_written: impl Fn(&Entry) -> Result<Draft, String> + Sync,
    options: CheckOptions,
    progress: &dyn Progress,
) -> Result<CheckReport> {
    let OpenedArchive { root, entries, listed, rules, drafts, listing, opening } = archive;
    let mut findings = listing_findings(listing, entries, rules);
    findings.extend(opening_findings(drafts, opening, entries, rules, options));
    findings.extend(presence::check(entries, listed, |entry| options.protocol_of(entry)));
    for (done, batch) in drafts.chunks(BATCH).enumerate() {
        let check = carried(|draft| check_file(draft, &as_written, options, rules));
        let found: Vec<Vec<Finding>> = batch.par_iter().map(check).collect();
        findings.extend(found.into_iter().flatten());
        report_progress(progress, done * BATCH + batch.len(), drafts.len())?;
    }
    if options.values {
        findings.extend(check_runs(drafts, options, progress)?);
    }
    Ok(CheckReport::new(root.to_string(), drafts.len(), entries, findings))
}

fn report_progress(progress: &dyn Progress, done: usize, total: usize) -> Result<()> {
    match progress.step(Step { done, total, bytes: 0 }).is_break() {
        true => Err(ComplianceError::Interrupted),
        false => Ok(()),
    }
}

/// One file against its protocol; a file that cannot be read to the end says so.
fn check_file(
    draft: &Draft,
    as_written: &(impl Fn(&Entry) -> Result<Draft, String> + Sync),
    options: CheckOptions,
    rules: &RuleSet,
) -> Vec<Finding> {
    let Some(protocol) = options.protocol_of(&draft.entry) else { return first_record_findings(draft, rules) };
    match protocol {
        Protocol::Ismip6 => {
            let mut findings = first_record_findings(draft, rules);
            findings.extend(examine(draft, protocol, options.values));
            findings
        }
        Protocol::Ismip7 => match as_written(&draft.entry) {
            Ok(draft) => examine(&draft, protocol, options.values),
            Err(error) => vec![unreadable(draft, &error)],
        },
    }
}

/// What is found in one file.
pub(crate) fn examine(draft: &Draft, protocol: Protocol, values: bool) -> Vec<Finding> {
    let mut file = CheckedFile::new(draft, protocol);
    naming::check(&mut file);
    attributes::check(&mut file);
    let mut read = grid::check(&mut file).and_then(|()| time::check(&mut file));
    if values {
        read = read.and_then(|()| values::check(&mut file));
    }
    let mut findings = file.findings;
    findings.extend(read.err().map(|error| unreadable(draft, &error)));
    findings
}

/// Identities between the files of every run.
fn check_runs(drafts: &[Draft], options: CheckOptions, progress: &dyn Progress) -> Result<Vec<Finding>> {
    let mut runs: BTreeMap<(String, Protocol), Vec<&Draft>> = BTreeMap::new();
    for draft in drafts {
        if let Some(protocol) = options.protocol_of(&draft.entry) {
            runs.entry((draft.entry.node(), protocol)).or_default().push(draft);
        }
    }
    let (total, mut findings) = (runs.len(), Vec::new());
    for (done, ((_, protocol), drafts)) in runs.iter().enumerate() {
        match across_files::check(drafts, *protocol) {
            Ok(found) => findings.extend(found),
            Err(error) => findings.extend(drafts.first().map(|draft| unreadable(draft, &error))),
        }
        report_progress(progress, done + 1, total)?;
    }
    Ok(findings)
}
