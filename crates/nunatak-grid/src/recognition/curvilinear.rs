//! Curvilinear grids: longitudes and latitudes, or x and y of a map, of rows and columns of cells.

use nunatak_cf::AxisRole;

use crate::{Crs, Grid, Result};

use super::attributes::AttributeValue;
use super::axis_order::in_order;
use super::centred_cells::CentredCells;
use super::degrees::check_direction;
use super::horizontal::{BuildGrid, GridCandidate, GridFamily, HorizontalGrid, RecognitionWarning};
use super::inventory::{Inventory, VariableEntry};
use super::source::{CoordinateSource, entry, unrecognised};
use super::systems::{find_crs, find_geographic};
use super::units::{ScaledCoordinate, bounds_values, scaled};
use super::wording::{general, lengths};

/// The grids of two-dimensional coordinates, one for each pair of dimensions; degrees win over metres.
///
/// # Errors
/// [`crate::GridError::Unrecognised`] for bounds of a shape that no cells have.
pub(super) fn candidates(inventory: &Inventory) -> Result<Vec<GridCandidate>> {
    let mut found: Vec<GridCandidate> = Vec::new();
    if inventory.variables().iter().all(|entry| entry.dims.len() != 2) {
        return Ok(found);
    }
    for (first, second) in [(AxisRole::Longitude, AxisRole::Latitude), (AxisRole::X, AxisRole::Y)] {
        let partners = coordinates(inventory, second);
        for x in coordinates(inventory, first) {
            let beside: Vec<&VariableEntry> =
                partners.iter().copied().filter(|other| other.has_only_dims(&x.dims)).collect();
            let Some(y) = partner(&x.name, &beside) else { continue };
            if !found.iter().any(|own| x.has_only_dims(own.dims())) {
                found.push(candidate(inventory, x, y, first.is_geographic())?);
            }
        }
    }
    Ok(found)
}

/// Names of the two-dimensional longitudes and latitudes of the cells along these dimensions, if there are any.
pub(super) fn longitudes_and_latitudes(inventory: &Inventory, dims: &[String]) -> Option<[String; 2]> {
    let own = coordinates(inventory, AxisRole::Longitude).into_iter().find(|entry| entry.has_only_dims(dims))?;
    let others = coordinates(inventory, AxisRole::Latitude);
    let beside: Vec<&VariableEntry> = others.into_iter().filter(|other| other.has_only_dims(dims)).collect();
    Some([own.name.clone(), partner(&own.name, &beside)?.name.clone()])
}

/// Two-dimensional variables of a role: those that data name as coordinates first, then by trust.
fn coordinates(inventory: &Inventory, role: AxisRole) -> Vec<&VariableEntry> {
    let trust = |entry: &VariableEntry| {
        let signs = [
            entry.attributes.text("standard_name") == Some(role.standard_name()),
            AxisRole::of_units(&entry.attributes.lower("units")) == Some(role),
            AxisRole::of_name(&entry.name) == Some(role),
        ];
        signs.into_iter().position(|sign| sign)
    };
    let is_bounds = |name: &str| inventory.variables().iter().any(|entry| entry.bounds() == Some(name));
    let is_named = |name: &str| {
        let texts = inventory.fields().iter().filter_map(|field| field.metadata("coordinates")?.as_text());
        texts.flat_map(str::split_whitespace).any(|word| word == name)
    };
    let flat = inventory.variables().iter().filter(|entry| entry.dims.len() == 2);
    let mut ranked: Vec<((bool, usize), &VariableEntry)> = flat
        .filter_map(|entry| Some((trust(entry)?, entry)))
        .filter(|(_, entry)| !is_bounds(&entry.name))
        .map(|(rank, entry)| ((!is_named(&entry.name), rank), entry))
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, entry)| entry).collect()
}

/// The latitude (y) that goes with a longitude (x): by its name, else the most trusted.
fn partner<'a>(name: &str, others: &[&'a VariableEntry]) -> Option<&'a VariableEntry> {
    let lower = name.to_lowercase();
    let likely = [lower.replace("lon", "lat"), lower.replace("long", "lat"), lower.replace('x', "y")];
    let named = others.iter().find(|other| likely.contains(&other.name.to_lowercase()));
    named.or_else(|| others.first()).copied()
}

fn candidate(
    inventory: &Inventory,
    x: &VariableEntry,
    y: &VariableEntry,
    is_geographic: bool,
) -> Result<GridCandidate> {
    let corners = corner_names(inventory, x, y)?;
    let bounds = [x, y].into_iter().filter_map(VariableEntry::bounds).map(str::to_string);
    let names = [x.name.clone(), y.name.clone()].into_iter().chain(bounds).chain(corners.into_iter().flatten());
    let recipe = Recipe { x: x.name.clone(), y: y.name.clone(), is_geographic };
    Ok(GridCandidate::new(GridFamily::Curvilinear, &x.dims, names, recipe))
}

/// Names of the variables of corners: (y, x, 4) or (y + 1, x + 1).
fn corner_names(inventory: &Inventory, x: &VariableEntry, y: &VariableEntry) -> Result<Option<[String; 2]>> {
    let named = x.bounds().zip(y.bounds()).map(|(x, y)| [x.to_string(), y.to_string()]);
    let usual = [format!("{}_b", x.name), format!("{}_b", y.name)];
    for pair in named.into_iter().chain([usual]) {
        let (Some(first), Some(second)) = (inventory.get(&pair[0]), inventory.get(&pair[1])) else { continue };
        let (shape, cells) = (&first.shape, &x.shape);
        if *shape != second.shape {
            let (own, other) = (lengths(shape), lengths(&second.shape));
            let problem = format!("bounds {} and {}: shapes {own} and {other} differ", pair[0], pair[1]);
            return Err(unrecognised(problem));
        }
        let vertices: Vec<usize> = cells.iter().map(|length| length + 1).collect();
        if shape.len() == 3 || *shape == vertices {
            return Ok(Some(pair));
        }
        return Err(unrecognised(format!(
            "bounds {}: found shape {}, expected {} or {}",
            pair[0],
            lengths(shape),
            lengths(&[&cells[..], &[4]].concat()),
            lengths(&vertices),
        )));
    }
    Ok(None)
}

#[derive(Debug)]
struct Recipe {
    x: String,
    y: String,
    is_geographic: bool,
}

impl BuildGrid for Recipe {
    fn build(
        &self,
        source: &dyn CoordinateSource,
        crs: Option<&Crs>,
        warnings: &mut Vec<RecognitionWarning>,
    ) -> Result<HorizontalGrid> {
        let Self { x, y, is_geographic } = self;
        let inventory = source.inventory();
        let system = match is_geographic {
            true => find_geographic(source, [x, y], crs)?,
            false => find_crs(source, [x, y], crs, warnings)?,
        };
        if *is_geographic {
            check_direction(inventory, x, AxisRole::Longitude)?;
            check_direction(inventory, y, AxisRole::Latitude)?;
        }
        let (x_entry, y_entry) = (entry(inventory, x)?, entry(inventory, y)?);
        let [rows, columns] = x_entry.shape[..] else {
            return Err(unrecognised(format!("{x}: expected two dimensions, found {}", x_entry.shape.len())));
        };
        let (own_x, own_y) = (scaled(source, x, &system)?, scaled(source, y, &system)?);
        let factors = [own_x.factor, own_y.factor];
        let dims = x_entry.dims.clone();
        let (own_y_values, _) = in_order(y_entry, without_fill(y_entry, own_y), &dims);
        let mut cells = CentredCells {
            x: without_fill(x_entry, own_x),
            y: own_y_values,
            shape: [rows, columns],
            is_geographic: *is_geographic,
            what: format!("cells of {x} and {y}"),
            is_missing: Vec::new(),
            is_doubtful: Vec::new(),
        };
        cells.find_missing(warnings)?;
        if *is_geographic {
            check_latitudes(&cells.y, y)?;
        }
        check_rows([x, y], &dims, [&cells.x, &cells.y], columns)?;
        let corners = corner_names(inventory, x_entry, y_entry)?;
        let grid = match &corners {
            None => cells.mesh(system.crs.clone(), cells.inferred()?, warnings)?,
            Some([x_bounds, y_bounds]) => {
                let read = |bounds: &str, own: &VariableEntry, factor: f64| {
                    let bounds = entry(inventory, bounds)?;
                    let values = bounds_values(source, bounds, own, factor, &system)?.values;
                    let first: &[String] = if bounds.has_dims(&dims) { &dims } else { &[] };
                    Result::Ok(in_order(bounds, values, first))
                };
                let (corner_x, shape) = read(x_bounds, x_entry, factors[0])?;
                let (corner_y, _) = read(y_bounds, y_entry, factors[1])?;
                if shape.len() == 3 {
                    cells.mesh_of_bounds(system.crs.clone(), (corner_x, corner_y), warnings)?
                } else {
                    cells.mesh(system.crs.clone(), cells.completed((corner_x, corner_y))?, warnings)?
                }
            }
        };
        let (centres, shapes) = (vec![y.clone(), x.clone()], corners.into_iter().flatten().collect());
        let own = HorizontalGrid::new(dims, Grid::Mesh(grid), system.mapping);
        Ok(HorizontalGrid { centres, shapes, mapping: system.attributes, ..own })
    }
}

/// Values of a coordinate, NaN in place of the fill value that its attributes name.
fn without_fill(entry: &VariableEntry, coordinate: ScaledCoordinate) -> Vec<f64> {
    let ScaledCoordinate { mut values, factor, .. } = coordinate;
    for name in ["_FillValue", "missing_value"] {
        let Some(fill) = entry.attributes.get(name).and_then(AttributeValue::as_number) else { continue };
        values.iter_mut().filter(|value| **value == fill * factor).for_each(|value| *value = f64::NAN);
    }
    values
}

fn check_latitudes(values: &[f64], name: &str) -> Result<()> {
    let farthest = values.iter().fold(0.0, |farthest: f64, latitude| farthest.max(latitude.abs()));
    if farthest > 90.0 + 1e-6 {
        let farthest = general(farthest);
        return Err(unrecognised(format!(
            "{name}: latitude {farthest} is beyond the pole; are longitude and latitude swapped?"
        )));
    }
    Ok(())
}

/// Checks that rows are not all the same, as where the coordinates of cells along one dimension are there again for
/// every step of another.
fn check_rows([x, y]: [&str; 2], dims: &[String], values: [&[f64]; 2], columns: usize) -> Result<()> {
    let repeats = |values: &[f64]| {
        let (first, others) = values.split_at(columns.min(values.len()));
        !others.is_empty() && others.chunks(columns.max(1)).all(|row| row == first)
    };
    if !values.into_iter().all(repeats) {
        return Ok(());
    }
    let dim = &dims[0];
    Err(unrecognised(format!(
        "{x} and {y} are the same at every step of {dim}: expected rows of cells side by side. Where they are there again for \
         every {dim}, take one step: obj.assign_coords({x}=obj.{x}.isel({dim}=0), {y}=obj.{y}.isel({dim}=0))"
    )))
}
