//! The variables that describe cells, named and with units as CF wants them.

use std::sync::Arc;

use nunatak_array::{MemoryArray, Values};
use nunatak_format::{Attribute, Attributes};
use nunatak_grid::Grid;
use nunatak_grid::recognition::HorizontalGrid;
use nunatak_tree::Variable;

use crate::Result;

const LONGITUDE: &str = "longitude";
const LATITUDE: &str = "latitude";
/// Standard names of where cells are.
const PLACES: [&str; 4] = [LONGITUDE, LATITUDE, "projection_x_coordinate", "projection_y_coordinate"];
/// Coordinates of MPAS, which are in radians where they do not say it.
const OF_MPAS: [&str; 4] = ["lonCell", "latCell", "lonVertex", "latVertex"];

/// Gives a variable along the cells the standard name that its own name says, units and a description, where it has none.
pub(super) fn describe_centre(name: &str, variable: &mut Variable, horizontal: &HorizontalGrid) {
    if matches!(horizontal.grid, Grid::Healpix(_)) {
        return;
    }
    let attributes = &mut variable.attributes;
    let is_geographic = horizontal.grid.crs().is_geographic();
    if !is_described(attributes)
        && let Some(found) = standard_name(name, is_geographic)
    {
        attributes.set("standard_name", text(found));
    }
    describe(name, attributes);
    let place = attributes.text("standard_name").and_then(|own| PLACES.into_iter().find(|place| *place == own));
    let units = match place {
        Some(LONGITUDE | LATITUDE) if OF_MPAS.contains(&name) => "radian",
        Some(LONGITUDE) => "degrees_east",
        Some(LATITUDE) => "degrees_north",
        // Only maps in metres leave the attributes of their grid mapping to the system.
        Some(_) if horizontal.mapping.iter().next().is_none() => "m",
        _ => return,
    };
    if attributes.get("units").is_none() {
        attributes.set("units", text(units));
    }
}

/// Gives a variable a description, where it has none.
pub(super) fn describe(name: &str, attributes: &mut Attributes) {
    if !is_described(attributes) && attributes.get("cf_role").is_none() {
        attributes.set("long_name", text(&format!("{name} of the cells")));
    }
}

/// Longitudes and latitudes of the values of a mesh that has none: its grid mapping asks for them.
///
/// # Errors
/// Those of the grid.
pub(super) fn places_of_cells<'a>(
    horizontal: &HorizontalGrid,
    mut described: impl Iterator<Item = &'a Variable>,
) -> Result<Vec<(String, Variable)>> {
    let is_place = |own: &Variable| own.attributes.text("standard_name").is_some_and(|name| PLACES.contains(&name));
    let is_mesh = matches!(horizontal.grid, Grid::Mesh(_)) && horizontal.grid.crs().is_geographic();
    if !is_mesh || described.any(is_place) {
        return Ok(Vec::new());
    }
    let (longitude, latitude) = horizontal.grid.centres()?;
    let place = |name: &str, values, standard_name, units| -> Result<(String, Variable)> {
        let array = Arc::new(MemoryArray::new(horizontal.grid.shape(), Values::F64(values))?);
        let mut attributes = Attributes::new();
        attributes.set("standard_name", text(standard_name));
        attributes.set("units", text(units));
        Ok((name.to_string(), Variable::new(horizontal.dims.clone(), array, attributes)?))
    };
    Ok(vec![place("lat", latitude, LATITUDE, "degrees_north")?, place("lon", longitude, LONGITUDE, "degrees_east")?])
}

fn is_described(attributes: &Attributes) -> bool {
    attributes.get("standard_name").is_some() || attributes.get("long_name").is_some()
}

/// The standard name that the name of a coordinate says.
fn standard_name(name: &str, is_geographic: bool) -> Option<&'static str> {
    let name = name.to_lowercase();
    let is_of = |letter: char| name.starts_with(letter) || name.ends_with(letter);
    let found = match is_geographic {
        true => [name.contains("lon"), name.contains("lat")],
        false => [is_of('x'), is_of('y')],
    };
    let names = if is_geographic { &PLACES[..2] } else { &PLACES[2..] };
    match found {
        [true, false] => Some(names[0]),
        [false, true] => Some(names[1]),
        _ => None,
    }
}

fn text(value: &str) -> Attribute {
    Attribute::Text(value.into())
}
