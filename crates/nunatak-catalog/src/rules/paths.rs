//! Rules of directories and file names, applied while an archive is listed.

use std::collections::{BTreeMap, BTreeSet};

use super::case::{Case, Conditions, Subject};
use super::conditions::PathConditions;
use super::fix::Fix;
use super::rule::{Applied, Finding};
use super::{Repair, RuleSet};
use crate::Entry;
use crate::name::FileName;

/// What a file name says after the ice sheet, beside the directories.
pub(crate) struct Tail<'a> {
    /// `INSTITUTION_MODEL_EXPERIMENT`, as the name has it.
    pub(crate) text: Option<&'a str>,
}

impl PathConditions {
    fn hold(&self, entry: &Entry, tail: &Tail<'_>) -> bool {
        let directories = format!("{}_{}_{}", entry.institution, entry.model, entry.experiment);
        let differ = tail.text.is_some_and(|text| text != directories);
        let splits =
            entry.institution.contains('_') && tail.text.is_some_and(|text| text.starts_with(&entry.institution));
        let after = || tail.text.and_then(|text| text.strip_prefix(directories.as_str())).unwrap_or_default();
        self.experiment_glued.is_none_or(|own| own == glued(&entry.token, &entry.experiment).is_some())
            && self.directories_differ.is_none_or(|own| own == differ)
            && self.institution_splits.is_none_or(|own| own == splits)
            && self.after_experiment.as_ref().is_none_or(|own| own.matches(after()))
            && self.size.is_none_or(|own| own == entry.size)
    }

    /// Whether it holds for an entry that was listed.
    fn holds_for(&self, entry: &Entry) -> bool {
        self.hold(entry, &Tail { text: FileName::tail_of(entry.path.segments()).as_deref() })
    }

    fn looks_around(&self) -> bool {
        self.model_lacks.is_some() || self.experiment_lacks.is_some()
    }
}

/// `acabf` of `exp13acabf` in experiment `exp13`.
pub(crate) fn glued<'a>(token: &'a str, experiment: &str) -> Option<&'a str> {
    token.strip_prefix(experiment).filter(|rest| rest.starts_with(|first: char| first.is_ascii_lowercase()))
}

/// Applies the rules that look at one path; the entry's token may change, and its repairs grow.
pub(crate) fn repair_path(entry: &mut Entry, tail: &Tail<'_>, rules: &RuleSet) {
    let listed = entry.clone();
    for (rule, mut cases) in rules.on(Subject::Path, &listed) {
        let held = cases.find(|case| match &case.conditions {
            Conditions::Path(path) => !path.looks_around() && path.hold(entry, tail),
            _ => false,
        });
        let Some(case) = held else { continue };
        for fix in &case.fixes {
            let repair = path_repair(entry, tail, fix, Applied { rule, case });
            entry.repairs.extend(repair);
        }
    }
}

fn path_repair(entry: &mut Entry, tail: &Tail<'_>, fix: &Fix, applied: Applied<'_>) -> Option<Repair> {
    let directories = format!("{}/{}/{}", entry.institution, entry.model, entry.experiment);
    match fix {
        Fix::StripExperiment => {
            let rest = glued(&entry.token, &entry.experiment)?.to_string();
            Some(applied.repair(std::mem::replace(&mut entry.token, rest.clone()), rest))
        }
        Fix::TrustDirectories => {
            // Where only the institution's underscore is in the way, what a plain split would give says more.
            let text = tail.text?;
            let same = text == directories.replace('/', "_");
            let before = if same { text.replace('_', "/") } else { text.to_string() };
            Some(applied.repair(before, directories))
        }
        _ => None,
    }
}

/// The protocol's names of experiments, where the model has no experiment of that name. Names of ISMIP7 are its own.
pub(crate) fn name_aliases(entries: &mut [Entry], rules: &RuleSet) {
    let taken: BTreeSet<(String, String)> =
        entries.iter().map(|entry| (entry.model_key(), entry.experiment.clone())).collect();
    for entry in entries.iter_mut().filter(|entry| entry.run.is_none()) {
        let free = |alias: &&String| !taken.contains(&(entry.model_key(), (*alias).clone()));
        let named = |case: &Case| {
            let fits = matches!(&case.conditions, Conditions::Path(path) if path.holds_for(entry));
            let aliases = case.fixes.iter().filter_map(|fix| match fix {
                Fix::AliasExperiment(names) if fits => names.get(&entry.experiment),
                _ => None,
            });
            aliases.into_iter().find(free).cloned()
        };
        let found = rules.on(Subject::Path, entry).find_map(|(rule, mut cases)| {
            cases.find_map(|case| named(case).map(|alias| (alias, Applied { rule, case })))
        });
        if let Some((alias, applied)) = found {
            let repair = applied.repair(&entry.experiment, format!("found as {alias}, too"));
            entry.repairs.push(repair);
            entry.experiment_alias = Some(alias);
        }
    }
}

/// What the models and experiments of a listing hold.
struct Inventory<'a> {
    experiments: BTreeMap<String, BTreeSet<&'a str>>,
    variables: BTreeMap<(String, &'a str), BTreeSet<&'a str>>,
    all_experiments: BTreeSet<&'a str>,
    all_variables: BTreeSet<&'a str>,
}

impl<'a> Inventory<'a> {
    fn new(entries: &'a [Entry]) -> Self {
        let mut inventory = Self {
            experiments: BTreeMap::new(),
            variables: BTreeMap::new(),
            all_experiments: entries.iter().map(|entry| entry.experiment.as_str()).collect(),
            all_variables: entries.iter().map(|entry| entry.variable.as_str()).collect(),
        };
        for entry in entries {
            let Entry { experiment, variable, .. } = entry;
            inventory.experiments.entry(entry.model_key()).or_default().insert(experiment);
            inventory.variables.entry((entry.model_key(), experiment)).or_default().insert(variable);
        }
        inventory
    }

    /// What the entry's model and experiment lack of what a case looks for; `None` when they lack nothing of a list.
    /// What nobody in the listing has is not lacking: the archive holds a part of the data request.
    fn lacking<'b>(&self, entry: &Entry, path: &'b PathConditions) -> Option<Vec<&'b str>> {
        let model = entry.model_key();
        let experiments = self.experiments.get(&model);
        let variables = self.variables.get(&(model, entry.experiment.as_str()));
        let mut lacking = Vec::new();
        let asked = [
            (&path.model_lacks, experiments, &self.all_experiments),
            (&path.experiment_lacks, variables, &self.all_variables),
        ];
        for (names, present, anywhere) in asked {
            let Some(names) = names else { continue };
            let absent = |name: &&str| anywhere.contains(name) && present.is_none_or(|present| !present.contains(name));
            let found: Vec<&str> = names.iter().map(String::as_str).filter(absent).collect();
            if found.is_empty() {
                return None;
            }
            lacking.extend(found);
        }
        Some(lacking)
    }
}

/// What the listing shows beside repairs: one finding for every experiment that a rule is about, with a file of it.
/// Empty files are told of when they are opened.
pub(crate) fn path_findings<'a>(entries: &'a [Entry], rules: &RuleSet) -> Vec<(&'a Entry, Finding)> {
    let inventory = Inventory::new(entries);
    let found = |case: &Case, entry: &Entry| -> Option<String> {
        let Conditions::Path(path) = &case.conditions else { return None };
        let reports = case.fixes.contains(&Fix::Report) && path.size != Some(0);
        let lacking = inventory.lacking(entry, path).filter(|_| reports && path.holds_for(entry))?;
        let what = format!("{}/{}", entry.model_key(), entry.experiment);
        Some(if lacking.is_empty() { what } else { format!("{what} lacks {}", lacking.join(", ")) })
    };
    let mut findings = Vec::new();
    let mut told: BTreeSet<(&str, String)> = BTreeSet::new();
    for entry in entries.iter().filter(|entry| entry.run.is_none()) {
        for (rule, mut cases) in rules.on(Subject::Path, entry) {
            let Some((case, what)) = cases.find_map(|case| Some((case, found(case, entry)?))) else { continue };
            if told.insert((&rule.id, what.clone())) {
                findings.push((entry, Applied { rule, case }.finding(&what)));
            }
        }
    }
    findings
}
