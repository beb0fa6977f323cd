//! Rules of directories and file names, applied while an archive is listed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use nunatak_ismip::{ArchivePath, Meaning};

use crate::entry::Entry;
use crate::record::{Repair, RuleFinding};
use crate::rules::{Applied, Case, Conditions, Fix, PathConditions, RuleSet, Subject, Tail, glued};

impl Entry {
    /// The row of a file of `size` bytes below `root`, its name repaired.
    ///
    /// # Errors
    /// What was expected, as text, when nothing says institution, model and experiment.
    pub fn of_path(root: &Path, path: &Path, size: u64, rules: &RuleSet) -> Result<Self, String> {
        let ArchivePath { token, prefix, ice_sheet, tail, institution, model, experiment, run } =
            ArchivePath::parse(root, path)?;
        let mut entry = Self {
            variable: String::new(),
            kind: Meaning::Unknown,
            token,
            prefix,
            ice_sheet,
            institution,
            model,
            experiment,
            experiment_alias: None,
            run,
            path: path.into(),
            size,
            repairs: Vec::new(),
        };
        entry.variable = first_word(&entry.token);
        // Names of ISMIP7 say all there is to say.
        if entry.run.is_none() {
            repair_path(&mut entry, &Tail { text: tail.as_deref() }, rules);
            entry.variable = first_word(&entry.token);
        }
        entry.kind = Meaning::of(&entry.variable);
        Ok(entry)
    }
}

fn first_word(token: &str) -> String {
    token.split('_').next().unwrap_or_default().to_string()
}

/// Applies the rules that look at one path; the entry's token may change, and its repairs grow.
fn repair_path(entry: &mut Entry, tail: &Tail<'_>, rules: &RuleSet) {
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
pub fn name_aliases(entries: &mut [Entry], rules: &RuleSet) {
    let names: BTreeSet<(String, String)> =
        entries.iter().map(|entry| (entry.model_key(), entry.experiment.clone())).collect();
    for entry in entries.iter_mut().filter(|entry| entry.run.is_none()) {
        let free = |alias: &&String| !names.contains(&(entry.model_key(), (*alias).clone()));
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
        let wanted = [
            (&path.model_lacks, experiments, &self.all_experiments),
            (&path.experiment_lacks, variables, &self.all_variables),
        ];
        for (names, present, anywhere) in wanted {
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
/// Empty files are reported when they are opened.
pub fn path_findings<'a>(entries: &'a [Entry], rules: &RuleSet) -> Vec<(&'a Entry, RuleFinding)> {
    let inventory = Inventory::new(entries);
    let found = |case: &Case, entry: &Entry| -> Option<String> {
        let Conditions::Path(path) = &case.conditions else { return None };
        let reports = case.fixes.contains(&Fix::Report) && path.size != Some(0);
        let lacking = inventory.lacking(entry, path).filter(|_| reports && path.holds_for(entry))?;
        let what = format!("{}/{}", entry.model_key(), entry.experiment);
        Some(if lacking.is_empty() { what } else { format!("{what} lacks {}", lacking.join(", ")) })
    };
    let mut findings = Vec::new();
    let mut reported: BTreeSet<(&str, String)> = BTreeSet::new();
    for entry in entries.iter().filter(|entry| entry.run.is_none()) {
        for (rule, mut cases) in rules.on(Subject::Path, entry) {
            let Some((case, what)) = cases.find_map(|case| Some((case, found(case, entry)?))) else { continue };
            if reported.insert((&rule.id, what.clone())) {
                findings.push((entry, Applied { rule, case }.finding(&what)));
            }
        }
    }
    findings
}
