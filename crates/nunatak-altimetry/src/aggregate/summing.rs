//! Points to exact sums, piece by piece.

use nunatak_grid::Locator;

use super::column::{PLAIN, units, values};
use super::located::{Located, LocatedPiece, PIECE, Run, block_and_pass, block_of, leaf};
use crate::error::Result;
use crate::exact_sums::{PointBatch, SumsByKey};
use crate::points::PointColumns;

/// What sums are kept for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    /// Each cell.
    Cell,
    /// Each pass over a cell.
    Pass,
    /// Each pass over a block of a cell.
    Leaf,
}

impl Keys {
    fn of_point(self, place: [f64; 2], pass: i32) -> i64 {
        match self {
            Self::Cell => leaf(0, 0),
            Self::Pass => leaf(0, pass),
            Self::Leaf => leaf(block_of(place), pass),
        }
    }

    fn of_run(self, run: &Run) -> i64 {
        match self {
            Self::Cell => leaf(0, 0),
            Self::Pass => leaf(0, block_and_pass(run.leaf).1),
            Self::Leaf => run.leaf,
        }
    }
}

/// Points per task: many pieces.
const TASK: usize = 1 << 15;

/// The sums of points that are located as they are summed.
pub(super) fn sums_of_points<const N: usize>(
    points: &PointColumns<'_>,
    locator: &Locator<'_>,
    keys: Keys,
    weight_floor: f64,
) -> Result<SumsByKey<N>> {
    let count = points.height.len();
    SumsByKey::of_pieces(units(), count.div_ceil(TASK), |sums, task| {
        let mut piece = Piece::new();
        let end = (task * TASK + TASK).min(count);
        for start in (task * TASK..end).step_by(PIECE) {
            piece.locate(points, start..(start + PIECE).min(end), locator, keys, weight_floor)?;
            piece.push_to(sums)?;
        }
        Ok(())
    })
}

/// The sums of points that are located.
pub(super) fn sums_of_runs<const N: usize>(
    points: &PointColumns<'_>,
    located: &Located,
    keys: Keys,
    weight_floor: f64,
) -> Result<SumsByKey<N>> {
    /// Runs per task.
    const RUNS: usize = 1 << 10;
    SumsByKey::of_pieces(units(), located.runs.len().div_ceil(RUNS), |sums, task| {
        let runs = &located.runs[task * RUNS..(task * RUNS + RUNS).min(located.runs.len())];
        push_runs(sums, points, located, runs, keys, weight_floor)
    })
}

/// Adds the points of runs.
pub(super) fn push_runs<const N: usize>(
    sums: &mut SumsByKey<N>,
    points: &PointColumns<'_>,
    located: &Located,
    runs: &[Run],
    keys: Keys,
    weight_floor: f64,
) -> Result<()> {
    let mut piece = Piece::new();
    for run in runs {
        let (key, mut rest) = (keys.of_run(run), run.points());
        while !rest.is_empty() {
            let part = rest.start..rest.end.min(rest.start + PIECE - piece.length);
            rest.start = part.end;
            piece.add(points, located, part, (run.cell, key), weight_floor);
            if piece.length == PIECE {
                piece.push_to(sums)?;
            }
        }
    }
    piece.push_to(sums)
}

/// Between the columns of a piece: no power of two, so that the values of one point do not share one set of a cache.
const STRIDE: usize = PIECE + 8;

/// Room for the columns of some points.
struct Piece<const N: usize> {
    length: usize,
    cells: Vec<u64>,
    keys: Vec<i64>,
    times: Vec<i64>,
    x: Vec<f64>,
    y: Vec<f64>,
    columns: Vec<[f64; STRIDE]>,
}

impl<const N: usize> Piece<N> {
    fn new() -> Self {
        let (cells, keys, times) = (vec![0; PIECE], vec![0; PIECE], vec![0; PIECE]);
        let columns = vec![[0.0; STRIDE]; N];
        Self { length: 0, cells, keys, times, x: vec![0.0; PIECE], y: vec![0.0; PIECE], columns }
    }

    /// Takes in points, at most as many as there is room for, in their cells.
    fn locate(
        &mut self,
        points: &PointColumns<'_>,
        range: std::ops::Range<usize>,
        locator: &Locator<'_>,
        keys: Keys,
        weight_floor: f64,
    ) -> Result<()> {
        let length = range.len();
        let (x, y) = (&mut self.x[..length], &mut self.y[..length]);
        let mut piece = LocatedPiece { cells: &mut self.cells[..length], x, y };
        piece.locate(points, range.start, locator)?;
        if N > PLAIN {
            piece.in_widths(locator)?;
        }
        for (to, at) in range.clone().enumerate() {
            let place = [self.x[to], self.y[to]];
            self.keys[to] = keys.of_point(place, points.pass_id[at]);
            let values = values::<N>(points, at, place, weight_floor);
            self.columns.iter_mut().zip(values).for_each(|(column, value)| column[to] = value);
        }
        self.times[..length].copy_from_slice(&points.time[range]);
        self.length = length;
        Ok(())
    }

    /// Takes in points of one cell and key behind those it has, at most as many as there is room for.
    fn add(
        &mut self,
        points: &PointColumns<'_>,
        located: &Located,
        range: std::ops::Range<usize>,
        (cell, key): (u64, i64),
        weight_floor: f64,
    ) {
        let own = self.length..self.length + range.len();
        self.cells[own.clone()].fill(cell);
        self.keys[own.clone()].fill(key);
        self.times[own.clone()].copy_from_slice(&points.time[range.clone()]);
        for (to, at) in own.clone().zip(range) {
            let values = values::<N>(points, at, [located.x[at], located.y[at]], weight_floor);
            self.columns.iter_mut().zip(values).for_each(|(column, value)| column[to] = value);
        }
        self.length = own.end;
    }

    /// Adds its points to sums, and has none any more.
    fn push_to(&mut self, sums: &mut SumsByKey<N>) -> Result<()> {
        let length = std::mem::take(&mut self.length);
        sums.push(&PointBatch {
            cells: &self.cells[..length],
            passes: &self.keys[..length],
            times: &self.times[..length],
            columns: std::array::from_fn(|column| &self.columns[column][..length]),
        })
    }
}
