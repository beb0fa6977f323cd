//! Grid files of SCRIP: corners of every cell, in degrees or radians.

use crate::{Crs, Grid, Result};

use super::grid_dims::{GRID_DIMS, rows_of_variable};
use super::horizontal::{BuildGrid, GridCandidate, GridFamily, HorizontalGrid, RecognitionWarning};
use super::inventory::Inventory;
use super::masks::CellMask;
use super::polygons::{MeshOptions, mesh_of_corners};
use super::source::{CoordinateSource, entry, unrecognised};
use super::systems::find_geographic;
use super::units::{scaled, scaled_or};

const CENTRES: [&str; 2] = ["grid_center_lon", "grid_center_lat"];
const CORNERS: [&str; 2] = ["grid_corner_lon", "grid_corner_lat"];
const MASK: &str = "grid_imask";
const OTHERS: [&str; 3] = [GRID_DIMS, MASK, "grid_area"];

/// The cells of a SCRIP grid.
///
/// # Errors
/// None.
pub(super) fn candidates(inventory: &Inventory) -> Result<Vec<GridCandidate>> {
    let Some(dim) = inventory.get(CORNERS[0]).and_then(|corners| corners.dims.first()) else { return Ok(Vec::new()) };
    if !inventory.has_all(&CORNERS) {
        return Ok(Vec::new());
    }
    let names = CENTRES.into_iter().chain(CORNERS).chain(OTHERS).filter(|name| inventory.get(name).is_some());
    let recipe = Recipe { dim: dim.clone() };
    Ok(vec![GridCandidate::new(GridFamily::Scrip, std::slice::from_ref(dim), names, recipe)])
}

#[derive(Debug)]
struct Recipe {
    dim: String,
}

impl BuildGrid for Recipe {
    fn build(
        &self,
        source: &dyn CoordinateSource,
        crs: Option<&Crs>,
        warnings: &mut Vec<RecognitionWarning>,
    ) -> Result<HorizontalGrid> {
        let inventory = source.inventory();
        let system = find_geographic(source, CORNERS, crs)?;
        let corners = |at: usize| {
            // As bounds do, corners without units have those of the centres.
            let units = inventory.get(CENTRES[at]).map(|centres| centres.attributes.lower("units"));
            Result::Ok(scaled_or(source, CORNERS[at], &units.unwrap_or_default(), &system)?.values)
        };
        let (x, y) = (corners(0)?, corners(1)?);
        let centres = match inventory.has_all(&CENTRES) {
            true => Some((scaled(source, CENTRES[0], &system)?.values, scaled(source, CENTRES[1], &system)?.values)),
            false => None,
        };
        let shape = &entry(inventory, CORNERS[0])?.shape;
        let [_, corners] = shape[..] else {
            let (name, found) = (CORNERS[0], shape.len());
            return Err(unrecognised(format!("SCRIP grid: expected {name} in two dimensions, found {found}")));
        };
        let options = MeshOptions { centres, mask: CellMask::read(source, MASK)?, ..MeshOptions::default() };
        let grid = Grid::Mesh(mesh_of_corners(system.crs, (&x, &y), corners, "SCRIP grid", options, warnings)?);
        let carried = [CENTRES[1], CENTRES[0], CORNERS[1], CORNERS[0]];
        let rows = rows_of_variable(source, GRID_DIMS)?;
        Ok(HorizontalGrid::of_cells(&self.dim, grid, system.mapping, &carried, inventory).in_rows(rows))
    }
}
