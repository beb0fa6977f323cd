//! Cells along one dimension: with bounds (cell, corner), or the rows of a reduced Gaussian grid; and places, which
//! have none.

use nunatak_cf::AxisRole;

use crate::{Crs, Grid, MeshGrid, Result};

use super::axes::axes_of;
use super::axis_order::in_order;
use super::boxes::are_boxes;
use super::degrees::check_direction;
use super::horizontal::{BuildGrid, GridCandidate, GridFamily, HorizontalGrid, RecognitionWarning};
use super::inventory::{Inventory, VariableEntry};
use super::polygons::{MeshOptions, mesh_of_corners};
use super::rows::{CORNERS, row_corners};
use super::source::{CoordinateSource, entry, unrecognised};
use super::systems::{NamedSystem, find_crs};
use super::units::{ScaledCoordinate, bounds_values, scaled};
use super::wording::sizes;

/// The cells of a dataset whose two coordinates run along one dimension.
pub(super) fn candidates(inventory: &Inventory) -> Vec<GridCandidate> {
    let Some(axes) = axes_of(inventory).filter(|axes| axes.dims[0] == axes.dims[1]) else { return Vec::new() };
    let (x, y) = (axes.x_name, axes.y_name);
    let bounds = [&x, &y].into_iter().filter_map(|name| Some(inventory.get(name)?.bounds()?.to_string()));
    let names: Vec<String> = [x.clone(), y.clone()].into_iter().chain(bounds).collect();
    vec![GridCandidate::new(GridFamily::Cells, &axes.dims[..1], names, Recipe { x, y })]
}

#[derive(Debug)]
struct Recipe {
    x: String,
    y: String,
}

impl BuildGrid for Recipe {
    fn build(
        &self,
        source: &dyn CoordinateSource,
        crs: Option<&Crs>,
        warnings: &mut Vec<RecognitionWarning>,
    ) -> Result<HorizontalGrid> {
        let centres = self.centres(source, crs, warnings)?;
        self.with_cells(source, centres, warnings)
    }

    /// Points without cells are no error here; cells that are wrong are.
    fn build_places(
        &self,
        source: &dyn CoordinateSource,
        crs: Option<&Crs>,
        warnings: &mut Vec<RecognitionWarning>,
    ) -> Result<HorizontalGrid> {
        let inventory = source.inventory();
        let centres = self.centres(source, crs, warnings)?;
        let has_bounds = [&self.x, &self.y].into_iter().all(|name| bounds_of(inventory, name).is_some());
        if has_bounds || self.row_corners(inventory, &centres).is_ok() {
            return self.with_cells(source, centres, warnings);
        }
        let dims = entry(inventory, &self.x)?.dims.clone();
        let [x, y] = [centres.x.values, centres.y.values];
        let places = MeshGrid::new(centres.system.crs, x, y, &[0], &[])?.on_nodes();
        let names = vec![self.y.clone(), self.x.clone()];
        let own = HorizontalGrid::new(dims, Grid::Mesh(places), centres.system.mapping);
        Ok(HorizontalGrid { centres: names, mapping: centres.system.attributes, ..own })
    }
}

/// Centres of cells in the units of their system.
struct Centres {
    system: NamedSystem,
    x: ScaledCoordinate,
    y: ScaledCoordinate,
}

impl Recipe {
    fn centres(
        &self,
        source: &dyn CoordinateSource,
        crs: Option<&Crs>,
        warnings: &mut Vec<RecognitionWarning>,
    ) -> Result<Centres> {
        let Self { x, y } = self;
        let inventory = source.inventory();
        let system = find_crs(source, [x, y], crs, warnings)?;
        if system.crs.is_geographic() {
            check_direction(inventory, x, AxisRole::Longitude)?;
            check_direction(inventory, y, AxisRole::Latitude)?;
        }
        let (own_x, own_y) = (scaled(source, x, &system)?, scaled(source, y, &system)?);
        Ok(Centres { system, x: own_x, y: own_y })
    }

    fn with_cells(
        &self,
        source: &dyn CoordinateSource,
        centres: Centres,
        warnings: &mut Vec<RecognitionWarning>,
    ) -> Result<HorizontalGrid> {
        let Self { x, y } = self;
        let inventory = source.inventory();
        let dims = entry(inventory, x)?.dims.clone();
        let (corner_x, corner_y, corners, shapes) = match (bounds_of(inventory, x), bounds_of(inventory, y)) {
            (Some((x_bounds, x)), Some((y_bounds, y))) => {
                let (corner_x, corners) = corners_of(source, x_bounds, (x, centres.x.factor), &dims, &centres.system)?;
                let (corner_y, _) = corners_of(source, y_bounds, (y, centres.y.factor), &dims, &centres.system)?;
                (corner_x, corner_y, corners, vec![x_bounds.name.clone(), y_bounds.name.clone()])
            }
            _ => {
                let (corner_x, corner_y) = self.row_corners(inventory, &centres)?;
                (corner_x, corner_y, CORNERS, Vec::new())
            }
        };
        let Centres { system, x: own_x, y: own_y } = centres;
        let options = MeshOptions {
            parallels: system.crs.is_geographic() && are_boxes(&corner_x, &corner_y, corners),
            centres: Some((own_x.values, own_y.values)),
            ..MeshOptions::default()
        };
        let what = format!("cells of {x} and {y}");
        let grid = mesh_of_corners(system.crs, (&corner_x, &corner_y), corners, &what, options, warnings)?;
        let centres = vec![y.clone(), x.clone()];
        let own = HorizontalGrid::new(dims, Grid::Mesh(grid), system.mapping);
        Ok(HorizontalGrid { centres, shapes, mapping: system.attributes, ..own })
    }

    /// Corners of the cells of a reduced Gaussian grid.
    fn row_corners(&self, inventory: &Inventory, centres: &Centres) -> Result<(Vec<f64>, Vec<f64>)> {
        if !centres.system.crs.is_geographic() {
            let reason = " and only rows of latitudes have cells that can be inferred";
            return Err(unrecognised(self.no_bounds(inventory, reason)));
        }
        row_corners(&centres.x.values, &centres.y.values, &self.no_bounds(inventory, ""))
    }

    fn no_bounds(&self, inventory: &Inventory, reason: &str) -> String {
        format!(
            "{}: {} and {} are points along one dimension without bounds{reason}; their cells cannot be inferred. Add \
             bounds (cell, corner) and name them in the attribute bounds, or pass source= a grid such as \
             nk.open_mesh(path)",
            inventory.description(),
            self.x,
            self.y,
        )
    }
}

/// The bounds of a coordinate, and the coordinate.
fn bounds_of<'a>(inventory: &'a Inventory, name: &str) -> Option<(&'a VariableEntry, &'a VariableEntry)> {
    let own = inventory.get(name)?;
    Some((inventory.get(own.bounds()?)?, own))
}

/// Values of bounds (cell, corner), and the number of corners.
fn corners_of(
    source: &dyn CoordinateSource,
    bounds: &VariableEntry,
    (own, factor): (&VariableEntry, f64),
    dims: &[String],
    system: &NamedSystem,
) -> Result<(Vec<f64>, usize)> {
    let is_fit = bounds.shape.len() == 2 && bounds.has_dims(dims) && bounds.shape.iter().all(|length| *length >= 3);
    if !is_fit {
        return Err(unrecognised(format!(
            "bounds {}: expected ({}, corners) with three corners or more, found {}",
            bounds.name,
            dims.join(", "),
            sizes(bounds.lengths()),
        )));
    }
    let (values, shape) = in_order(bounds, bounds_values(source, bounds, own, factor, system)?.values, dims);
    Ok((values, shape.get(1).copied().unwrap_or_default()))
}
