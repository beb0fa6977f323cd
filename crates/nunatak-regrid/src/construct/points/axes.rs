//! Bilinear and nearest weights from rows and columns.

use nunatak_grid::{AuthalicSphere, Crs, Grid, RectilinearGrid};
use nunatak_parallel::{map, map_each};

use super::blocks::BLOCK;
use crate::csr::CsrRows;
use crate::error::Result;

/// Entries that a row often has.
const STENCIL: usize = 4;

/// Bilinear weights at the target's centres, in the source's own system. Between the last row of a global grid and
/// the pole, values go linearly to the mean of that row, as ESMF has it by default.
pub(super) fn bilinear(source: &RectilinearGrid, target: &Grid) -> Result<Vec<CsrRows>> {
    at_centres(source, target, |rows, x, y| match source.bilinear_stencil(x, y) {
        Some(stencil) => {
            let mut entries = [0, 1, 2, 3].map(|corner| (stencil.cells[corner] as u32, stencil.weights[corner]));
            entries.sort_unstable_by_key(|&(cell, _)| cell);
            rows.push(entries);
        }
        None => rows.push_sum(&mut in_polar_cap(source, x, y).unwrap_or_default()),
    })
}

/// The source cell that holds each of the target's centres.
pub(super) fn nearest(source: &RectilinearGrid, target: &Grid) -> Result<Vec<CsrRows>> {
    at_centres(source, target, |rows, x, y| rows.push(source.locate(x, y).map(|cell| (cell as u32, 1.0))))
}

/// The index of the outermost row towards the pole of this latitude, when the grid is global and reaches the pole.
pub(super) fn row_at_pole(source: &RectilinearGrid, latitude: f64) -> Option<usize> {
    let (south, north) = source.y().extent();
    let is_there = if latitude < 0.0 { south <= -90.0 + 1e-9 } else { north >= 90.0 - 1e-9 };
    let last = source.y().len() - 1;
    (source.is_periodic() && is_there).then_some(if (latitude < 0.0) == source.y().is_descending() { last } else { 0 })
}

fn in_polar_cap(source: &RectilinearGrid, x: f64, y: f64) -> Option<Vec<(u32, f64)>> {
    let (row, columns) = (row_at_pole(source, y)?, source.x().len());
    let outermost = source.y().centres()[row];
    if y.is_nan() || y.abs() <= outermost.abs() || y.abs() > 90.0 + 1e-9 {
        return None;
    }
    let along = ((90.0 - y.abs()) / (90.0 - outermost.abs())).clamp(0.0, 1.0);
    let stencil = source.bilinear_stencil(x, outermost)?;
    let on_row = stencil.cells.into_iter().zip(stencil.weights).map(|(cell, weight)| (cell as u32, along * weight));
    let share = (1.0 - along) / columns as f64;
    Some(on_row.chain((0..columns).map(|column| ((row * columns + column) as u32, share))).collect())
}

/// Rows of the weights from the target's centres in the system of the source; NaN where its map cannot hold them.
pub(super) fn at_centres(
    source: &RectilinearGrid,
    target: &Grid,
    row: impl Fn(&mut CsrRows, f64, f64) + Sync,
) -> Result<Vec<CsrRows>> {
    let fill = |x: &[f64], y: &[f64]| {
        let mut rows = CsrRows::default();
        rows.reserve(x.len(), STENCIL);
        for (&x, &y) in x.iter().zip(y) {
            row(&mut rows, x, y);
        }
        rows
    };
    if let Grid::Rectilinear(target) = target {
        let line = |index| row_in_source(source.crs(), target, index).map(|(x, y)| fill(&x, &y));
        return map(target.y().len(), line).into_iter().collect();
    }
    let sphere = AuthalicSphere::new(&target.ellipsoid());
    let block = |centres: &[_]| {
        let (longitude, latitude): (Vec<f64>, Vec<f64>) =
            centres.iter().map(|&centre| sphere.longitude_latitude(centre)).unzip();
        let (x, y) = in_source(source.crs(), longitude, latitude)?;
        Ok(fill(&x, &y))
    };
    map_each(target.centres_on_sphere(&sphere)?.chunks(BLOCK).collect(), block).into_iter().collect()
}

fn row_in_source(crs: &Crs, target: &RectilinearGrid, row: usize) -> Result<(Vec<f64>, Vec<f64>)> {
    let x = target.x().centres().to_vec();
    let y = vec![target.y().centres()[row]; x.len()];
    if crs.is_same(target.crs()) {
        return Ok((x, y));
    }
    let (longitude, latitude) = target.crs().inverse(&x, &y)?;
    in_source(crs, longitude, latitude)
}

/// Geodetic positions in the system of the source; NaN where its map cannot hold them.
pub(crate) fn in_source(crs: &Crs, longitude: Vec<f64>, mut latitude: Vec<f64>) -> Result<(Vec<f64>, Vec<f64>)> {
    if crs.is_geographic() {
        return Ok((longitude, latitude));
    }
    if let Crs::PolarStereographic(projection) = crs {
        let opposite = -projection.pole().latitude();
        for latitude in latitude.iter_mut().filter(|latitude| (**latitude - opposite).abs() < 1e-6) {
            *latitude = f64::NAN;
        }
    }
    Ok(crs.forward_or_nan(&longitude, &latitude)?)
}
