//! Rules of group B: where the cells are.

use std::sync::Arc;

use nunatak_array::{CastArray, DataType, MemoryArray, TransposedArray, Values};
use nunatak_format::{Attribute, Attributes, Storage, Variable};

use super::{Repair, RuleSet};
use crate::Result;
use crate::draft::{Draft, DraftVariable, Role};

/// An ISMIP6 grid: nodes every `spacing` metres from one corner of the domain to the other.
struct Ismip6Grid {
    ice_sheet: &'static str,
    spacing: i64,
    x: (i64, i64),
    y: (i64, i64),
}

pub(super) const AIS: ((i64, i64), (i64, i64)) = ((-3_040_000, 3_040_000), (-3_040_000, 3_040_000));
pub(super) const GIS: ((i64, i64), (i64, i64)) = ((-720_000, 960_000), (-3_450_000, -570_000));

/// The ISMIP6 grid of this size (rows, columns) for an ice sheet, if there is one.
fn ismip6_grid(rows: usize, columns: usize, ice_sheet: Option<&str>) -> Option<Ismip6Grid> {
    let grids = [("AIS", AIS, &[32, 16, 8, 4, 2, 1][..]), ("GIS", GIS, &[20, 16, 10, 8, 5, 4, 2, 1][..])];
    grids.into_iter().find_map(|(name, (x, y), spacings)| {
        let asked = ice_sheet.is_none_or(|asked| (asked == "AIS") == (name == "AIS"));
        spacings
            .iter()
            .map(|kilometres| Ismip6Grid { ice_sheet: name, spacing: kilometres * 1000, x, y })
            .find(|grid| asked && grid.nodes(grid.x).len() == columns && grid.nodes(grid.y).len() == rows)
    })
}

impl Ismip6Grid {
    fn nodes(&self, (first, last): (i64, i64)) -> Vec<f64> {
        (0..=(last - first) / self.spacing).map(|at| (first + at * self.spacing) as f64).collect()
    }
}

const X_NAMES: [&str; 5] = ["x", "xc", "x1", "nx", "X"];
const Y_NAMES: [&str; 5] = ["y", "yc", "y1", "ny", "Y"];
/// Dimensions of bounds and corners, which are not places.
const CORNERS: [&str; 8] = ["nv", "nv4", "bnds", "nb2", "vertices", "nvertices", "ncorners", "bounds"];

/// The names of a file's horizontal dimensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Horizontal {
    pub(super) y: String,
    pub(super) x: String,
}

/// Applies B5, B1, B2 and B4. Returns what is wrong and stays wrong.
///
/// # Errors
/// When a lazy array cannot be built.
pub(crate) fn repair_grid(draft: &mut Draft, rules: &RuleSet) -> Result<Option<String>> {
    if rules.has("B5") {
        b5(draft)?;
    }
    let Some(horizontal) = horizontal(draft) else { return Ok(None) };
    if rules.has("B4") {
        b4(draft, &horizontal)?;
    }
    let missing = [&horizontal.x, &horizontal.y].iter().all(|name| draft.axis(name).is_none());
    let id = if has_plane_coordinates(draft, &horizontal) { "B2" } else { "B1" };
    if missing && rules.has(id) {
        return generate_axes(draft, &horizontal, if id == "B2" { "B2" } else { "B1" });
    }
    Ok(missing.then(|| "no x and y coordinates".to_string()))
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

fn has_plane_coordinates(draft: &Draft, horizontal: &Horizontal) -> bool {
    draft.variables.iter().any(|variable| {
        let names = &variable.raw.dimensions;
        variable.role == Role::Coordinate
            && names.len() == 2
            && names.contains(&horizontal.x)
            && names.contains(&horizontal.y)
    })
}

fn generate_axes(draft: &mut Draft, horizontal: &Horizontal, rule: &'static str) -> Result<Option<String>> {
    let length = |name: &str| draft.length(name).unwrap_or(0);
    let (rows, columns) = (length(&horizontal.y), length(&horizontal.x));
    let Some(grid) = ismip6_grid(rows, columns, draft.entry.ice_sheet.as_deref()) else {
        return Ok(Some(format!(
            "no x and y coordinates, and {rows} x {columns} (y, x) is not the size of an ISMIP6 grid"
        )));
    };
    for (from, to) in [(&horizontal.y, "y"), (&horizontal.x, "x")] {
        draft.rename_dimension(from, to);
    }
    let kilometres = grid.spacing / 1000;
    let before = format!("dimensions ({}, {}) without coordinates", horizontal.y, horizontal.x);
    let after = format!("x and y of the ISMIP6 {} {kilometres} km grid", grid.ice_sheet);
    for (name, nodes) in [("y", grid.nodes(grid.y)), ("x", grid.nodes(grid.x))] {
        draft.variables.push(DraftVariable {
            repairs: vec![Repair::new(rule, &before, &after)],
            ..DraftVariable::new(axis_variable(name, nodes)?, Role::Coordinate)
        });
    }
    for variable in &mut draft.variables {
        if variable.role == Role::Data && variable.raw.dimensions.iter().any(|name| name == "x") {
            variable.repairs.push(Repair::new(rule, &before, &after));
        }
    }
    Ok(None)
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
fn b4(draft: &mut Draft, horizontal: &Horizontal) -> Result<()> {
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
        let repair = Repair::new("B4", format!("({})", names.join(", ")), format!("({})", after.join(", ")));
        if let Some(chunk) = &mut variable.raw.storage.chunk_shape {
            *chunk = order.iter().filter_map(|axis| chunk.get(*axis).copied()).collect();
        }
        variable.raw.array = Arc::new(TransposedArray::new(variable.raw.array.clone(), order)?);
        variable.raw.dimensions = after;
        variable.repairs.push(repair);
    }
    Ok(())
}

/// x and y in double precision; companions of the data that no attribute calls so.
fn b5(draft: &mut Draft) -> Result<()> {
    let mut before = Vec::new();
    let mut after = Vec::new();
    for variable in &mut draft.variables {
        let name = variable.raw.name.clone();
        let axis = variable.raw.dimensions == [name.clone()];
        let horizontal = X_NAMES.contains(&name.as_str()) || Y_NAMES.contains(&name.as_str());
        if axis && horizontal && variable.raw.array.data_type() == DataType::F32 {
            variable.raw.array = Arc::new(CastArray::new(variable.raw.array.clone(), DataType::F64)?);
            before.push(format!("{name} float32"));
            after.push(format!("{name} float64"));
        } else if matches!(name.as_str(), "mapping" | "crs" | "year") && variable.role == Role::Data {
            before.push(format!("{name} beside the data"));
            after.push(format!("{name} is no data"));
            variable.role = if name == "year" { Role::TimeCompanion } else { Role::Coordinate };
        }
    }
    if before.is_empty() {
        return Ok(());
    }
    let repair = Repair::new("B5", before.join(", "), after.join(", "));
    for variable in draft.variables.iter_mut().filter(|variable| variable.role == Role::Data) {
        variable.repairs.push(repair.clone());
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
            (191, 191, "AIS", 32_000),
            (761, 761, "AIS", 8_000),
            (6081, 6081, "AIS", 1_000),
            (145, 85, "GIS", 20_000),
            (577, 337, "GIS", 5_000),
            (2881, 1681, "GIS", 1_000),
        ];
        for (rows, columns, ice_sheet, spacing) in cases {
            let grid = ismip6_grid(rows, columns, Some(ice_sheet)).unwrap();
            assert_eq!((grid.ice_sheet, grid.spacing), (ice_sheet, spacing));
            assert_eq!(ismip6_grid(rows, columns, None).unwrap().ice_sheet, ice_sheet);
        }
        let y = ismip6_grid(577, 337, Some("GrIS")).unwrap();
        let nodes = y.nodes(y.y);
        assert_eq!((nodes[0], nodes[1], nodes[576]), (-3_450_000.0, -3_445_000.0, -570_000.0));
    }

    #[test]
    fn other_sizes_and_other_ice_sheets_are_no_ismip6_grid() {
        assert!(ismip6_grid(190, 191, Some("AIS")).is_none());
        assert!(ismip6_grid(337, 577, Some("GIS")).is_none(), "x and y are not interchangeable");
        assert!(ismip6_grid(577, 337, Some("AIS")).is_none());
    }
}
