//! Files held against the protocols of ISMIP6 and ISMIP7.
//!
//! A file of ISMIP6 is looked at as the rules leave it: what they put right is a repair, what stays is a finding. A file
//! of ISMIP7 is looked at as it is, since it can still be written anew.

mod across_files;
mod attributes;
mod blocks;
mod experiments;
mod finding;
#[cfg(test)]
mod fixture;
mod grid;
mod html;
mod identity;
mod naming;
mod presence;
mod protocol;
mod report;
mod request;
mod subject;
mod tables;
#[cfg(test)]
mod tests;
mod time;
mod time_ismip7;
mod units;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use nunatak_array::{Progress, SharedArray, Step};
use nunatak_tree::{DecodeOptions, decode_variable};
use rayon::prelude::*;

use crate::archive::Opening;
use crate::draft::{Draft, DraftVariable, Role};
use crate::rules::{corner_finding, value_findings};
use crate::{
    Catalog, CatalogError, Category, Entry, OnError, Problem, RepairRecord, Report, Result, RuleSet, Severity, rules,
};

pub use finding::{Finding, Level};
pub use protocol::Protocol;
pub use report::{CheckReport, CheckedRun};
use subject::Subject;

/// Files between two reports of progress.
const BATCH: usize = 16;

/// What is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CheckOptions {
    /// The protocol that all files are held against; each its own, by its name, when there is none.
    pub protocol: Option<Protocol>,
    /// Whether all numbers are read: ranges, missing values, identities between files.
    pub values: bool,
}

impl CheckOptions {
    fn protocol_of(&self, entry: &Entry) -> Option<Protocol> {
        let own = Protocol::of(entry)?;
        Some(self.protocol.unwrap_or(own))
    }
}

impl Catalog {
    /// Opens every file: what is repaired in it, and where it departs from its protocol.
    ///
    /// Beside headers and coordinates this reads the corners of each field's first record (at most four chunks a field),
    /// the whole first record where a rule looks at values (masks), and with [`CheckOptions::values`] all numbers, in
    /// parts of bounded size.
    ///
    /// # Errors
    /// [`CatalogError::Interrupted`].
    pub fn check(&self, options: CheckOptions, progress: &dyn Progress) -> Result<CheckReport> {
        self.read_headers(progress)?;
        let (drafts, opened) =
            Opening::new(self.entries(), self.manifests(), self.rules(), OnError::Warn).open(self.entries())?;
        let mut findings = listing_findings(self.report(), self.entries(), self.rules());
        findings.extend(opening_findings(&drafts, opened, self, options));
        findings.extend(presence::check(self.entries(), self.listed(), |entry| options.protocol_of(entry)));
        let as_written = |entry: &Entry| {
            let known = self.manifests().known(&entry.path)?;
            Draft::open(entry, &known.file()?, &RuleSet::none())
        };
        for (done, batch) in drafts.chunks(BATCH).enumerate() {
            let found: Vec<Vec<Finding>> =
                batch.par_iter().map(|draft| check_file(draft, as_written, options, self.rules())).collect();
            findings.extend(found.into_iter().flatten());
            tell(progress, done * BATCH + batch.len(), drafts.len())?;
        }
        if options.values {
            findings.extend(check_runs(&drafts, options, progress)?);
        }
        Ok(CheckReport::new(self.root().display().to_string(), drafts.len(), self.entries(), findings))
    }
}

fn tell(progress: &dyn Progress, done: usize, total: usize) -> Result<()> {
    match progress.step(Step { done, total, bytes: 0 }).is_break() {
        true => Err(CatalogError::Interrupted),
        false => Ok(()),
    }
}

/// What was noticed while listing: files outside the layout, which are warnings, directories that cannot be read, and
/// what rules of paths found in the files that are checked.
fn listing_findings(report: &Report, entries: &[Entry], rules: &RuleSet) -> Vec<Finding> {
    let by_path: BTreeMap<_, &Entry> = entries.iter().map(|entry| (&entry.path, entry)).collect();
    let finding = |problem: &Problem| match (&problem.rule, problem.severity) {
        (Some(rule), _) => {
            let entry = by_path.get(&problem.path).copied()?;
            Some(problem_finding(problem, Some(entry), rules.category(rule)))
        }
        (None, Severity::Warning) => Some(problem_finding(problem, None, Category::Naming)),
        (None, _) => Some(problem_finding(problem, None, Category::File)),
    };
    report.problems.iter().filter_map(finding).collect()
}

/// Files that cannot be opened, repairs, and what the rules could not repair.
fn opening_findings(drafts: &[Draft], report: Report, catalog: &Catalog, options: CheckOptions) -> Vec<Finding> {
    let by_path: BTreeMap<_, &Entry> = catalog.entries().iter().map(|entry| (&entry.path, entry)).collect();
    let opened: BTreeSet<_> = drafts.iter().map(|draft| &draft.entry.path).collect();
    let unopened = report.problems.iter().filter(|problem| !opened.contains(&problem.path));
    let mut findings: Vec<Finding> =
        unopened.map(|problem| problem_finding(problem, by_path.get(&problem.path).copied(), Category::File)).collect();
    for draft in drafts {
        // The grid of an ISMIP7 file is looked at as it is, without the rules.
        let told = |category| category == Category::Grid && options.protocol_of(&draft.entry) == Some(Protocol::Ismip7);
        let left = draft.findings.iter().filter(|finding| !told(finding.category));
        findings.extend(left.map(|finding| rule_finding(draft, finding)));
    }
    let repairs = report.repairs.iter();
    let repaired = |record| Some(repair_finding(record, by_path.get(&record.path).copied()?, catalog.rules()));
    findings.extend(repairs.filter_map(repaired));
    findings
}

/// What a rule, or opening, found in a file and left.
fn rule_finding(draft: &Draft, found: &rules::Finding) -> Finding {
    let rule = found.rule.as_ref().map(ToString::to_string);
    let level = found.severity.into();
    Finding { rule, ..Finding::in_file(&draft.entry, found.category, level, found.message.clone(), String::new()) }
}

fn problem_finding(problem: &Problem, entry: Option<&Entry>, category: Category) -> Finding {
    let path = problem.path.display().to_string();
    let text = problem
        .message
        .strip_prefix(&path)
        .map_or(problem.message.as_str(), |text| text.trim_start_matches([':', ' ']));
    Finding {
        model: entry.map(Entry::model_key),
        experiment: entry.map(|entry| entry.experiment.clone()),
        variable: None,
        category,
        level: problem.severity.into(),
        rule: problem.rule.as_ref().map(ToString::to_string),
        found: text.to_string(),
        expected: String::new(),
        path,
    }
}

fn repair_finding(record: &RepairRecord, entry: &Entry, rules: &RuleSet) -> Finding {
    let repair = &record.repair;
    let category = rules.category(&repair.rule);
    let finding = Finding::in_file(entry, category, Level::Repair, repair.before.clone(), repair.after.clone());
    Finding { variable: Some(record.variable.clone()), rule: Some(repair.rule.to_string()), ..finding }
}

/// One file against its protocol; a file that cannot be read to the end says so.
fn check_file(
    draft: &Draft,
    as_written: impl Fn(&Entry) -> Result<Draft>,
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

fn examine(draft: &Draft, protocol: Protocol, values: bool) -> Vec<Finding> {
    let mut subject = Subject::new(draft, protocol);
    naming::check(&mut subject);
    attributes::check(&mut subject);
    let mut read = grid::check(&mut subject).and_then(|()| time::check(&mut subject));
    if values {
        read = read.and_then(|()| values::check(&mut subject));
    }
    let mut findings = subject.findings;
    findings.extend(read.err().map(|error| unreadable(draft, &error)));
    findings
}

fn unreadable(draft: &Draft, error: &CatalogError) -> Finding {
    Finding::in_file(&draft.entry, Category::File, Level::Error, error.to_string(), "data that can be read".into())
}

/// What rules find in the numbers of a file's first record: in its corners, and in all of it where a rule asks for that.
fn first_record_findings(draft: &Draft, rules: &RuleSet) -> Vec<Finding> {
    let mut findings = corner_findings(draft, rules);
    match value_findings(draft, rules) {
        Ok(found) => findings.extend(found.iter().map(|found| {
            let variable = Some(draft.entry.variable.clone());
            Finding { variable, ..rule_finding(draft, found) }
        })),
        Err(error) => findings.push(unreadable(draft, &error)),
    }
    findings
}

/// D1: what stands outside the ice.
fn corner_findings(draft: &Draft, rules: &RuleSet) -> Vec<Finding> {
    let fields = draft.variables.iter().filter(|variable| variable.role == Role::Data && rules.has("D1"));
    let finding = |level, found| Finding::in_file(&draft.entry, Category::Values, level, found, String::new());
    let findings = fields.filter_map(|variable| {
        let finding = match corner_finding(&shown(variable)) {
            Ok(found) => finding(Level::Info, found?),
            Err(error) => Finding { category: Category::File, ..finding(Level::Error, error.to_string()) },
        };
        Some(Finding { variable: Some(variable.raw.name.clone()), rule: Some("D1".into()), ..finding })
    });
    findings.collect()
}

/// The numbers of a variable as a reader sees them: what the file declares as missing is no finding.
fn shown(variable: &DraftVariable) -> SharedArray {
    let declares = ["_FillValue", "missing_value"].into_iter().any(|name| variable.raw.attributes.get(name).is_some());
    let decoded = declares.then(|| decode_variable(&variable.raw, &DecodeOptions::default()).ok()).flatten();
    decoded.map_or_else(|| variable.raw.array.clone(), |decoded| decoded.array)
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
        tell(progress, done + 1, total)?;
    }
    Ok(findings)
}
