//! A model surface at points, in space and time.

use std::{collections::BTreeMap, ops::ControlFlow};

use nunatak_array::{Progress, Region, SharedArray, Step};
use nunatak_grid::{Grid, RectilinearGrid, Stencil};
use rayon::prelude::*;

use crate::{Result, ScoreError, error::check_length};

/// How a value between two records of the model is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimeInterpolation {
    /// Linear between the two neighbouring records.
    #[default]
    Linear,
    /// The nearest record; the earlier one when both are as near.
    Nearest,
}

/// What a point before the first or after the last record gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OutsideTime {
    /// NaN: a model says nothing of a time it does not cover.
    #[default]
    Missing,
    /// The first or last record.
    Clamp,
}

/// The model's record times and the points' times, on one axis (seconds, decimal years: any unit).
#[derive(Debug, Clone, Copy)]
pub struct Records<'a> {
    /// Increasing time of each record.
    pub times: &'a [f64],
    /// Time of each point; NaN gives NaN.
    pub points: &'a [f64],
    /// Between records.
    pub between: TimeInterpolation,
    /// Before the first and after the last record.
    pub outside: OutsideTime,
}

/// Model values at points: bilinear in space between cell centres, and as [`Records`] says in time.
///
/// `model` is `(y, x)` on `grid`, or `(time, y, x)` when `records` are given; `x` and `y` are in the grid's own
/// coordinate system. For each record that a point needs, in order, only the smallest block that holds the points'
/// cells is read, once. A point outside the hull of the cell centres, or next to a missing corner that has a weight,
/// gets NaN; so does one whose needed record is missing there.
///
/// # Errors
/// [`ScoreError::Shape`] when the model does not fit the grid and the records, [`ScoreError::Length`],
/// [`ScoreError::Times`], [`ScoreError::Interrupted`], and errors of the source.
pub fn interpolate(
    model: &SharedArray,
    grid: &Grid,
    x: &[f64],
    y: &[f64],
    records: Option<Records<'_>>,
    progress: &dyn Progress,
) -> Result<Vec<f64>> {
    let Grid::Rectilinear(grid) = grid else {
        let expected = "a rectilinear grid; regrid the model first".into();
        return Err(ScoreError::Shape { what: "interpolation", expected, found: model.shape().to_vec() });
    };
    check_length("y", x.len(), y.len())?;
    check_shape(model, grid, records.map(|records| records.times.len()))?;
    let stencils: Vec<Option<Stencil>> = x.par_iter().zip(y).map(|(&x, &y)| grid.bilinear_stencil(x, y)).collect();
    let needs = match records {
        Some(records) => needs_in_time(&stencils, records)?,
        None => BTreeMap::from([(0, all_located(&stencils))]),
    };
    let mut values: Vec<f64> = stencils.iter().map(|_| f64::NAN).collect();
    for located in needs.values().flatten() {
        values[located.point] = 0.0;
    }
    let mut step = Step { done: 0, total: needs.len(), bytes: 0 };
    for (&record, points) in &needs {
        step.bytes += add_record(model, grid, record, points, &stencils, &mut values)?;
        step.done += 1;
        if let ControlFlow::Break(()) = progress.step(step) {
            return Err(ScoreError::Interrupted);
        }
    }
    Ok(values)
}

/// A point that needs a record, and the record's weight in it.
struct Need {
    point: usize,
    weight: f64,
}

fn check_shape(model: &SharedArray, grid: &RectilinearGrid, records: Option<usize>) -> Result<()> {
    let (ny, nx) = grid.shape();
    let expected: Vec<usize> = records.into_iter().chain([ny, nx]).collect();
    if model.shape() == expected {
        return Ok(());
    }
    let expected = format!("shape {expected:?}, the model's records and its grid");
    Err(ScoreError::Shape { what: "interpolation", expected, found: model.shape().to_vec() })
}

fn all_located(stencils: &[Option<Stencil>]) -> Vec<Need> {
    let located = stencils.iter().enumerate().filter(|(_, stencil)| stencil.is_some());
    located.map(|(point, _)| Need { point, weight: 1.0 }).collect()
}

/// For each record the points that need it.
fn needs_in_time(stencils: &[Option<Stencil>], records: Records<'_>) -> Result<BTreeMap<usize, Vec<Need>>> {
    check_length("time", stencils.len(), records.points.len())?;
    for (index, pair) in records.times.windows(2).enumerate() {
        if pair[0] >= pair[1] || pair[0].is_nan() || pair[1].is_nan() {
            return Err(ScoreError::Times { index: index + 1, before: pair[0], found: pair[1] });
        }
    }
    let mut needs: BTreeMap<usize, Vec<Need>> = BTreeMap::new();
    for Need { point, .. } in all_located(stencils) {
        for (record, weight) in neighbours(records.points[point], records) {
            // A record of weight zero is not needed, and must not spoil the point where it is missing.
            if weight > 0.0 {
                needs.entry(record).or_default().push(Need { point, weight });
            }
        }
    }
    Ok(needs)
}

/// The records around a time, with their weights; no weight above zero when the time is outside.
fn neighbours(time: f64, records: Records<'_>) -> [(usize, f64); 2] {
    let none = [(0, 0.0); 2];
    let times = records.times;
    let (Some(&first), Some(&last)) = (times.first(), times.last()) else { return none };
    let outside = !(first..=last).contains(&time);
    if time.is_nan() || (outside && records.outside == OutsideTime::Missing) {
        return none;
    }
    let time = time.clamp(first, last);
    let lower = times.partition_point(|&record| record <= time).saturating_sub(1);
    let Some(&after) = times.get(lower + 1) else { return [(lower, 1.0), (lower, 0.0)] };
    let fraction = (time - times[lower]) / (after - times[lower]);
    let upper = match records.between {
        TimeInterpolation::Linear => fraction,
        TimeInterpolation::Nearest => f64::from(u8::from(fraction > 0.5)),
    };
    [(lower, 1.0 - upper), (lower + 1, upper)]
}

/// Adds one record's share to the points that need it; gives the bytes read.
fn add_record(
    model: &SharedArray,
    grid: &RectilinearGrid,
    record: usize,
    points: &[Need],
    stencils: &[Option<Stencil>],
    values: &mut [f64],
) -> Result<usize> {
    let columns = grid.shape().1;
    let located: Vec<(&Need, &Stencil)> =
        points.iter().filter_map(|need| Some((need, stencils[need.point].as_ref()?))).collect();
    let Some(block) = Block::around(located.iter().map(|(_, stencil)| *stencil), columns) else { return Ok(0) };
    let read = model.read(&block.region(model.shape().len() > 2, record)?)?;
    let bytes = read.byte_len();
    let read = read.into_f64()?;
    for (need, stencil) in located {
        values[need.point] += need.weight * at(stencil, |cell| read[block.position(cell, columns)]);
    }
    Ok(bytes)
}

/// The weighted mean of the corners that have a weight.
fn at(stencil: &Stencil, value: impl Fn(usize) -> f64) -> f64 {
    let corners = stencil.cells.iter().zip(stencil.weights).filter(|(_, weight)| *weight != 0.0);
    corners.map(|(&cell, weight)| weight * value(cell)).sum()
}

/// The rows and columns of the grid that some points need, ends included.
struct Block {
    rows: (usize, usize),
    columns: (usize, usize),
}

impl Block {
    fn around<'a>(stencils: impl Iterator<Item = &'a Stencil>, columns: usize) -> Option<Self> {
        let cells = stencils.flat_map(|stencil| stencil.cells);
        let places = cells
            .map(|cell| Self { rows: (cell / columns, cell / columns), columns: (cell % columns, cell % columns) });
        places.reduce(|a, b| Self {
            rows: (a.rows.0.min(b.rows.0), a.rows.1.max(b.rows.1)),
            columns: (a.columns.0.min(b.columns.0), a.columns.1.max(b.columns.1)),
        })
    }

    fn width(&self) -> usize {
        self.columns.1 - self.columns.0 + 1
    }

    fn region(&self, in_time: bool, record: usize) -> Result<Region> {
        let leading = if in_time { vec![record] } else { Vec::new() };
        let shape: Vec<usize> =
            leading.iter().map(|_| 1).chain([self.rows.1 - self.rows.0 + 1, self.width()]).collect();
        let start = leading.into_iter().chain([self.rows.0, self.columns.0]).collect();
        Ok(Region::new(start, shape)?)
    }

    fn position(&self, cell: usize, columns: usize) -> usize {
        (cell / columns - self.rows.0) * self.width() + (cell % columns - self.columns.0)
    }
}

#[cfg(test)]
mod tests;
