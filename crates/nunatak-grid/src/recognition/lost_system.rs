//! The system of axes that have lost it, found by the longitudes and latitudes of the same cells beside them.

use crate::{Crs, Grid};

use super::axes::HorizontalAxes;
use super::horizontal::HorizontalGrid;
use super::source::CoordinateSource;
use super::systems::NamedSystem;
use super::units::scaled;

/// Maps of which ice sheets have their grids.
const USUAL: [&str; 12] = [
    "EPSG:3031",
    "EPSG:3413",
    "EPSG:3411",
    "EPSG:3412",
    "EPSG:3976",
    "EPSG:3995",
    "EPSG:3996",
    "EPSG:5938",
    "EPSG:6931",
    "EPSG:6932",
    "EPSG:3571",
    "EPSG:3409",
];
/// How far a cell may lie from where its axes put it, as part of the distance between cells: places in files are often
/// rounded to single precision.
const TOLERANCE: f64 = 0.01;
/// Cells that are looked at along an axis.
const LOOKED_AT: usize = 7;

/// The usual map in which the places of cells lie where the axes say; `None` when there is none.
pub(super) fn system_by_places(
    source: &dyn CoordinateSource,
    axes: &HorizontalAxes,
    places: &HorizontalGrid,
) -> Option<Crs> {
    let Grid::Mesh(_) = places.grid else { return None };
    let (longitude, latitude) = places.grid.centres().ok()?;
    let fits = |name: &&str| {
        let system = NamedSystem::unnamed(Crs::parse(name).ok()?);
        let (x, y) =
            (scaled(source, &axes.x_name, &system).ok()?.values, scaled(source, &axes.y_name, &system).ok()?.values);
        let is_transposed = places.dims.first() != axes.dims.first();
        let flat =
            |row: usize, column: usize| if is_transposed { column * y.len() + row } else { row * x.len() + column };
        let chosen: Vec<(usize, usize)> =
            some_of(y.len()).flat_map(|row| some_of(x.len()).map(move |column| (row, column))).collect();
        let at = |values: &[f64]| -> Option<Vec<f64>> {
            chosen.iter().map(|&(row, column)| values.get(flat(row, column)).copied()).collect()
        };
        let (own_x, own_y) = system.crs.forward_or_nan(&at(&longitude)?, &at(&latitude)?).ok()?;
        let step = spacing(&x)?.min(spacing(&y)?);
        // Cells without places tell nothing.
        let told = chosen.iter().zip(own_x.iter().zip(&own_y));
        let mut told = told.filter(|((row, column), _)| !places.grid.is_hole(flat(*row, *column))).peekable();
        told.peek()?;
        let misfit = told.map(|(&(row, column), (own_x, own_y))| (own_x - x[column]).hypot(own_y - y[row]));
        let worst = misfit.fold(0.0, |worst: f64, own| if own.is_nan() { f64::INFINITY } else { worst.max(own) });
        (worst <= TOLERANCE * step).then_some((worst, system.crs))
    };
    USUAL.iter().filter_map(fits).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, system)| system)
}

/// Some of the indices of an axis, its ends among them.
fn some_of(length: usize) -> impl Iterator<Item = usize> {
    let last = length.saturating_sub(1);
    (0..LOOKED_AT.min(length)).map(move |at| at * last / (LOOKED_AT - 1).min(last).max(1))
}

/// Least distance between neighbours.
fn spacing(axis: &[f64]) -> Option<f64> {
    axis.windows(2).map(|pair| (pair[1] - pair[0]).abs()).reduce(f64::min)
}
