//! Cells along an axis from the bounds of its coordinate.

use crate::{Axis, GridError, Result};

use super::axis_order::in_order;
use super::inventory::{Inventory, VariableEntry};
use super::longitudes::around;
use super::single_precision::{ROUNDING, evenly_spaced, with_whole_turn};
use super::source::{CoordinateSource, entry, unrecognised};
use super::systems::NamedSystem;
use super::units::{ScaledCoordinate, bounds_values};
use super::wording::{lengths, quoted};

/// Part of a cell that may lie between its edge and that of its neighbour.
const APART: f64 = 1e-6;

/// The axis of a coordinate: its values, and the edges that its bounds give or that lie midway. Values and edges in single
/// precision are those of the evenly spaced axis they stand for, if there is one.
///
/// # Errors
/// [`crate::GridError::Unrecognised`] when the values are no axis, or the bounds not those of its cells.
pub(super) fn axis_of(
    source: &dyn CoordinateSource,
    name: &str,
    coordinate: ScaledCoordinate,
    system: &NamedSystem,
    is_longitude: bool,
) -> Result<Axis> {
    let named = |error: GridError| unrecognised(format!("coordinate {name}: {error}"));
    coordinate.values.iter().try_for_each(|&value| system.crs.check_coordinate(value)).map_err(named)?;
    let edges = edges(source, name, &coordinate, system, is_longitude)?;
    let ScaledCoordinate { values, is_single, .. } = coordinate;
    let centres = if is_single { evenly_spaced(&values).unwrap_or(values) } else { values };
    let axis = match edges {
        Some(edges) => Axis::with_bounds(within(centres, &edges), edges),
        None if is_single && is_longitude => Axis::from_centres(centres).and_then(|axis| {
            let edges = with_whole_turn(axis.bounds().to_vec());
            Axis::with_bounds(axis.centres().to_vec(), edges)
        }),
        None => Axis::from_centres(centres),
    };
    axis.map_err(named)
}

/// The bounds of a coordinate, if they are there.
pub(super) fn bounds_of<'a>(inventory: &'a Inventory, coordinate: &VariableEntry) -> Option<&'a VariableEntry> {
    inventory.get(coordinate.attributes.text("bounds")?)
}

/// Centres that lie outside their cells by round-off on the edge.
fn within(mut centres: Vec<f64>, edges: &[f64]) -> Vec<f64> {
    for (centre, edges) in centres.iter_mut().zip(edges.windows(2)) {
        let (low, high) = (edges[0].min(edges[1]), edges[0].max(edges[1]));
        let nearest = centre.clamp(low, high.max(low));
        if (*centre - nearest).abs() <= APART * (high - low) {
            *centre = nearest;
        }
    }
    centres
}

/// The edges that a coordinate's bounds variable gives, if it is there.
fn edges(
    source: &dyn CoordinateSource,
    name: &str,
    coordinate: &ScaledCoordinate,
    system: &NamedSystem,
    is_longitude: bool,
) -> Result<Option<Vec<f64>>> {
    let inventory = source.inventory();
    let own = entry(inventory, name)?;
    let Some(bounds) = bounds_of(inventory, own) else { return Ok(None) };
    let found = bounds_values(source, bounds, own, coordinate.factor, system)?;
    let (values, shape) = in_order(bounds, found.values.clone(), &own.dims);
    let expected = [coordinate.values.len(), 2];
    let name = &bounds.name;
    if shape != expected {
        let (expected, found) = (lengths(&expected), lengths(&bounds.shape));
        return Err(unrecognised(format!("bounds {name}: expected shape {expected}, found {found}")));
    }
    let descends = matches!(coordinate.values[..], [first, second, ..] if second < first);
    let pairs = values.chunks_exact(2).zip(&coordinate.values).map(|(pair, &centre)| {
        let pair = [pair[0], pair[1]];
        let pair = if is_longitude { around(centre, pair).unwrap_or(pair) } else { pair };
        if (pair[0] > pair[1] || pair[0].is_nan()) != descends { [pair[1], pair[0]] } else { pair }
    });
    let edges = shared_edges(name, &pairs.collect::<Vec<_>>(), &found);
    // Units of their own that make no cells are a mistake of the file.
    if found.factor != coordinate.factor && !edges.as_ref().is_ok_and(|edges| hold(edges, &coordinate.values)) {
        let units = |entry: &VariableEntry| quoted(&entry.attributes.lower("units"));
        let (found, expected) = (units(bounds), units(own));
        return Err(unrecognised(format!(
            "bounds {name}: units {found}, expected those of {}, {expected}: in units of their own they are no cells about it",
            own.name,
        )));
    }
    Ok(Some(match (edges?, found.is_single, is_longitude) {
        (edges, false, _) => edges,
        (edges, true, true) => with_whole_turn(evenly_spaced(&edges).unwrap_or(edges)),
        (edges, true, false) => evenly_spaced(&edges).unwrap_or(edges),
    }))
}

/// The edges of cells, each with its neighbour's.
fn shared_edges(name: &str, pairs: &[[f64; 2]], found: &ScaledCoordinate) -> Result<Vec<f64>> {
    let largest = found.values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let rounding = if found.is_single { 4.0 * ROUNDING * largest } else { 0.0 };
    for (at, two) in pairs.windows(2).enumerate() {
        if (two[1][0] - two[0][1]).abs() > (APART * (two[1][1] - two[1][0]).abs()).max(rounding) {
            return Err(unrecognised(format!(
                "bounds {name}: cells {at} and {} do not share an edge: {:?} and {:?}",
                at + 1,
                two[0],
                two[1],
            )));
        }
    }
    Ok(pairs.iter().map(|pair| pair[0]).chain(pairs.last().map(|pair| pair[1])).collect())
}

/// Whether every centre lies in its cell, to a part of it.
fn hold(edges: &[f64], centres: &[f64]) -> bool {
    let mut cells = edges.windows(2).zip(centres);
    cells.all(|(edges, centre)| {
        let (low, high) = (edges[0].min(edges[1]), edges[0].max(edges[1]));
        let slack = APART * (high - low);
        (low - slack..=high + slack).contains(centre)
    })
}
