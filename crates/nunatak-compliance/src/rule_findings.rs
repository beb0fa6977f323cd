//! What rules, listing and opening found, as findings of a check.

use std::collections::{BTreeMap, BTreeSet};

use nunatak_array::SharedArray;
use nunatak_ismip::Protocol;
use nunatak_repair::{
    Category, Draft, DraftVariable, Entry, Problem, RepairRecord, Report, Role, RuleFinding, RuleSet, Severity,
    corner_finding, value_findings,
};
use nunatak_tree::{DecodeOptions, decode_variable};

use crate::finding::{Finding, Level};
use crate::options::CheckOptions;

/// What was noticed while listing: files outside the layout, which are warnings, directories that cannot be read, and
/// what rules of paths found in the files that are checked.
pub(crate) fn listing_findings(report: &Report, entries: &[Entry], rules: &RuleSet) -> Vec<Finding> {
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
pub(crate) fn opening_findings(
    drafts: &[Draft],
    report: &Report,
    entries: &[Entry],
    rules: &RuleSet,
    options: CheckOptions,
) -> Vec<Finding> {
    let by_path: BTreeMap<_, &Entry> = entries.iter().map(|entry| (&entry.path, entry)).collect();
    let opened: BTreeSet<_> = drafts.iter().map(|draft| &draft.entry.path).collect();
    let unopened = report.problems.iter().filter(|problem| !opened.contains(&problem.path));
    let mut findings: Vec<Finding> =
        unopened.map(|problem| problem_finding(problem, by_path.get(&problem.path).copied(), Category::File)).collect();
    for draft in drafts {
        // The grid of an ISMIP7 file is looked at as it is, without the rules.
        let checked_later =
            |category| category == Category::Grid && options.protocol_of(&draft.entry) == Some(Protocol::Ismip7);
        let left = draft.findings.iter().filter(|finding| !checked_later(finding.category));
        findings.extend(left.map(|finding| rule_finding(draft, finding)));
    }
    let repairs = report.repairs.iter();
    let repaired = |record| Some(repair_finding(record, by_path.get(&record.path).copied()?, rules));
    findings.extend(repairs.filter_map(repaired));
    findings
}

/// What a rule, or opening, found in a file and left.
fn rule_finding(draft: &Draft, found: &RuleFinding) -> Finding {
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

/// The finding of a file that cannot be read to the end.
pub(crate) fn unreadable(draft: &Draft, error: &dyn std::fmt::Display) -> Finding {
    Finding::in_file(&draft.entry, Category::File, Level::Error, error.to_string(), "data that can be read".into())
}

/// What rules find in the numbers of a file's first record: in its corners, and in all of it where a rule asks for that.
pub(crate) fn first_record_findings(draft: &Draft, rules: &RuleSet) -> Vec<Finding> {
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

/// D1: what is outside the ice.
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
