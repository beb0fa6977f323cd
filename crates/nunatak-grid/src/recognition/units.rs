//! Coordinates in the units of a coordinate reference system: metres, or degrees.

use nunatak_cf::Unit;

use crate::{MapUnit, Result};

use super::inventory::VariableEntry;
use super::single_precision::{is_single, with_quarter_turns};
use super::source::{CoordinateSource, entry, floats, unrecognised};
use super::systems::NamedSystem;
use super::wording::{general, quoted};

/// Coordinates without units that all stay below this are as likely kilometres as metres.
const LONGEST_WITHOUT_UNITS: f64 = 20_000.0;
/// Part of a unit by which another may differ and count as the same.
const SAME_UNIT: f64 = 1e-5;

/// One coordinate in the units of a system, and what its values were multiplied by.
pub(super) struct ScaledCoordinate {
    pub(super) values: Vec<f64>,
    pub(super) factor: f64,
    /// Whether the values as they were are numbers of single precision.
    pub(super) is_single: bool,
}

impl ScaledCoordinate {
    /// Values times a factor. Quarter turns, the poles and the seam among them, are no numbers of single precision in
    /// radians: values that are such to its rounding become these.
    fn new(mut values: Vec<f64>, factor: f64, system: &NamedSystem) -> Self {
        let is_single = is_single(&values);
        if factor != 1.0 {
            values.iter_mut().for_each(|value| *value *= factor);
        }
        if is_single && factor.abs() != 1.0 && system.crs.is_geographic() {
            values.iter_mut().for_each(|value| *value = with_quarter_turns(*value));
        }
        Self { values, factor, is_single }
    }
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
    let values = floats(source, name)?;
    let factor = factor(name, units.unwrap_or_default(), system, &values)?;
    Ok(ScaledCoordinate::new(values, factor, system))
}

/// As [`scaled`], in the units that its own attributes say, or else in these.
pub(super) fn scaled_or(
    source: &dyn CoordinateSource,
    name: &str,
    units: &str,
    system: &NamedSystem,
) -> Result<ScaledCoordinate> {
    let own = entry(source.inventory(), name)?.attributes.get("units").map(ToString::to_string);
    scaled_as(source, name, Some(own.as_deref().filter(|own| !own.trim().is_empty()).unwrap_or(units)), system)
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
        Some(unit) if (factor / unit.metres() - 1.0).abs() < SAME_UNIT => Ok(Some(unit.metres())),
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

/// Bounds as float64 in the units of a system, in which their coordinate came by `factor`: in units of their own, or else
/// in those of the coordinate.
///
/// # Errors
/// [`crate::GridError::Unrecognised`] when they claim units of another kind, or units that their coordinate leaves open.
pub(super) fn bounds_values(
    source: &dyn CoordinateSource,
    bounds: &VariableEntry,
    coordinate: &VariableEntry,
    factor: f64,
    system: &NamedSystem,
) -> Result<ScaledCoordinate> {
    let units = |entry: &VariableEntry| entry.attributes.get("units").map(ToString::to_string);
    let (own, others) = (units(bounds).unwrap_or_default(), units(coordinate).unwrap_or_default());
    let factor = factor * bounds_factor(&bounds.name, &own, (&coordinate.name, &others, factor))?;
    Ok(ScaledCoordinate::new(floats(source, &bounds.name)?, factor, system))
}

/// The unit of bounds in that of their coordinate, of which name, units and factor are known.
fn bounds_factor(bounds: &str, own: &str, (name, units, factor): (&str, &str, f64)) -> Result<f64> {
    let size = |text: &str| Unit::parse(text).map(|unit| (unit.quantity(), unit.size()));
    match (size(own), size(units)) {
        _ if own.trim().is_empty() => Ok(1.0),
        (Some((own_quantity, own)), Some((quantity, size))) if own_quantity == quantity => Ok(own / size),
        (Some((_, size)), None) if units.trim().is_empty() && (size / factor - 1.0).abs() > SAME_UNIT => {
            let own = quoted(own);
            Err(unrecognised(format!("bounds {bounds}: units {own}, but {name} has none; set the units of {name}")))
        }
        _ if units.trim().is_empty() || own.trim().eq_ignore_ascii_case(units.trim()) => Ok(1.0),
        _ => {
            let (own, units) = (quoted(own), quoted(units));
            Err(unrecognised(format!("bounds {bounds}: units {own}, expected those of {name}, {units}")))
        }
    }
}
