//! The map projection of the ISMIP6 grids, where files do not name it.

use std::sync::Arc;

use nunatak_array::{MemoryArray, Values};
use nunatak_format::{Attribute, Attributes, Storage, Variable};
use nunatak_ismip::IceSheet;

use crate::draft::{Draft, DraftVariable, HorizontalDimensions, Role};
use crate::error::Result;
use crate::rules::Applied;

/// Fields whose x and y span the ISMIP6 domain of the file's ice sheet get its projection as grid mapping; a grid
/// mapping that the file has but no field names is named.
///
/// # Errors
/// When x or y cannot be read.
pub(crate) fn add_grid_mapping(
    draft: &mut Draft,
    horizontal: &HorizontalDimensions,
    applied: Applied<'_>,
) -> Result<()> {
    let own = draft.variables.iter().find(|variable| variable.raw.attributes.get("grid_mapping_name").is_some());
    let (name, after) = match own.map(|variable| variable.raw.name.clone()) {
        Some(name) => (name.clone(), format!("the file's own grid mapping `{name}`")),
        None => match horizontal.spanned_ice_sheet(draft)? {
            Some(ice_sheet) if draft.variables.iter().all(|variable| variable.raw.name != "crs") => {
                ("crs".to_string(), format!("grid mapping `crs`, EPSG:{}", ice_sheet.epsg()))
            }
            _ => return Ok(()),
        },
    };
    let repair = applied.repair("no grid mapping", after);
    let mut named = false;
    for variable in draft.variables.iter_mut().filter(|variable| horizontal.lacks_mapping(variable)) {
        variable.raw.attributes.set("grid_mapping", Attribute::Text(name.clone()));
        variable.repairs.push(repair.clone());
        named = true;
    }
    let present = draft.variables.iter().any(|variable| variable.raw.name == name);
    if let Some(ice_sheet) = horizontal.spanned_ice_sheet(draft)?.filter(|_| named && !present) {
        draft.variables.push(DraftVariable::new(projection_variable(ice_sheet, &name)?, Role::Coordinate));
    }
    Ok(())
}

/// A grid mapping variable with the projection of an ice sheet, on the WGS84 ellipsoid.
fn projection_variable(ice_sheet: IceSheet, name: &str) -> Result<Variable> {
    let projection = ice_sheet.projection();
    let mut attributes = Attributes::new();
    attributes.set("grid_mapping_name", Attribute::Text("polar_stereographic".into()));
    for (name, value) in [
        ("latitude_of_projection_origin", projection.pole),
        ("standard_parallel", projection.standard_parallel),
        ("straight_vertical_longitude_from_pole", projection.central_longitude),
        ("false_easting", 0.0),
        ("false_northing", 0.0),
        ("semi_major_axis", 6_378_137.0),
        ("inverse_flattening", 298.257_223_563),
    ] {
        attributes.set(name, Attribute::number(value));
    }
    let (array, storage) = (Arc::new(MemoryArray::new(Vec::new(), Values::I32(vec![0]))?), Storage::default());
    Ok(Variable { name: name.into(), dimensions: Vec::new(), attributes, array, storage })
}
