//! Rules of where the cells are.

use std::sync::Arc;

use nunatak_array::{MemoryArray, TransposeArray, Values};
use nunatak_format::{Attribute, Attributes, Storage, Variable};
use nunatak_ismip::IsmipGrid;

use crate::apply::grid_mapping::add_grid_mapping;
use crate::category::Category;
use crate::draft::{Draft, DraftVariable, HorizontalDimensions, Role};
use crate::error::Result;
use crate::record::{Repair, RuleFinding};
use crate::rules::{Applied, Case, Conditions, Fix, RuleSet, Subject};
use crate::severity::Severity;

/// Applies the rules of the grid. What is wrong and stays wrong is a finding of the draft.
///
/// # Errors
/// When a lazy array cannot be built, or an axis cannot be read.
pub(crate) fn repair_grid(draft: &mut Draft, rules: &RuleSet) -> Result<()> {
    let entry = draft.entry.clone();
    for (rule, mut cases) in rules.on(Subject::Grid, &entry) {
        let Some(horizontal) = HorizontalDimensions::of(draft) else { return Ok(()) };
        let held = cases.find_map(|case| match holds(case, draft, &horizontal) {
            Ok(true) => Some(Ok(case)),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        });
        if let Some(case) = held.transpose()? {
            apply_grid(draft, &horizontal, Applied { rule, case })?;
        }
    }
    let Some(horizontal) = HorizontalDimensions::of(draft) else { return Ok(()) };
    if draft.axis(&horizontal.x).is_none() && draft.axis(&horizontal.y).is_none() {
        let length = |name: &str| draft.length(name).unwrap_or(0);
        let (rows, columns) = (length(&horizontal.y), length(&horizontal.x));
        let known = IsmipGrid::of_size(rows, columns, draft.entry.ice_sheet.as_deref()).is_some();
        let size = if known { "" } else { " is not the size of an ISMIP6 grid" };
        let message = format!("no x and y coordinates, and {rows} x {columns} (y, x){size}");
        let message = if known { "no x and y coordinates".to_string() } else { message };
        draft.findings.push(RuleFinding::plain(Severity::Warning, Category::Grid, message));
    }
    Ok(())
}

fn holds(case: &Case, draft: &Draft, horizontal: &HorizontalDimensions) -> Result<bool> {
    match &case.conditions {
        Conditions::Grid(conditions) => conditions.hold(draft, horizontal),
        _ => Ok(false),
    }
}

/// Makes every change of a case.
///
/// # Errors
/// As [`repair_grid`].
pub(crate) fn apply_grid(draft: &mut Draft, horizontal: &HorizontalDimensions, applied: Applied<'_>) -> Result<()> {
    for fix in &applied.case.fixes {
        match fix {
            Fix::RegenerateAxes => regenerate_axes(draft, horizontal, applied)?,
            Fix::RenameDimensions => rename_dimensions(draft, horizontal, applied),
            Fix::Transpose => transpose(draft, horizontal, applied)?,
            Fix::AddGridMapping => add_grid_mapping(draft, horizontal, applied)?,
            Fix::AxisAttributes => complete_axis_attributes(draft, horizontal, applied),
            Fix::Report => {
                let HorizontalDimensions { x, y } = horizontal;
                draft.findings.push(applied.finding(&format!("dimensions ({y}, {x})")));
            }
            _ => {}
        }
    }
    Ok(())
}

/// x and y of the ISMIP6 grid of this size in the place of what is there, when there is such a grid.
fn regenerate_axes(draft: &mut Draft, horizontal: &HorizontalDimensions, applied: Applied<'_>) -> Result<()> {
    let length = |name: &str| draft.length(name).unwrap_or(0);
    let (rows, columns) = (length(&horizontal.y), length(&horizontal.x));
    let Some(grid) = IsmipGrid::of_size(rows, columns, draft.entry.ice_sheet.as_deref()) else { return Ok(()) };
    let had_axes = draft.axis(&horizontal.x).is_some() || draft.axis(&horizontal.y).is_some();
    for (from, to) in [(&horizontal.y, "y"), (&horizontal.x, "x")] {
        draft.variables.retain(|variable| variable.raw.dimensions != [from.clone()] || variable.raw.name != *from);
        draft.rename_dimension(from, to);
    }
    let state = if had_axes { "with repeated coordinates" } else { "without coordinates" };
    let before = format!("dimensions ({}, {}) {state}", horizontal.y, horizontal.x);
    let after = format!("x and y of the ISMIP6 {} {} km grid", grid.ice_sheet.name(), grid.kilometres());
    let repair = applied.repair(before, after);
    for (name, nodes) in [("y", grid.y()), ("x", grid.x())] {
        draft.variables.push(DraftVariable {
            repairs: vec![repair.clone()],
            ..DraftVariable::new(axis_variable(name, nodes)?, Role::Coordinate)
        });
    }
    record_on_fields(draft, "x", &repair);
    Ok(())
}

/// HorizontalDimensions dimensions are called y and x.
fn rename_dimensions(draft: &mut Draft, horizontal: &HorizontalDimensions, applied: Applied<'_>) {
    let HorizontalDimensions { x, y } = horizontal;
    let repair = applied.repair(format!("dimensions ({y}, {x})"), "dimensions (y, x)");
    for (from, to) in [(y, "y"), (x, "x")] {
        if draft.axis(from).is_none() {
            draft.rename_dimension(from, to);
        }
    }
    record_on_fields(draft, "x", &repair);
}

fn record_on_fields(draft: &mut Draft, dimension: &str, repair: &Repair) {
    for variable in &mut draft.variables {
        if variable.role == Role::Data && variable.raw.dimensions.iter().any(|name| name == dimension) {
            variable.repairs.push(repair.clone());
        }
    }
}

/// `units` and `standard_name` of x and y, where they are missing.
fn complete_axis_attributes(draft: &mut Draft, horizontal: &HorizontalDimensions, applied: Applied<'_>) {
    for (name, letter) in [(&horizontal.x, "x"), (&horizontal.y, "y")] {
        let axis = draft
            .variables
            .iter_mut()
            .find(|variable| variable.raw.dimensions == [name.clone()] && variable.raw.name == *name);
        let Some(axis) = axis else { continue };
        let mut added = Vec::new();
        for (attribute, value) in
            [("units", "m".to_string()), ("standard_name", format!("projection_{letter}_coordinate"))]
        {
            if axis.raw.attributes.get(attribute).is_none() {
                added.push(format!("{attribute} `{value}`"));
                axis.raw.attributes.set(attribute, Attribute::Text(value));
            }
        }
        if !added.is_empty() {
            axis.repairs.push(applied.repair(format!("{name} lacks attributes"), added.join(", ")));
        }
    }
}

fn axis_variable(name: &str, nodes: Vec<f64>) -> Result<Variable> {
    let text = |text: &str| Attribute::Text(text.into());
    let attributes: Attributes = [
        ("units".to_string(), text("m")),
        ("standard_name".to_string(), text(&format!("projection_{name}_coordinate"))),
        ("axis".to_string(), text(&name.to_uppercase())),
    ]
    .into_iter()
    .collect();
    Ok(Variable {
        name: name.into(),
        dimensions: vec![name.into()],
        attributes,
        array: Arc::new(MemoryArray::new(vec![nodes.len()], Values::F64(nodes))?),
        storage: Storage::default(),
    })
}

/// Every field with x before y is transposed, by name.
fn transpose(draft: &mut Draft, horizontal: &HorizontalDimensions, applied: Applied<'_>) -> Result<()> {
    let by_name = horizontal.are_named();
    for variable in draft.variables.iter_mut().filter(|_| by_name) {
        let names = &variable.raw.dimensions;
        let at = |wanted: &String| names.iter().position(|name| name == wanted);
        let (Some(x), Some(y)) = (at(&horizontal.x), at(&horizontal.y)) else { continue };
        if x > y {
            continue;
        }
        let mut order: Vec<usize> = (0..names.len()).collect();
        order.swap(x, y);
        let after: Vec<String> = order.iter().map(|axis| names[*axis].clone()).collect();
        let repair = applied.repair(format!("({})", names.join(", ")), format!("({})", after.join(", ")));
        if let Some(chunk) = &mut variable.raw.storage.chunk_shape {
            *chunk = order.iter().filter_map(|axis| chunk.get(*axis).copied()).collect();
        }
        variable.raw.array = Arc::new(TransposeArray::new(variable.raw.array.clone(), order)?);
        variable.raw.dimensions = after;
        variable.repairs.push(repair);
    }
    Ok(())
}
