//! Rules of directories and file names, applied while an archive is listed.

use std::collections::{BTreeMap, BTreeSet};

use super::case::{Conditions, Subject};
use super::conditions::PathConditions;
use super::fix::Fix;
use super::rule::{Applied, Finding};
use super::{Repair, RuleSet};
use crate::Entry;

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

/// The protocol's names of experiments, where the model has no experiment of that name.
pub(crate) fn name_aliases(entries: &mut [Entry], rules: &RuleSet) {
    let taken: BTreeSet<(String, String)> =
        entries.iter().map(|entry| (entry.model_key(), entry.experiment.clone())).collect();
    for entry in entries {
        let found = rules.on(Subject::Path, entry).find_map(|(rule, cases)| {
            cases.into_iter().find_map(|case| {
                let aliases = case.fixes.iter().filter_map(|fix| match fix {
                    Fix::AliasExperiment(names) => names.get(&entry.experiment),
                    _ => None,
                });
                let free = |alias: &&String| !taken.contains(&(entry.model_key(), (*alias).clone()));
                aliases.into_iter().find(free).map(|alias| (alias.clone(), Applied { rule, case }))
            })
        });
        if let Some((alias, applied)) = found {
            let repair = applied.repair(&entry.experiment, format!("found as {alias}, too"));
            entry.repairs.push(repair);
            entry.experiment_alias = Some(alias);
        }
    }
}

/// What the listing shows beside repairs: one finding for every experiment that a rule is about, with a file of it.
pub(crate) fn path_findings<'a>(entries: &'a [Entry], rules: &RuleSet) -> Vec<(&'a Entry, Finding)> {
    let mut experiments: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut variables: BTreeMap<(String, &str), BTreeSet<&str>> = BTreeMap::new();
    for entry in entries {
        experiments.entry(entry.model_key()).or_default().insert(&entry.experiment);
        variables.entry((entry.model_key(), &entry.experiment)).or_default().insert(&entry.variable);
    }
    let mut findings = Vec::new();
    let mut told: BTreeSet<(&str, String, &str)> = BTreeSet::new();
    for entry in entries {
        for (rule, cases) in rules.on(Subject::Path, entry) {
            for case in cases.filter(|case| case.fixes.contains(&Fix::Report)) {
                let Conditions::Path(path) = &case.conditions else { continue };
                // An empty file is told of when it is opened.
                let lacks = |names: &Option<Vec<String>>, present: Option<&BTreeSet<&str>>| {
                    let all = |names: &Vec<String>| {
                        names.iter().all(|name| present.is_none_or(|present| !present.contains(name.as_str())))
                    };
                    names.as_ref().is_none_or(all)
                };
                let model = entry.model_key();
                let around = lacks(&path.model_lacks, experiments.get(&model))
                    && lacks(&path.experiment_lacks, variables.get(&(model.clone(), entry.experiment.as_str())));
                let own = path.looks_around() && around && path.hold(entry, &Tail { text: None });
                if own && told.insert((&rule.id, model.clone(), &entry.experiment)) {
                    let what = format!("{model}/{}", entry.experiment);
                    findings.push((entry, Applied { rule, case }.finding(&what)));
                }
            }
        }
    }
    findings
}
