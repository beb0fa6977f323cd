//! Patch weights from rows and columns: smooth interpolation along both axes.
//!
//! Along an axis, the value between two centres blends, linearly, the two polynomials through five values that have
//! one of the centres in their middle: exact for polynomials of degree four, with a derivative that does not jump,
//! from six values (after Renka and Cline 1984, who blend so on triangles). At the boundary polynomials have fewer values
//! and a lower degree. On global grids rows go on beyond the poles, half a turn away.

use nunatak_grid::{Axis, Grid, RectilinearGrid};

use super::axes;
use crate::csr::CsrRows;
use crate::error::Result;

/// Values on each side of the middle of a polynomial.
const HALF: isize = 2;

/// Weights of the values of an index range of an axis, which may go on beyond its ends.
struct Along {
    first: isize,
    weights: Vec<f64>,
}

/// Smooth weights at the target's centres; bilinear's reach.
pub(super) fn rows(source: &RectilinearGrid, target: &Grid) -> Result<Vec<CsrRows>> {
    axes::at_centres(source, target, |rows, x, y| rows.push_sum(&mut entries(source, x, y).unwrap_or_default()))
}

/// The values about a place of the grid's own system and their weights; nothing beyond the reach of bilinear.
pub(crate) fn entries(source: &RectilinearGrid, x: f64, y: f64) -> Option<Vec<(u32, f64)>> {
    let columns = source.x().len();
    let is_beyond = axes::row_at_pole(source, y)
        .filter(|_| source.y().len() > 1)
        .filter(|&row| y.abs() > source.y().centres()[row].abs() && y.abs() <= 90.0 + 1e-9);
    let from = is_beyond.map_or(y, |row| source.y().centres()[row]);
    let stencil = source.bilinear_stencil(x, from)?;
    let (south, west) = (stencil.cells[0] / columns, stencil.cells[0] % columns);
    let right = stencil.weights[1] + stencil.weights[3];
    let rows = match is_beyond {
        Some(row) => along_rows(source, if row == 0 { -1 } else { row as isize }, y),
        None => along_rows(source, south as isize, y),
    };
    let own = along_columns(source, west, right);
    let mut opposite = None;
    let mut entries = Vec::with_capacity(36);
    for (at, &weight) in rows.weights.iter().enumerate() {
        let (row, is_opposite) = real_row(source.y(), rows.first + at as isize);
        let along = if is_opposite {
            if opposite.is_none() {
                let turned = source.bilinear_stencil(x + 180.0, from)?;
                let right = turned.weights[1] + turned.weights[3];
                opposite = Some(along_columns(source, turned.cells[0] % columns, right));
            }
            opposite.as_ref()?
        } else {
            &own
        };
        for (at, &own) in along.weights.iter().enumerate() {
            let column = (along.first + at as isize).rem_euclid(columns as isize) as usize;
            entries.push(((row * columns + column) as u32, weight * own));
        }
    }
    Some(entries)
}

/// A row of the grid for one that may be beyond a pole, and whether it is.
fn real_row(axis: &Axis, row: isize) -> (usize, bool) {
    let count = axis.len() as isize;
    let at_pole = |row: usize| isize::from(axis.centres()[row].abs() >= 90.0 - 1e-9);
    if row < 0 {
        ((-1 - row + at_pole(0)) as usize, true)
    } else if row >= count {
        ((2 * count - 1 - row - at_pole(axis.len() - 1)) as usize, true)
    } else {
        (row as usize, false)
    }
}

/// Weights of the rows about a latitude or a y between a row and the next; row -1 is beyond the first.
fn along_rows(source: &RectilinearGrid, row: isize, y: f64) -> Along {
    let (axis, count) = (source.y(), source.y().len() as isize);
    let pole = |row: usize| 90.0_f64.copysign(axis.centres()[row]);
    let is_open = |row: usize| {
        let is_outermost = axes::row_at_pole(source, axis.centres()[row]) == Some(row);
        // Rows beyond a pole are as many as there are, less those on it.
        isize::from(is_outermost) * (HALF + 1).min(count - 1)
    };
    let (first, end) = (-is_open(0), count + is_open(axis.len() - 1));
    let position = |row: isize| match real_row(axis, row) {
        (real, false) => axis.centres()[real],
        (real, true) => 2.0 * pole(if row < 0 { 0 } else { axis.len() - 1 }) - axis.centres()[real],
    };
    blended(first.max(row - HALF)..end.min(row + HALF + 2), row, position, |_, _| y)
}

/// Weights of the columns about a place this far from a column to the next.
fn along_columns(source: &RectilinearGrid, column: usize, right: f64) -> Along {
    let (axis, count, column) = (source.x(), source.x().len() as isize, column as isize);
    let turn = if axis.is_descending() { -360.0 } else { 360.0 };
    let position = |at: isize| axis.centres()[at.rem_euclid(count) as usize] + turn * at.div_euclid(count) as f64;
    let range = if source.is_periodic() && count > 2 * HALF + 2 {
        column - HALF..column + HALF + 2
    } else if source.is_periodic() {
        column..column + 2
    } else {
        (column - HALF).max(0)..(column + HALF + 2).min(count)
    };
    blended(range, column, position, |here, next| here + right * (next - here))
}

/// Weights of the values in a range of places that holds `at`, for the place `x` between it and the next.
fn blended(
    range: std::ops::Range<isize>,
    at: isize,
    position: impl Fn(isize) -> f64,
    x: impl Fn(f64, f64) -> f64,
) -> Along {
    let first = range.start;
    let positions: Vec<f64> = range.map(position).collect();
    let at = (at - first) as usize;
    let mut weights = vec![0.0; positions.len()];
    let Some((&here, &next)) = positions.get(at).zip(positions.get(at + 1)) else {
        // The last of the axis, or the only one.
        weights[at] = 1.0;
        return Along { first, weights };
    };
    let x = x(here, next);
    let along = (x - here) / (next - here);
    for (middle, share) in [(at, 1.0 - along), (at + 1, along)] {
        let window = middle.saturating_sub(HALF as usize)..(middle + HALF as usize + 1).min(positions.len());
        for own in window.clone() {
            let others = window.clone().filter(|&other| other != own);
            let value: f64 = others.map(|other| (x - positions[other]) / (positions[own] - positions[other])).product();
            weights[own] += share * value;
        }
    }
    Along { first, weights }
}
