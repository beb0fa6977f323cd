//! Where the results of many points go.

use super::located::{LocatedPoint, OUTSIDE};

/// Columns of one length that take the cells of points, and their offsets from the centres.
#[derive(Debug)]
pub(super) struct LocatedColumns<'a> {
    pub(super) cells: &'a mut [u64],
    pub(super) x: &'a mut [f64],
    pub(super) y: &'a mut [f64],
}

impl<'a> LocatedColumns<'a> {
    #[inline]
    pub(super) fn set(&mut self, at: usize, located: Option<LocatedPoint>) {
        let (cell, [x, y]) = located.map_or((OUTSIDE, [f64::NAN; 2]), |point| (point.cell as u64, point.offset));
        self.cells[at] = cell;
        self.x[at] = x;
        self.y[at] = y;
    }

    /// The columns of a part of the points.
    pub(super) fn part(&mut self, range: std::ops::Range<usize>) -> LocatedColumns<'_> {
        LocatedColumns { cells: &mut self.cells[range.clone()], x: &mut self.x[range.clone()], y: &mut self.y[range] }
    }

    /// The columns of parts of this many points.
    pub(super) fn split(self, size: usize) -> Vec<LocatedColumns<'a>> {
        let columns = self.cells.chunks_mut(size).zip(self.x.chunks_mut(size)).zip(self.y.chunks_mut(size));
        columns.map(|((cells, x), y)| LocatedColumns { cells, x, y }).collect()
    }
}
