//! What the numbers of a file show when the archive is checked.

use nunatak_array::{Region, SharedArray};

use crate::draft::{Draft, DraftVariable, Role, declared_fills};
use crate::error::Result;
use crate::record::RuleFinding;
use crate::rules::{Applied, Case, Conditions, RuleSet, Subject, ValueRange};

/// Looks at the first record of the variables that rules of values are for.
///
/// # Errors
/// The file's.
pub fn value_findings(draft: &Draft, rules: &RuleSet) -> Result<Vec<RuleFinding>> {
    let mut findings = Vec::new();
    let own = |variable: &&DraftVariable| variable.role == Role::Data && variable.raw.name == draft.entry.variable;
    let Some(variable) = draft.variables.iter().find(own) else { return Ok(findings) };
    let mut range: Option<ValueRange> = None;
    for (rule, cases) in rules.on(Subject::Values, &draft.entry) {
        let cases: Vec<&Case> = cases.collect();
        if cases.is_empty() {
            continue;
        }
        let Some(seen) = range.map_or_else(|| first_record(variable), |seen| Ok(Some(seen)))? else { continue };
        range = Some(seen);
        let data_type = variable.raw.array.data_type();
        let holds = |case: &&&Case| match &case.conditions {
            Conditions::Values(values) => values.hold(seen, data_type),
            _ => false,
        };
        if let Some(case) = cases.iter().find(holds) {
            let what = format!(
                "{}: the first record spans {} to {}, {} undeclared NaN",
                variable.raw.name, seen.least, seen.most, seen.undeclared_nan
            );
            findings.push(Applied { rule, case }.finding(&what));
        }
    }
    Ok(findings)
}

/// Least and largest value of the first record as the file has it, fill values apart.
fn first_record(variable: &DraftVariable) -> Result<Option<ValueRange>> {
    let array = variable.stored.as_ref().unwrap_or(&variable.raw.array);
    let shape = array.shape();
    if !array.data_type().is_float() || shape.contains(&0) || shape.is_empty() {
        return Ok(None);
    }
    let region = if shape.len() > 2 { Region::whole(shape).with_axis(0, 0, 1) } else { Region::whole(shape) };
    let declared = declared_fills(&variable.raw.attributes).into_iter().map(|(_, value)| value);
    let fills: Vec<f64> = declared.chain(variable.undeclared_fill_values.iter().copied()).collect();
    let mut range = ValueRange { least: f64::INFINITY, most: f64::NEG_INFINITY, undeclared_nan: 0 };
    let nan_is_declared = fills.iter().any(|fill| fill.is_nan());
    for value in array.read(&region)?.into_f64()? {
        if value.is_nan() {
            range.undeclared_nan += usize::from(!nan_is_declared);
        } else if !fills.iter().any(|fill| *fill == value || f64::from(*fill as f32) == value) {
            range.least = range.least.min(value);
            range.most = range.most.max(value);
        }
    }
    Ok(Some(range))
}

/// What is in the corners of a field's first record, when all sixteen values agree; reads at most four chunks.
///
/// # Errors
/// The file's.
pub fn corner_finding(array: &SharedArray) -> Result<Option<String>> {
    let shape = array.shape();
    let rank = shape.len();
    if rank < 2 || shape.contains(&0) || shape[rank - 1] < 4 || shape[rank - 2] < 4 || !array.data_type().is_float() {
        return Ok(None);
    }
    let mut corners = Vec::new();
    for (row, column) in
        [(0, 0), (0, shape[rank - 1] - 2), (shape[rank - 2] - 2, 0), (shape[rank - 2] - 2, shape[rank - 1] - 2)]
    {
        let (mut start, mut lengths) = (vec![0; rank], vec![1; rank]);
        (start[rank - 2], start[rank - 1]) = (row, column);
        (lengths[rank - 2], lengths[rank - 1]) = (2, 2);
        corners.extend(array.read(&Region::new(start, lengths)?)?.into_f64()?);
    }
    let outside = corners[0];
    let agree = corners.iter().all(|value| *value == outside);
    Ok(match outside {
        _ if !agree => None,
        0.0 => Some("in all four corners stands a literal 0; it is left, masks tell ice from no ice".into()),
        value if value >= 1e19 => {
            Some(format!("in all four corners stands {value:e}, not declared as fill value; read as missing"))
        }
        value => Some(format!("in all four corners stands {value}; it is left, masks tell ice from no ice")),
    })
}
