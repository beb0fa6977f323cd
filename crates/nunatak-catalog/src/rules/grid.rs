//! Where the cells are.

use std::sync::Arc;

use nunatak_array::{MemoryArray, TransposeArray, Values};
use nunatak_format::{Attribute, Attributes, Storage, Variable};

use super::case::{Case, Conditions, Subject};
use super::fix::Fix;
use super::grid_mapping::add_grid_mapping;
use super::rule::{Applied, Finding};
use super::{Repair, RuleSet};
use crate::draft::{Draft, DraftVariable, Role};
use crate::ice_sheet::IceSheet;
use crate::{Category, Result, Severity};

/// An ISMIP6 grid: nodes every `spacing` metres from one corner of the domain to the other.
pub(super) struct Ismip6Grid {
    ice_sheet: IceSheet,
    kilometres: u32,
}

/// The ISMIP6 grid of this size (rows, columns) for the ice sheet of a file name, of either when it names none.
pub(super) fn ismip6_grid(rows: usize, columns: usize, ice_sheet: Option<&str>) -> Option<Ismip6Grid> {
    let asked = |own: &IceSheet| ice_sheet.is_none_or(|name| IceSheet::parse(name) == Some(*own));
    let grids = IceSheet::ALL.into_iter().filter(asked).flat_map(|ice_sheet| {
        let spacings: &[u32] = match ice_sheet {
            IceSheet::Antarctica => &[32, 16, 8, 4, 2, 1],
            IceSheet::Greenland => &[20, 16, 10, 8, 5, 4, 2, 1],
        };
        spacings.iter().map(move |&kilometres| Ismip6Grid { ice_sheet, kilometres })
    });
    grids.into_iter().find(|grid| grid.x().len() == columns && grid.y().len() == rows)
}

impl Ismip6Grid {
    fn x(&self) -> Vec<f64> {
        self.nodes(self.ice_sheet.extent().0)
    }

    fn y(&self) -> Vec<f64> {
        self.nodes(self.ice_sheet.extent().1)
    }

    fn nodes(&self, [first, last]: [f64; 2]) -> Vec<f64> {
        let spacing = f64::from(self.kilometres) * 1000.0;
        let steps = ((last - first) / spacing) as u32;
        (0..=steps).map(|at| first + f64::from(at) * spacing).collect()
    }
}

const X_NAMES: [&str; 5] = ["x", "xc", "x1", "nx", "X"];
const Y_NAMES: [&str; 5] = ["y", "yc", "y1", "ny", "Y"];
/// Dimensions of bounds and corners, which are not places.
const CORNERS: [&str; 8] = ["nv", "nv4", "bnds", "nb2", "vertices", "nvertices", "ncorners", "bounds"];

/// The names of a file's horizontal dimensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Horizontal {
    pub(crate) y: String,
    pub(crate) x: String,
}

/// Applies the rules of the grid. What is wrong and stays wrong is a finding of the draft.
///
/// # Errors
/// When a lazy array cannot be built, or an axis cannot be read.
pub(crate) fn repair_grid(draft: &mut Draft, rules: &RuleSet) -> Result<()> {
    let entry = draft.entry.clone();
    for (rule, mut cases) in rules.on(Subject::Grid, &entry) {
        let Some(horizontal) = horizontal(draft) else { return Ok(()) };
        let held = cases.find_map(|case| match holds(case, draft, &horizontal) {
            Ok(true) => Some(Ok(case)),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        });
        if let Some(case) = held.transpose()? {
            apply_grid(draft, &horizontal, Applied { rule, case })?;
        }
    }
    let Some(horizontal) = horizontal(draft) else { return Ok(()) };
    if draft.axis(&horizontal.x).is_none() && draft.axis(&horizontal.y).is_none() {
        let length = |name: &str| draft.length(name).unwrap_or(0);
        let (rows, columns) = (length(&horizontal.y), length(&horizontal.x));
        let known = ismip6_grid(rows, columns, draft.entry.ice_sheet.as_deref()).is_some();
        let size = if known { "" } else { " is not the size of an ISMIP6 grid" };
        let message = format!("no x and y coordinates, and {rows} x {columns} (y, x){size}");
        let message = if known { "no x and y coordinates".to_string() } else { message };
        draft.findings.push(Finding::plain(Severity::Warning, Category::Grid, message));
    }
    Ok(())
}

fn holds(case: &Case, draft: &Draft, horizontal: &Horizontal) -> Result<bool> {
    match &case.conditions {
        Conditions::Grid(conditions) => conditions.hold(draft, horizontal),
        _ => Ok(false),
    }
}

/// Makes every change of a case.
///
/// # Errors
/// As [`repair_grid`].
pub(super) fn apply_grid(draft: &mut Draft, horizontal: &Horizontal, applied: Applied<'_>) -> Result<()> {
    for fix in &applied.case.fixes {
        match fix {
            Fix::RegenerateAxes => regenerate_axes(draft, horizontal, applied)?,
            Fix::RenameDimensions => rename_dimensions(draft, horizontal, applied),
            Fix::Transpose => transpose(draft, horizontal, applied)?,
            Fix::AddGridMapping => add_grid_mapping(draft, horizontal, applied)?,
            Fix::AxisAttributes => complete_axis_attributes(draft, horizontal, applied),
            Fix::Report => {
                let Horizontal { x, y } = horizontal;
                draft.findings.push(applied.finding(&format!("dimensions ({y}, {x})")));
            }
            _ => {}
        }
    }
    Ok(())
}

/// x and y by their names; failing that the last two dimensions of the first field, as (y, x).
pub(super) fn horizontal(draft: &Draft) -> Option<Horizontal> {
    let time = draft.time.as_ref().map(|column| column.dimension.as_str());
    let places = |variable: &DraftVariable| -> Vec<String> {
        let names = variable.raw.dimensions.iter();
        names.filter(|name| Some(name.as_str()) != time && !CORNERS.contains(&name.as_str())).cloned().collect()
    };
    let fields = draft.variables.iter().filter(|variable| variable.role == Role::Data);
    let names = fields.map(places).find(|names| names.len() >= 2)?;
    let named = |known: &[&str]| names.iter().find(|name| known.contains(&name.as_str())).cloned();
    match (named(&Y_NAMES), named(&X_NAMES)) {
        (Some(y), Some(x)) => Some(Horizontal { y, x }),
        _ => {
            let [.., y, x] = names.as_slice() else { return None };
            Some(Horizontal { y: y.clone(), x: x.clone() })
        }
    }
}

pub(super) fn has_plane_coordinates(draft: &Draft, horizontal: &Horizontal) -> bool {
    draft.variables.iter().any(|variable| {
        let names = &variable.raw.dimensions;
        variable.role == Role::Coordinate
            && names.len() == 2
            && names.contains(&horizontal.x)
            && names.contains(&horizontal.y)
    })
}

/// Whether an axis holds a value twice.
pub(super) fn axis_repeats(draft: &Draft, name: &str) -> Result<bool> {
    let Some(axis) = draft.axis(name).filter(|axis| axis.raw.array.data_type().is_numeric()) else { return Ok(false) };
    let mut values = axis.raw.array.read_all()?.into_f64()?;
    values.sort_unstable_by(f64::total_cmp);
    Ok(values.windows(2).any(|pair| pair[0] == pair[1]))
}

/// x and y of the ISMIP6 grid of this size in the place of what is there, when there is such a grid.
fn regenerate_axes(draft: &mut Draft, horizontal: &Horizontal, applied: Applied<'_>) -> Result<()> {
    let length = |name: &str| draft.length(name).unwrap_or(0);
    let (rows, columns) = (length(&horizontal.y), length(&horizontal.x));
    let Some(grid) = ismip6_grid(rows, columns, draft.entry.ice_sheet.as_deref()) else { return Ok(()) };
    let had_axes = draft.axis(&horizontal.x).is_some() || draft.axis(&horizontal.y).is_some();
    for (from, to) in [(&horizontal.y, "y"), (&horizontal.x, "x")] {
        draft.variables.retain(|variable| variable.raw.dimensions != [from.clone()] || variable.raw.name != *from);
        draft.rename_dimension(from, to);
    }
    let state = if had_axes { "with repeated coordinates" } else { "without coordinates" };
    let before = format!("dimensions ({}, {}) {state}", horizontal.y, horizontal.x);
    let after = format!("x and y of the ISMIP6 {} {} km grid", grid.ice_sheet.name(), grid.kilometres);
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

/// Horizontal dimensions are called y and x.
fn rename_dimensions(draft: &mut Draft, horizontal: &Horizontal, applied: Applied<'_>) {
    let Horizontal { x, y } = horizontal;
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
fn complete_axis_attributes(draft: &mut Draft, horizontal: &Horizontal, applied: Applied<'_>) {
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
fn transpose(draft: &mut Draft, horizontal: &Horizontal, applied: Applied<'_>) -> Result<()> {
    let by_name = X_NAMES.contains(&horizontal.x.as_str()) && Y_NAMES.contains(&horizontal.y.as_str());
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Sizes (rows, columns) of the ISMIP6 grid files.
    #[test]
    fn sizes_are_those_of_the_published_grids() {
        let cases = [
            (191, 191, "AIS", 32),
            (761, 761, "AIS", 8),
            (6081, 6081, "AIS", 1),
            (145, 85, "GIS", 20),
            (577, 337, "GIS", 5),
            (2881, 1681, "GIS", 1),
        ];
        for (rows, columns, ice_sheet, kilometres) in cases {
            let grid = ismip6_grid(rows, columns, Some(ice_sheet)).unwrap();
            assert_eq!((grid.ice_sheet.name(), grid.kilometres), (ice_sheet, kilometres));
            assert_eq!(ismip6_grid(rows, columns, None).unwrap().ice_sheet.name(), ice_sheet);
        }
        let nodes = ismip6_grid(577, 337, Some("GrIS")).unwrap().y();
        assert_eq!((nodes[0], nodes[1], nodes[576]), (-3_450_000.0, -3_445_000.0, -570_000.0));
    }

    #[test]
    fn other_sizes_and_other_ice_sheets_are_no_ismip6_grid() {
        assert!(ismip6_grid(190, 191, Some("AIS")).is_none());
        assert!(ismip6_grid(337, 577, Some("GIS")).is_none(), "x and y are not interchangeable");
        assert!(ismip6_grid(577, 337, Some("AIS")).is_none());
        assert!(ismip6_grid(577, 337, Some("ANT")).is_none(), "a name of no ice sheet is not Greenland's");
    }
}
