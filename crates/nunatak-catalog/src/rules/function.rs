//! Rules that are functions: what they are shown, and what they may ask for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::case::{Case, Conditions, Subject};
use super::conditions::{EntryConditions, FileConditions};
use super::files::apply_file;
use super::fix::Fix;
use super::grid::{apply_grid, horizontal};
use super::rule::{Applied, Finding, Rule};
use super::time::{TimeOutcome, apply_all};
use super::variables::apply_case;
use crate::draft::{Draft, Role};
use crate::time_column::TimeColumn;
use crate::{Category, Result, RuleSet, Severity};

/// A user's own rule as a function of one file.
pub trait RuleFunction: Send + Sync {
    /// What the function is called.
    fn name(&self) -> String;

    /// The fixes that a file needs: nothing, or a JSON list of objects with `apply` as in rule files and, on request,
    /// `id`, `variable`, `symptom`, `severity` and `evidence`.
    ///
    /// # Errors
    /// What went wrong, as text; it becomes a problem of the file.
    fn fixes(&self, file: &FileView) -> std::result::Result<Value, String>;
}

/// One file as a function sees it.
#[derive(Debug, Clone, Serialize)]
pub struct FileView {
    path: String,
    format: String,
    entry: BTreeMap<&'static str, Option<String>>,
    attributes: BTreeMap<String, Value>,
    dimensions: BTreeMap<String, usize>,
    variables: BTreeMap<String, VariableView>,
    /// The numbers of the time axis; those that JSON cannot carry are null.
    time: Option<Vec<f64>>,
}

/// One variable as a function sees it.
#[derive(Debug, Clone, Serialize)]
struct VariableView {
    dtype: String,
    dimensions: Vec<String>,
    attributes: BTreeMap<String, Value>,
}

impl FileView {
    /// The numbers of the time axis as the file has them.
    pub fn time(&self) -> Option<&[f64]> {
        self.time.as_deref()
    }

    fn of(draft: &Draft, time: Option<&TimeColumn>) -> Self {
        let entry = &draft.entry;
        let mut dimensions = BTreeMap::new();
        for variable in &draft.variables {
            let lengths = variable.raw.array.shape().iter().copied();
            dimensions.extend(variable.raw.dimensions.iter().cloned().zip(lengths));
        }
        let variables = draft.variables.iter().map(|variable| {
            let view = VariableView {
                dtype: variable.raw.array.data_type().to_string(),
                dimensions: variable.raw.dimensions.clone(),
                attributes: json_attributes(&variable.raw.attributes),
            };
            (variable.raw.name.clone(), view)
        });
        Self {
            path: entry.path.display().to_string(),
            format: draft.format_name().into(),
            entry: [
                ("variable", Some(entry.variable.clone())),
                ("token", Some(entry.token.clone())),
                ("ice_sheet", entry.ice_sheet.clone()),
                ("institution", Some(entry.institution.clone())),
                ("model", Some(entry.model.clone())),
                ("experiment", Some(entry.experiment.clone())),
                ("kind", Some(entry.kind.name().to_string())),
            ]
            .into(),
            attributes: json_attributes(&draft.attributes),
            dimensions,
            variables: variables.collect(),
            time: time.map(|column| column.values.clone()),
        }
    }
}

fn json_attributes(attributes: &nunatak_format::Attributes) -> BTreeMap<String, Value> {
    let value = |attribute: &nunatak_format::Attribute| match attribute.values().and_then(|values| values.to_f64().ok())
    {
        Some(numbers) if numbers.len() == 1 => Value::from(numbers[0]),
        Some(numbers) => Value::from(numbers),
        None => Value::from(attribute.as_text().map_or_else(|| attribute.to_string(), str::to_string)),
    };
    attributes.iter().map(|(name, attribute)| (name.to_string(), value(attribute))).collect()
}

/// What a function asks for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
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

/// A fix that a function asked for, as a rule of one case, and the variable it is for.
pub(crate) struct Asked {
    rule: Rule,
    variable: Option<String>,
}

impl Asked {
    fn applied(&self) -> Option<Applied<'_>> {
        self.rule.cases.first().map(|case| Applied { rule: &self.rule, case })
    }

    fn is_for(&self, subject: Subject) -> bool {
        self.rule.cases.iter().any(|case| case.subject == subject)
    }
}

/// Shows the file to every function; what goes wrong is a finding.
pub(crate) fn ask(draft: &mut Draft, time: Option<&TimeColumn>, rules: &RuleSet) -> Vec<Asked> {
    let mut all = Vec::new();
    if rules.functions().is_empty() {
        return all;
    }
    let view = FileView::of(draft, time);
    for function in rules.functions() {
        let name = function.name();
        match function.fixes(&view).and_then(|answer| asked(&name, answer)) {
            Ok(asked) => all.extend(asked),
            Err(message) => {
                let message = format!("rule function `{name}`: {message}");
                draft.findings.push(Finding::plain(Severity::Error, Category::File, message));
            }
        }
    }
    all
}

fn asked(name: &str, answer: Value) -> std::result::Result<Vec<Asked>, String> {
    let items = match answer {
        Value::Null => return Ok(Vec::new()),
        Value::Array(items) => items,
        other => return Err(format!("{other} returned, expected a list of fixes or None")),
    };
    items.into_iter().map(|item| one(name, item)).collect()
}

fn one(name: &str, item: Value) -> std::result::Result<Asked, String> {
    let request: Request = serde_path_to_error::deserialize(item).map_err(|error| error.to_string())?;
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
    Ok(Asked { rule, variable: request.variable })
}

/// When a fix is made, if several subjects allow it: attributes of a named variable before anything else looks at them.
fn subject(fix: &Fix, named: bool) -> Subject {
    let allowed = fix.subjects();
    let preferred = if named { [Subject::Header, Subject::Field] } else { [Subject::File, Subject::Field] };
    let found = preferred.into_iter().find(|subject| allowed.contains(subject));
    found.or_else(|| allowed.first().copied()).unwrap_or(Subject::File)
}

/// Makes the changes of attributes and names that functions asked for.
///
/// # Errors
/// When a lazy array cannot be built.
pub(crate) fn apply_to_variables(draft: &mut Draft, all: &[Asked], subject: Subject) -> Result<()> {
    for asked in all.iter().filter(|asked| asked.is_for(subject)) {
        let Some(applied) = asked.applied() else { continue };
        let mut findings = Vec::new();
        let mut found = false;
        for variable in &mut draft.variables {
            let meant = match &asked.variable {
                Some(name) => *name == variable.raw.name,
                None => variable.role == Role::Data,
            };
            if meant {
                found = true;
                let repairs = apply_case(variable, applied, &mut findings)?;
                variable.repairs.extend(repairs);
            }
        }
        if let (false, Some(name)) = (found, &asked.variable) {
            let message = format!("rule `{}`: there is no variable `{name}`", applied.rule.id);
            findings.push(Finding::plain(Severity::Error, Category::File, message));
        }
        draft.findings.extend(findings);
        draft.variables.retain(|variable| !variable.dropped);
    }
    Ok(())
}

/// Makes the changes of the time axis that functions asked for.
pub(crate) fn apply_to_time(draft: &Draft, column: &mut TimeColumn, all: &[Asked]) -> TimeOutcome {
    let mut outcome = TimeOutcome::default();
    for applied in all.iter().filter(|asked| asked.is_for(Subject::Time)).filter_map(Asked::applied) {
        apply_all(column, &draft.entry, applied, &mut outcome);
    }
    outcome
}

/// Makes the changes of the grid and of the file that functions asked for.
///
/// # Errors
/// When a lazy array cannot be built.
pub(crate) fn apply_to_file(draft: &mut Draft, all: &[Asked], subject: Subject) -> Result<()> {
    for applied in all.iter().filter(|asked| asked.is_for(subject)).filter_map(Asked::applied) {
        match horizontal(draft) {
            Some(horizontal) if subject == Subject::Grid => apply_grid(draft, &horizontal, applied)?,
            _ if subject == Subject::File => apply_file(draft, applied),
            _ => {}
        }
    }
    Ok(())
}
