//! Cells of evenly spaced axes, for many points at once.

use pulp::{Arch, Simd, WithSimd};

use super::super::axis::Axis;
use super::columns::LocatedColumns;
use super::located::OUTSIDE;

/// Adding it to a whole number below it puts the number into the last bits.
const WHOLE: f64 = (1_u64 << 52) as f64;

/// An axis of which a step from the first edge and from the first centre gives back every bit of the others.
#[derive(Debug, Clone, Copy)]
struct EvenAxis {
    first_edge: f64,
    first_centre: f64,
    /// Negative where coordinates fall with the index.
    step: f64,
    cells_per_unit: f64,
    last: f64,
}

impl EvenAxis {
    fn new(axis: &Axis) -> Option<Self> {
        let (edges, centres) = (axis.bounds(), axis.centres());
        let step = edges[1] - edges[0];
        let is_even = |values: &[f64]| {
            values.iter().enumerate().all(|(at, &value)| value.to_bits() == (values[0] + step * at as f64).to_bits())
        };
        (is_even(edges) && is_even(centres)).then(|| Self {
            first_edge: edges[0],
            first_centre: centres[0],
            step,
            cells_per_unit: 1.0 / step,
            last: centres.len() as f64 - 1.0,
        })
    }

    /// The number of a cell, whether it holds the coordinate (lower edge included), and the offset from its centre. A
    /// coordinate within rounding of an edge, or on the upper edge of the axis, may be said not to be held.
    #[inline(always)]
    fn find(&self, coordinate: f64) -> (f64, bool, f64) {
        let along = (coordinate - self.first_edge) * self.cells_per_unit;
        let nearest = ((along - 0.5) + 1.5 * WHOLE) - 1.5 * WHOLE;
        let cell = nearest.max(0.0).min(self.last);
        let edges = (self.first_edge + self.step * cell, self.first_edge + self.step * (cell + 1.0));
        let is_held = (edges.0.min(edges.1) <= coordinate) & (coordinate < edges.0.max(edges.1));
        (cell, is_held, coordinate - (self.first_centre + self.step * cell))
    }
}

/// Rows and columns that are evenly spaced.
#[derive(Debug, Clone, Copy)]
pub(super) struct EvenCells {
    columns: EvenAxis,
    rows: EvenAxis,
}

impl EvenCells {
    /// Nothing for axes that are not evenly spaced to the last bit.
    pub(super) fn new(x: &Axis, y: &Axis) -> Option<Self> {
        let is_countable = (x.len() as u128) * (y.len() as u128) < 1 << 51;
        if !is_countable {
            return None;
        }
        Some(Self { columns: EvenAxis::new(x)?, rows: EvenAxis::new(y)? })
    }

    /// Cells and offsets of points of the map; [`OUTSIDE`] for those that are not surely in a cell, and whether there are any.
    pub(super) fn locate(&self, x: &[f64], y: &[f64], into: LocatedColumns<'_>) -> bool {
        Arch::new().dispatch(Locate { cells: *self, x, y, into })
    }
}

/// [`EvenCells::locate`] in the widest registers of the machine.
struct Locate<'a, 'b> {
    cells: EvenCells,
    x: &'a [f64],
    y: &'a [f64],
    into: LocatedColumns<'b>,
}

impl WithSimd for Locate<'_, '_> {
    type Output = bool;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> bool {
        let Self { cells: EvenCells { columns, rows }, x, y, into } = self;
        let count = x.len();
        let y = &y[..count];
        let (cells, offset_x, offset_y) = (&mut into.cells[..count], &mut into.x[..count], &mut into.y[..count]);
        let width = columns.last + 1.0;
        let mut missed = 0_u64;
        for at in 0..count {
            let (column, in_column, apart_x) = columns.find(x[at]);
            let (row, in_row, apart_y) = rows.find(y[at]);
            let number = (row * width + column + WHOLE).to_bits() - WHOLE.to_bits();
            let out = if in_column & in_row { 0 } else { OUTSIDE };
            cells[at] = number | out;
            offset_x[at] = apart_x;
            offset_y[at] = apart_y;
            missed |= out;
        }
        missed != 0
    }
}
