//! Coordinates in degrees: longitudes and latitudes, true ones and those of a rotated pole.

use nunatak_cf::{AxisRole, Unit};

use crate::Result;

use super::attributes::AttributeList;
use super::inventory::{Inventory, VariableEntry};
use super::source::{entry, unrecognised};
use super::wording::quoted;

/// Standard names of longitudes and latitudes from a rotated pole.
const ROTATED: [&str; 2] = ["grid_longitude", "grid_latitude"];
/// Names that they usually have, in small letters.
const ROTATED_NAMES: [&str; 6] = ["rlon", "rlat", "rotlon", "rotlat", "grid_longitude", "grid_latitude"];

/// Whether a coordinate is a longitude or a latitude from a rotated pole: by its standard name, or else by its name.
pub(super) fn is_rotated(entry: &VariableEntry) -> bool {
    match entry.attributes.text("standard_name") {
        Some(name) => ROTATED.contains(&name),
        None => ROTATED_NAMES.contains(&entry.name.to_lowercase().as_str()),
    }
}

/// Whether the units of a coordinate, or its name when it has none, are those of a longitude or a latitude.
///
/// Degrees are, of whatever name. Radians are where the coordinate is called a longitude or a latitude: the x and y of a
/// geostationary map are angles too.
pub(super) fn is_geographic(entry: &VariableEntry) -> bool {
    let units = entry.attributes.lower("units");
    let role = || match entry.attributes.get("standard_name") {
        Some(name) => name.as_text().and_then(AxisRole::of_name),
        None => AxisRole::of_name(&entry.name),
    };
    units.starts_with("degree")
        || ((units.is_empty() || Unit::degrees(&units).is_some()) && role().is_some_and(AxisRole::is_geographic))
}

/// That a longitude is not called a latitude, or the other way round; `role` is that of the coordinate.
///
/// # Errors
/// [`crate::GridError::Unrecognised`] when units or standard name say the opposite.
pub(super) fn check_direction(inventory: &Inventory, name: &str, role: AxisRole) -> Result<()> {
    let attributes: &AttributeList = &entry(inventory, name)?.attributes;
    let other = if role == AxisRole::Longitude { AxisRole::Latitude } else { AxisRole::Longitude };
    let units = attributes.lower("units");
    let (own, opposite) = (role.standard_name(), other.standard_name());
    if AxisRole::of_units(&units) != Some(other) && attributes.text("standard_name") != Some(opposite) {
        return Ok(());
    }
    let said = attributes.get("standard_name").map_or("None".into(), |name| quoted(&name.to_string()));
    Err(unrecognised(format!(
        "coordinate {name} is {own}, but units {} and standard name {said} say {opposite}: longitude and \
         latitude look swapped",
        quoted(&units),
    )))
}
