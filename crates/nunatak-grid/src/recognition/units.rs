//! Coordinates in the units of a coordinate reference system: metres, or degrees.

use nunatak_cf::Unit;

use crate::{MapUnit, Result};

use super::inventory::VariableEntry;
use super::source::{CoordinateSource, entry, floats, unrecognised};
use super::systems::NamedSystem;
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
pub(super) fn scaled(source: &dyn CoordinateSource, name: &str, system: &NamedSystem) -> Result<ScaledCoordinate> {
    let entry = entry(source.inventory(), name)?;
    scaled_as(source, name, entry.attributes.get("units").map(ToString::to_string).as_deref(), system)
}

/// As [`scaled`], in units that its own attributes need not say.
pub(super) fn scaled_as(
    source: &dyn CoordinateSource,
    name: &str,
    units: Option<&str>,
    system: &NamedSystem,
) -> Result<ScaledCoordinate> {
    let mut values = floats(source, name)?;
    let factor = factor(name, units.unwrap_or_default(), system, &values)?;
    if factor != 1.0 {
        values.iter_mut().for_each(|value| *value *= factor);
    }
    Ok(ScaledCoordinate { values, factor })
}

/// What the values of a coordinate are multiplied by to be metres or degrees.
fn factor(name: &str, units: &str, system: &NamedSystem, values: &[f64]) -> Result<f64> {
    let units = units.trim().to_lowercase();
    let crs = &system.crs;
    let expected = |what| format!("coordinate {name}: units {}, expected {what} for {}", quoted(&units), crs.name());
    if crs.is_geographic() {
        let factor = if units.is_empty() { Some(1.0) } else { Unit::degrees(&units) };
        return factor.ok_or_else(|| unrecognised(expected("degrees")));
    }
    if !units.is_empty() {
        return length_factor(name, &units, system)?.ok_or_else(|| unrecognised(expected("m or km")));
    }
    if let Some(unit) = &system.unit {
        return Ok(unit.metres());
    }
    let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    if largest < LONGEST_WITHOUT_UNITS {
        let largest = general(largest);
        let problem = format!("coordinate {name}: no units, and {largest} may be m or km; set its attribute units");
        return Err(unrecognised(problem));
    }
    Ok(1.0)
}

/// Metres in the units of a coordinate, when they are a length: one that is known, or that of the map by its name.
fn length_factor(name: &str, units: &str, system: &NamedSystem) -> Result<Option<f64>> {
    let of_map = system.unit.as_ref();
    let named = of_map.filter(|unit| unit.is_called(units)).map(MapUnit::metres);
    let Some(factor) = named.or_else(|| Unit::metres(units)) else { return Ok(None) };
    let mapping = system.mapping.as_deref().unwrap_or_default();
    match of_map {
        // Feet of surveys and other feet differ by two millionths, and are taken for one another.
        Some(unit) if (factor / unit.metres() - 1.0).abs() < 1e-5 => Ok(Some(unit.metres())),
        Some(unit) if !unit.is_metric() => Err(unrecognised(format!(
            "coordinate {name}: units {}, but the grid mapping {mapping} is a map in {}; set the units of {name} to \
             those of its values, and drop the text of the mapping that is wrong",
            quoted(units),
            unit.name(),
        ))),
        _ if system.has_vague_origin && factor != 1.0 => Err(unrecognised(format!(
            "coordinate {name}: units {}, and false_easting or false_northing of the grid mapping {mapping} may be in \
             them or in m; add crs_wkt to it, or pass crs= and coordinates in m",
            quoted(units),
        ))),
        _ => Ok(Some(factor)),
    }
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
