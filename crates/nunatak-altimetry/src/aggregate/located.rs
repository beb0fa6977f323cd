//! Points in the cells that hold them, as runs along their tracks.

use std::ops::Range;

use nunatak_grid::Locator;
use nunatak_parallel::map_each;
use rayon::slice::ParallelSliceMut;

use crate::error::Result;
use crate::points::PointColumns;
use crate::surface::BLOCKS;

/// Points per task, so that their columns stay in the cache of a processor.
pub(super) const PIECE: usize = 1 << 10;

/// Points per task where each leaves something behind.
const TASK: usize = 1 << 16;

/// Points of the cells that one thread takes at a time, and how many points a run is as much work as.
const WORK: usize = 1 << 13;
const RUN: usize = 8;

/// Points that follow each other in one block of a cell and one pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Run {
    pub(super) cell: u64,
    /// Block and pass in one number.
    pub(super) leaf: i64,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Run {
    /// Whether both are of one block and pass.
    pub(super) fn is_of_leaf(&self, other: &Self) -> bool {
        (self.cell, self.leaf) == (other.cell, other.leaf)
    }

    pub(super) fn points(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The points that lie in cells and have a height.
#[derive(Debug, Default)]
pub(super) struct Located {
    /// Offset of each point from the centre of its cell, in its widths.
    pub(super) x: Vec<f64>,
    pub(super) y: Vec<f64>,
    /// By cell and leaf.
    pub(super) runs: Vec<Run>,
}

impl Located {
    pub(super) fn new(points: &PointColumns<'_>, locator: &Locator<'_>) -> Result<Self> {
        let count = points.height.len();
        let mut located = Self { x: vec![0.0; count], y: vec![0.0; count], runs: Vec::new() };
        let tasks = located.x.chunks_mut(TASK).zip(located.y.chunks_mut(TASK)).enumerate().collect();
        let runs: Vec<Result<Vec<Run>>> = map_each(tasks, |(task, (x, y))| {
            let mut cells = vec![0; x.len()];
            let mut piece = LocatedPiece { cells: &mut cells, x, y };
            piece.locate(points, task * TASK, locator)?;
            piece.in_widths(locator)?;
            Ok(piece.runs(points, task * TASK))
        });
        let runs: Vec<Vec<Run>> = runs.into_iter().collect::<Result<_>>()?;
        located.runs.reserve_exact(runs.iter().map(Vec::len).sum());
        runs.into_iter().for_each(|mut runs| located.runs.append(&mut runs));
        if !located.runs.is_sorted() {
            located.runs.par_sort_unstable();
        }
        Ok(located)
    }

    /// Ranges of runs that hold whole cells, for tasks of about equal work and memory.
    pub(super) fn tasks(&self) -> Vec<Range<usize>> {
        let (mut tasks, mut start, mut end, mut held) = (Vec::new(), 0, 0, 0);
        for cell in self.runs.chunk_by(|one, other| one.cell == other.cell) {
            end += cell.len();
            held += cell.iter().map(|run| RUN + run.points().len()).sum::<usize>();
            if held >= WORK {
                tasks.push(start..end);
                (start, held) = (end, 0);
            }
        }
        tasks.extend((start < end).then_some(start..end));
        tasks
    }

    /// The runs of each cell.
    pub(super) fn cells(&self) -> Vec<&[Run]> {
        self.runs.chunk_by(|one, other| one.cell == other.cell).collect()
    }
}

/// Room for some points, each in its cell: its flat index ([`Locator::OUTSIDE`] where there is none or no height) and the offset
/// from its centre.
#[derive(Debug)]
pub(super) struct LocatedPiece<'a> {
    pub(super) cells: &'a mut [u64],
    pub(super) x: &'a mut [f64],
    pub(super) y: &'a mut [f64],
}

impl LocatedPiece<'_> {
    /// Locates the points from `start` on that it has room for; offsets are in metres.
    pub(super) fn locate(&mut self, points: &PointColumns<'_>, start: usize, locator: &Locator<'_>) -> Result<()> {
        let range = start..start + self.cells.len();
        let (longitude, latitude) = (&points.longitude[range.clone()], &points.latitude[range.clone()]);
        locator.locate_batch(longitude, latitude, self.cells, self.x, self.y)?;
        for (cell, height) in self.cells.iter_mut().zip(&points.height[range]) {
            if !height.is_finite() {
                *cell = Locator::OUTSIDE;
            }
        }
        Ok(())
    }

    /// Offsets in widths of the cells instead of metres.
    pub(super) fn in_widths(&mut self, locator: &Locator<'_>) -> Result<()> {
        let mut last = (Locator::OUTSIDE, 1.0);
        for ((&cell, x), y) in self.cells.iter().zip(self.x.iter_mut()).zip(self.y.iter_mut()) {
            if cell == Locator::OUTSIDE {
                continue;
            }
            if cell != last.0 {
                last = (cell, locator.cell_width(cell as usize)?.max(f64::MIN_POSITIVE));
            }
            *x /= last.1;
            *y /= last.1;
        }
        Ok(())
    }

    fn runs(&self, points: &PointColumns<'_>, start: usize) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for (at, &cell) in self.cells.iter().enumerate() {
            if cell == Locator::OUTSIDE {
                continue;
            }
            let (leaf, point) =
                (leaf(block_of([self.x[at], self.y[at]]), points.pass_id[start + at]), (start + at) as u32);
            match runs.last_mut() {
                Some(run) if (run.cell, run.leaf, run.end) == (cell, leaf, point) => run.end += 1,
                _ => runs.push(Run { cell, leaf, start: point, end: point + 1 }),
            }
        }
        runs
    }
}

/// Number of the block that holds a place; places beyond a square cell belong to its outermost blocks.
pub(super) fn block_of(place: [f64; 2]) -> i64 {
    let [column, row] =
        place.map(|coordinate| ((coordinate + 0.5) * BLOCKS as f64).clamp(0.0, (BLOCKS - 1) as f64) as i64);
    row * BLOCKS as i64 + column
}

/// Block and pass in one number, blocks first.
pub(super) fn leaf(block: i64, pass: i32) -> i64 {
    (block << 32) | i64::from((pass as u32) ^ 0x8000_0000)
}

/// Block and pass of a leaf.
pub(super) fn block_and_pass(leaf: i64) -> (i64, i32) {
    (leaf >> 32, ((leaf & 0xffff_ffff) as u32 ^ 0x8000_0000) as i32)
}
