//! Fixes that functions request.

use serde::Deserialize;
use serde_json::Value;

use crate::apply::files::apply_file;
use crate::apply::grid::apply_grid;
use crate::apply::time::{TimeOutcome, apply_all};
use crate::apply::variables::apply_case;
use crate::category::Category;
use crate::draft::{Draft, HorizontalDimensions, Role, TimeColumn};
use crate::error::Result;
use crate::record::RuleFinding;
use crate::rules::{Applied, Case, Conditions, EntryConditions, FileConditions, FileView, Fix, Rule, RuleSet, Subject};
use crate::severity::Severity;

/// What a function requests.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FixRequest {
    apply: Value,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    variable: Option<String>,
    #[serde(default)]
    symptom: Option<String>,
    #[serde(default)]
    severity: Option<String>,
    #[serde(default)]
    evidence: Option<String>,
}

/// A fix that a function requested, as a rule of one case, and the variable it is for.
pub(crate) struct RequestedFix {
    rule: Rule,
    variable: Option<String>,
}

impl RequestedFix {
    fn applied(&self) -> Option<Applied<'_>> {
        self.rule.cases.first().map(|case| Applied { rule: &self.rule, case })
    }

    fn is_for(&self, subject: Subject) -> bool {
        self.rule.cases.iter().any(|case| case.subject == subject)
    }
}

/// Shows the file to every function; what goes wrong is a finding.
pub(crate) fn request_fixes(draft: &mut Draft, time: Option<&TimeColumn>, rules: &RuleSet) -> Vec<RequestedFix> {
    let mut all = Vec::new();
    if rules.functions().is_empty() {
        return all;
    }
    let view = FileView::of(draft, time);
    for function in rules.functions() {
        let name = function.name();
        match function.fixes(&view).and_then(|answer| requested(&name, answer)) {
            Ok(requested) => all.extend(requested),
            Err(message) => {
                let message = format!("rule function `{name}`: {message}");
                draft.findings.push(RuleFinding::plain(Severity::Error, Category::File, message));
            }
        }
    }
    all
}

fn requested(name: &str, answer: Value) -> std::result::Result<Vec<RequestedFix>, String> {
    let items = match answer {
        Value::Null => return Ok(Vec::new()),
        Value::Array(items) => items,
        other => return Err(format!("{other} returned, expected a list of fixes or None")),
    };
    items.into_iter().map(|item| one(name, item)).collect()
}

fn one(name: &str, item: Value) -> std::result::Result<RequestedFix, String> {
    let request: FixRequest = serde_path_to_error::deserialize(item).map_err(|error| error.to_string())?;
    let fix: Fix = serde_path_to_error::deserialize(request.apply).map_err(|error| format!("apply: {error}"))?;
    if let Some(problem) = fix.problem() {
        return Err(format!("apply: {problem}"));
    }
    let severity = match request.severity.as_deref() {
        None => Severity::Warning,
        Some(text) => Severity::ALL
            .into_iter()
            .find(|severity| severity.name() == text)
            .ok_or_else(|| format!("severity: `{text}` found, expected info, warning or error"))?,
    };
    let subject = subject(&fix, request.variable.is_some());
    if matches!(subject, Subject::Path | Subject::Values | Subject::Join) {
        return Err(format!("apply: a fix for `{}` found, expected one for an opened file", subject.name()));
    }
    let case = Case {
        subject,
        entry: EntryConditions::default(),
        conditions: Conditions::File(FileConditions::default()),
        fixes: vec![fix],
        evidence: request.evidence,
    };
    let rule = Rule {
        id: request.id.unwrap_or_else(|| name.to_string()).into(),
        who: "the user".into(),
        symptom: request.symptom.unwrap_or_else(|| format!("found by `{name}`")),
        fix: format!("asked for by `{name}`"),
        severity,
        category: Category::File,
        source: name.to_string(),
        inferred: case.evidence.clone(),
        evidence: None,
        cases: vec![case],
    };
    Ok(RequestedFix { rule, variable: request.variable })
}

/// When a fix is made, if several subjects allow it: attributes of a named variable before anything else looks at them.
fn subject(fix: &Fix, named: bool) -> Subject {
    let allowed = fix.subjects();
    let preferred = if named { [Subject::Header, Subject::Field] } else { [Subject::File, Subject::Field] };
    let found = preferred.into_iter().find(|subject| allowed.contains(subject));
    found.or_else(|| allowed.first().copied()).unwrap_or(Subject::File)
}

/// Makes the changes of attributes and names that functions requested.
///
/// # Errors
/// When a lazy array cannot be built.
pub(crate) fn apply_to_variables(draft: &mut Draft, all: &[RequestedFix], subject: Subject) -> Result<()> {
    for requested in all.iter().filter(|requested| requested.is_for(subject)) {
        let Some(applied) = requested.applied() else { continue };
        let mut findings = Vec::new();
        let mut found = false;
        for variable in &mut draft.variables {
            let meant = match &requested.variable {
                Some(name) => *name == variable.raw.name,
                None => variable.role == Role::Data,
            };
            if meant {
                found = true;
                let repairs = apply_case(variable, applied, &mut findings)?;
                variable.repairs.extend(repairs);
            }
        }
        if let (false, Some(name)) = (found, &requested.variable) {
            let message = format!("rule `{}`: there is no variable `{name}`", applied.rule.id);
            findings.push(RuleFinding::plain(Severity::Error, Category::File, message));
        }
        draft.findings.extend(findings);
        draft.variables.retain(|variable| !variable.dropped);
    }
    Ok(())
}

/// Makes the changes of the time axis that functions requested.
pub(crate) fn apply_to_time(draft: &Draft, column: &mut TimeColumn, all: &[RequestedFix]) -> TimeOutcome {
    let mut outcome = TimeOutcome::default();
    for applied in all.iter().filter(|requested| requested.is_for(Subject::Time)).filter_map(RequestedFix::applied) {
        apply_all(column, &draft.entry, applied, &mut outcome);
    }
    outcome
}

/// Makes the changes of the grid and of the file that functions requested.
///
/// # Errors
/// When a lazy array cannot be built.
pub(crate) fn apply_to_file(draft: &mut Draft, all: &[RequestedFix], subject: Subject) -> Result<()> {
    for applied in all.iter().filter(|requested| requested.is_for(subject)).filter_map(RequestedFix::applied) {
        match HorizontalDimensions::of(draft) {
            Some(horizontal) if subject == Subject::Grid => apply_grid(draft, &horizontal, applied)?,
            _ if subject == Subject::File => apply_file(draft, applied),
            _ => {}
        }
    }
    Ok(())
}
