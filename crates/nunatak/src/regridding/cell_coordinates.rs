//! The variables that describe cells, with what CF wants of them.

use std::sync::Arc;

use nunatak_array::{MemoryArray, Values};
use nunatak_format::{Attribute, Attributes};
use nunatak_grid::Grid;
use nunatak_grid::recognition::{AttributeList, HorizontalGrid, centre_attributes, is_place, shape_attributes};
use nunatak_tree::Variable;

use crate::Result;
use crate::recognition::{attribute_list, attributes_of};

/// Gives a variable along the cells the attributes that it lacks.
pub(super) fn describe_centre(name: &str, variable: &mut Variable, horizontal: &HorizontalGrid) {
    // Only maps in metres leave the attributes of their grid mapping to the system.
    let is_in_metres = horizontal.mapping.iter().next().is_none();
    let own = attribute_list(&variable.attributes);
    add(&mut variable.attributes, &centre_attributes(name, &own, &horizontal.grid, is_in_metres));
}

/// Gives a variable with other dimensions than the cells' the attributes that it lacks.
pub(super) fn describe_shape(name: &str, variable: &mut Variable) {
    let own = attribute_list(&variable.attributes);
    add(&mut variable.attributes, &shape_attributes(name, &own));
}

fn add(attributes: &mut Attributes, lacking: &AttributeList) {
    for (name, value) in attributes_of(lacking).iter() {
        attributes.set(name, value.clone());
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
    let is_mesh = matches!(horizontal.grid, Grid::Mesh(_)) && horizontal.grid.crs().is_geographic();
    if !is_mesh || described.any(|own| is_place(&attribute_list(&own.attributes))) {
        return Ok(Vec::new());
    }
    let (longitude, latitude) = horizontal.grid.centres()?;
    let place = |name: &str, values, standard_name: &str, units: &str| -> Result<(String, Variable)> {
        let array = Arc::new(MemoryArray::new(horizontal.grid.shape(), Values::F64(values))?);
        let mut attributes = Attributes::new();
        attributes.set("standard_name", Attribute::Text(standard_name.into()));
        attributes.set("units", Attribute::Text(units.into()));
        Ok((name.to_string(), Variable::new(horizontal.dims.clone(), array, attributes)?))
    };
    Ok(vec![
        place("lat", latitude, "latitude", "degrees_north")?,
        place("lon", longitude, "longitude", "degrees_east")?,
    ])
}
