//! Coordinates in the units of a coordinate reference system: metres, or degrees.

use nunatak_cf::{AxisRole, Unit};

use crate::{Crs, Result};

use super::attributes::AttributeList;
use super::inventory::{Inventory, VariableEntry};
use super::source::{CoordinateSource, entry, floats, unrecognised};
use super::wording::{general, quoted};

/// Coordinates without units that all stay below this are as likely kilometres as metres.
const LONGEST_WITHOUT_UNITS: f64 = 20_000.0;

/// One coordinate in the units of a system, and what its values were multiplied by.
pub(super) struct ScaledCoordinate {
    pub(super) values: Vec<f64>,
    pub(super) factor: f64,
}

/// A coordinate as float64 in the units of a system.
///
/// # Errors
/// [`crate::GridError::Unrecognised`] for anything but numbers, and units of another kind.
pub(super) fn scaled(source: &dyn CoordinateSource, name: &str, crs: &Crs) -> Result<ScaledCoordinate> {
    let entry = entry(source.inventory(), name)?;
    scaled_as(source, name, entry.attributes.get("units").map(ToString::to_string).as_deref(), crs)
}

/// As [`scaled`], in units that its own attributes need not say.
pub(super) fn scaled_as(
    source: &dyn CoordinateSource,
    name: &str,
    units: Option<&str>,
    crs: &Crs,
) -> Result<ScaledCoordinate> {
    let mut values = floats(source, name)?;
    let factor = factor(name, units.unwrap_or_default(), crs, &values)?;
    if factor != 1.0 {
        values.iter_mut().for_each(|value| *value *= factor);
    }
    Ok(ScaledCoordinate { values, factor })
}

/// What the values of a coordinate are multiplied by to be metres or degrees.
fn factor(name: &str, units: &str, crs: &Crs, values: &[f64]) -> Result<f64> {
    let units = units.trim().to_lowercase();
    let expected = |what| format!("coordinate {name}: units {}, expected {what} for {}", quoted(&units), crs.name());
    if crs.is_geographic() {
        let factor = if units.is_empty() { Some(1.0) } else { Unit::degrees(&units) };
        return factor.ok_or_else(|| unrecognised(expected("degrees")));
    }
    if let Some(factor) = Unit::metres(&units) {
        return Ok(factor);
    }
    if !units.is_empty() {
        return Err(unrecognised(expected("m or km")));
    }
    let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    if largest < LONGEST_WITHOUT_UNITS {
        let largest = general(largest);
        let problem = format!("coordinate {name}: no units, and {largest} may be m or km; set its attribute units");
        return Err(unrecognised(problem));
    }
    Ok(1.0)
}

/// Bounds as float64 in the units of a system, in which their coordinate came by `factor`.
///
/// # Errors
/// [`crate::GridError::Unrecognised`] when they claim units of their own that are others.
pub(super) fn bounds_values(
    source: &dyn CoordinateSource,
    bounds: &VariableEntry,
    coordinate: &VariableEntry,
    factor: f64,
) -> Result<Vec<f64>> {
    if let (Some(own), Some(units)) = (bounds.attributes.get("units"), coordinate.attributes.get("units")) {
        let (own, units) = (own.to_string(), units.to_string());
        let kind = |text: &str| {
            let singular = text.to_lowercase();
            singular.trim_end_matches('s').split('_').next().unwrap_or_default().to_string()
        };
        if kind(&own) != kind(&units) {
            let (own, units) = (quoted(&own), quoted(&units));
            let (bounds, name) = (&bounds.name, &coordinate.name);
            return Err(unrecognised(format!("bounds {bounds}: units {own}, expected those of {name}, {units}")));
        }
    }
    let mut values = floats(source, &bounds.name)?;
    values.iter_mut().for_each(|value| *value *= factor);
    Ok(values)
}

/// Whether the units of a coordinate, or its name when it has none, are degrees.
pub(super) fn is_in_degrees(entry: &VariableEntry) -> bool {
    let units = entry.attributes.lower("units");
    if !units.is_empty() {
        return units.starts_with("degree");
    }
    let role = match entry.attributes.get("standard_name") {
        Some(name) => name.as_text().and_then(AxisRole::of_name),
        None => AxisRole::of_name(&entry.name),
    };
    role.is_some_and(AxisRole::is_geographic)
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
