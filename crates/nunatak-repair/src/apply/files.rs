//! Rules of a file as a whole.

use crate::apply::variables::change_attribute;
use crate::draft::{Draft, Role};
use crate::record::RuleFinding;
use crate::rules::{Applied, Conditions, Fix, RuleSet, Subject};

/// Applies the rules that look at a file's global attributes and at which variables it holds.
pub(crate) fn repair_file(draft: &mut Draft, rules: &RuleSet) {
    let entry = draft.entry.clone();
    for (rule, mut cases) in rules.on(Subject::File, &entry) {
        let held = cases.find(|case| matches!(&case.conditions, Conditions::File(file) if file.hold(draft)));
        if let Some(case) = held {
            apply_file(draft, Applied { rule, case });
        }
    }
}

/// Makes every change of a case.
pub(crate) fn apply_file(draft: &mut Draft, applied: Applied<'_>) {
    for fix in &applied.case.fixes {
        match fix {
            Fix::Report => {
                let names: Vec<&str> = draft.variables.iter().map(|variable| variable.raw.name.as_str()).collect();
                draft.findings.push(applied.finding(&format!("variables {}", names.join(", "))));
            }
            Fix::Flag => {
                let repair = applied.flag("", applied.rule.fix.clone());
                draft.entry.repairs.push(repair);
            }
            _ => {
                if let Some((before, after)) = change_attribute(&mut draft.attributes, fix) {
                    draft.entry.repairs.push(applied.repair(before, after));
                }
            }
        }
    }
}

/// Leaves out the variables along a time axis that nobody wrote, and the axis; says so.
pub(crate) fn drop_time_dependent(draft: &mut Draft, finding: RuleFinding) {
    let Some(column) = draft.time.take() else { return };
    let along = |names: &[String]| names.contains(&column.dimension);
    let dropped: Vec<String> = draft
        .variables
        .iter()
        .filter(|variable| variable.role == Role::Data && along(&variable.raw.dimensions))
        .map(|variable| variable.raw.name.clone())
        .collect();
    draft.variables.retain(|variable| !along(&variable.raw.dimensions));
    let message = format!("{}: left out {}", finding.message, dropped.join(", "));
    draft.findings.push(RuleFinding { message, ..finding });
}
