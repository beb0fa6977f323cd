//! Rules of single variables: their headers, companions of the data, and the data themselves.

use std::sync::Arc;

use nunatak_array::{CastArray, Clamp, ClampArray};

use crate::draft::{Draft, DraftVariable, Role, declared_fills, unmatched_fill};
use crate::error::Result;
use crate::record::{Repair, RuleFinding};
use crate::rules::{Applied, Case, Conditions, Fix, RoleName, Rule, RuleSet, Subject};

/// Where repairs of a variable are recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Record {
    /// On the variable itself.
    Itself,
    /// On all data of the file, in one line a rule.
    Data,
}

/// Applies the rules of a subject to every variable that they match.
///
/// # Errors
/// When a lazy array cannot be built.
pub(crate) fn repair_variables(draft: &mut Draft, rules: &RuleSet, subject: Subject) -> Result<()> {
    let entry = draft.entry.clone();
    for (rule, cases) in rules.on(subject, &entry) {
        let cases: Vec<&Case> = cases.collect();
        if !cases.is_empty() {
            apply_rule(draft, rule, &cases, subject)?;
        }
    }
    Ok(())
}

fn apply_rule(draft: &mut Draft, rule: &Rule, cases: &[&Case], subject: Subject) -> Result<()> {
    let time = draft.time.as_ref().map(|column| column.dimension.clone());
    let record = if subject == Subject::Companion { Record::Data } else { Record::Itself };
    let mut findings = Vec::new();
    let mut common: Vec<Repair> = Vec::new();
    for variable in &mut draft.variables {
        if subject == Subject::Field && variable.role != Role::Data {
            continue;
        }
        let holds = |case: &&&Case| match &case.conditions {
            Conditions::Variable(conditions) => conditions.hold(variable, time.as_deref()),
            _ => false,
        };
        let Some(case) = cases.iter().find(holds) else { continue };
        let repairs = apply_case(variable, Applied { rule, case }, &mut findings)?;
        match record {
            Record::Itself => variable.repairs.extend(repairs),
            Record::Data => common.extend(repairs),
        }
    }
    draft.findings.extend(findings);
    draft.variables.retain(|variable| !variable.dropped);
    if let Some(repair) = in_one_line(common) {
        for variable in draft.variables.iter_mut().filter(|variable| variable.role == Role::Data) {
            variable.repairs.push(repair.clone());
        }
    }
    Ok(())
}

/// Changes of several variables by one rule as one record.
fn in_one_line(repairs: Vec<Repair>) -> Option<Repair> {
    let join = |text: fn(&Repair) -> &String| {
        repairs.iter().map(|repair| text(repair).as_str()).collect::<Vec<_>>().join(", ")
    };
    let (before, after) = (join(|repair| &repair.before), join(|repair| &repair.after));
    repairs.first().map(|first| Repair { before, after, ..first.clone() })
}

/// Makes every change of a case in a variable; returns the records.
///
/// # Errors
/// When a lazy array cannot be built.
pub(crate) fn apply_case(
    variable: &mut DraftVariable,
    applied: Applied<'_>,
    findings: &mut Vec<RuleFinding>,
) -> Result<Vec<Repair>> {
    let mut repairs = Vec::new();
    for fix in &applied.case.fixes {
        match fix {
            Fix::Report => findings.push(applied.finding(&variable.raw.name)),
            Fix::Flag => repairs.push(applied.flag(&variable.raw.name, applied.rule.fix.clone())),
            _ => {
                if let Some((before, after)) = change(variable, fix, applied)? {
                    repairs.push(applied.repair(before, after));
                }
            }
        }
    }
    Ok(repairs)
}

type Change = Option<(String, String)>;

/// Makes one change; returns what was before and is after.
fn change(variable: &mut DraftVariable, fix: &Fix, applied: Applied<'_>) -> Result<Change> {
    Ok(match fix {
        Fix::RenameAttribute { .. } | Fix::SetAttribute { .. } | Fix::RemoveAttribute(_) => {
            change_attribute(&mut variable.raw.attributes, fix)
        }
        Fix::RenameVariable(to) => {
            let from = std::mem::replace(&mut variable.raw.name, to.clone());
            (from != *to).then(|| (format!("variable `{from}`"), format!("variable `{to}`")))
        }
        Fix::SetRole(_) | Fix::DropVariable => change_role(variable, fix),
        Fix::Cast(to) => cast(variable, to.0)?,
        Fix::UndeclaredFillValues(_) | Fix::RoundFillValue => change_fill(variable, fix),
        Fix::ReplaceNan(_) | Fix::Clip { .. } => arm(variable, fix, applied)?,
        Fix::BroadcastAlongTime => {
            variable.broadcast = true;
            Some((format!("({})", variable.raw.dimensions.join(", ")), "repeated along time, lazily".into()))
        }
        _ => None,
    })
}

/// Changes an attribute; returns what was before and is after.
pub(crate) fn change_attribute(attributes: &mut nunatak_format::Attributes, fix: &Fix) -> Change {
    match fix {
        Fix::RenameAttribute { from, to } => {
            let value = attributes.get(from)?.to_string();
            if attributes.get(to).is_some() {
                return None;
            }
            attributes.rename(from, to);
            Some((format!("attribute `{from}` = `{value}`"), format!("attribute `{to}`")))
        }
        Fix::SetAttribute { name, value } => {
            let value = value.attribute();
            let before = attributes.get(name).map(ToString::to_string);
            let after = value.to_string();
            attributes.set(name, value);
            let before = before.map_or_else(|| format!("no attribute `{name}`"), |old| format!("`{name}` = `{old}`"));
            Some((before, format!("`{name}` = `{after}`")))
        }
        Fix::RemoveAttribute(name) => {
            let value = attributes.remove(name)?;
            Some((format!("attribute `{name}` = `{value}`"), "left out".into()))
        }
        _ => None,
    }
}

fn change_role(variable: &mut DraftVariable, fix: &Fix) -> Change {
    let name = variable.raw.name.clone();
    match fix {
        Fix::DropVariable => {
            variable.dropped = true;
            Some((format!("{name} beside the data"), format!("{name} left out")))
        }
        Fix::SetRole(role) => {
            variable.role = match role {
                RoleName::Coordinate => Role::Coordinate,
                RoleName::TimeCompanion => Role::TimeCompanion,
            };
            Some((format!("{name} beside the data"), format!("{name} is no data")))
        }
        _ => None,
    }
}

fn cast(variable: &mut DraftVariable, to: nunatak_array::DataType) -> Result<Change> {
    let from = variable.raw.array.data_type();
    if from == to || !from.is_numeric() {
        return Ok(None);
    }
    variable.raw.array = Arc::new(CastArray::new(variable.raw.array.clone(), to)?);
    let name = &variable.raw.name;
    Ok(Some((format!("{name} {from}"), format!("{name} {to}"))))
}

/// Fill values are looked for when values are read, so that opening stays free of data.
fn change_fill(variable: &mut DraftVariable, fix: &Fix) -> Change {
    let rounded = |value: f64| f64::from(value as f32);
    match fix {
        Fix::UndeclaredFillValues(values) => {
            // As single precision has them, and as double precision does.
            let both = values.iter().flat_map(|value| [rounded(*value), *value]);
            variable.undeclared_fill_values.extend(both);
            let texts: Vec<String> = values.iter().map(|value| shortened(*value)).collect();
            Some((
                "no fill value declared".into(),
                format!("{} are read as missing where they occur", texts.join(" and ")),
            ))
        }
        Fix::RoundFillValue => {
            let declared = declared_fills(&variable.raw.attributes);
            let (name, value) = unmatched_fill(variable.raw.array.data_type(), &declared)?;
            variable.undeclared_fill_values.push(rounded(value));
            let before = format!("{name} = {value:e} in double precision, data in single");
            Some((before, "compared in single precision".into()))
        }
        _ => None,
    }
}

/// A number with as many digits as single precision tells apart.
fn shortened(value: f64) -> String {
    format!("{:e}", value as f32)
}

/// Values are changed where they are wrong, when they are read. No repair is recorded before one is seen: the
/// variable says what it watches for. Packed data are left alone.
fn arm(variable: &mut DraftVariable, fix: &Fix, applied: Applied<'_>) -> Result<Change> {
    let raw = &mut variable.raw;
    let packed = ["scale_factor", "add_offset"].iter().any(|name| raw.attributes.get(name).is_some());
    if packed || !raw.array.data_type().is_float() {
        return Ok(None);
    }
    let fills: Vec<f64> = declared_fills(&raw.attributes)
        .into_iter()
        .flat_map(|(_, value)| [value, f64::from(value as f32)])
        .chain(variable.undeclared_fill_values.iter().copied())
        .collect();
    let declares_nan = fills.iter().any(|fill| fill.is_nan());
    let (clamp, change) = match fix {
        Fix::ReplaceNan(value) => {
            let change = declares_nan.then(|| ("NaN declared as fill value".into(), format!("NaN read as {value}")));
            (Clamp { nan: Some(*value), scale: None, range: None, keep: Vec::new() }, change)
        }
        Fix::Clip { least, most, scale } => {
            (Clamp { nan: None, scale: *scale, range: Some([*least, *most]), keep: fills }, None)
        }
        _ => return Ok(None),
    };
    for name in ["_FillValue", "missing_value"] {
        if change.is_some() && raw.attributes.number(name).is_some_and(f64::is_nan) {
            raw.attributes.remove(name);
        }
    }
    variable.stored.get_or_insert_with(|| raw.array.clone());
    raw.array = Arc::new(ClampArray::new(raw.array.clone(), clamp)?);
    if change.is_none() {
        variable.watches.push(format!("{}: {}", applied.rule.id, applied.rule.fix));
    }
    Ok(change)
}
