//! The cell of an axis that holds a coordinate, for many coordinates.

use super::super::axis::Axis;

/// An axis with what guesses the cell of a coordinate: right where cells are evenly spaced, and checked against the edges.
#[derive(Debug)]
pub(super) struct AxisCells<'a> {
    axis: &'a Axis,
    first: f64,
    cells_per_unit: f64,
    last: i64,
    is_descending: bool,
}

impl<'a> AxisCells<'a> {
    pub(super) fn new(axis: &'a Axis) -> Self {
        let (first, last) = (axis.bounds()[0], axis.bounds()[axis.len()]);
        let cells_per_unit = axis.len() as f64 / (last - first);
        Self { axis, first, cells_per_unit, last: axis.len() as i64 - 1, is_descending: axis.is_descending() }
    }

    /// As [`Axis::locate`].
    #[inline]
    pub(super) fn find(&self, coordinate: f64) -> Option<usize> {
        let guess = ((coordinate - self.first) * self.cells_per_unit) as i64;
        let guess = guess.clamp(0, self.last) as usize;
        let edges = self.axis.bounds();
        let (first, second) = (edges[guess], edges[guess + 1]);
        let (low, high) = if self.is_descending { (second, first) } else { (first, second) };
        if low <= coordinate && coordinate < high { Some(guess) } else { self.axis.locate(coordinate) }
    }
}
