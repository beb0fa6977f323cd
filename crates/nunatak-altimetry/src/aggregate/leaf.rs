//! Exact sums over the points of one pass in one block of a cell.

use super::column::{COLUMNS, Column, PLAIN, units};
use super::located::block_and_pass;
use crate::exact_sums::{CellPass, KeySums, SortedSums, Total};
use crate::points::NOT_A_TIME;

/// Sums over the points of one pass in one block of a cell, or over more of its points.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaf<const N: usize = COLUMNS> {
    pub(super) cell: u64,
    pub(super) block: i64,
    pub(super) pass: i32,
    pub(super) count: u64,
    /// First and last instant.
    pub(super) times: (i64, i64),
    units: [i128; N],
}

impl<const N: usize> Leaf<N> {
    /// The leaf of a key.
    pub(super) fn new(key: CellPass, own: &KeySums<N>, sums: &SortedSums<N>) -> Self {
        let (block, pass) = block_and_pass(key.pass);
        let units = sums.totals(own).map(Total::units);
        Self { cell: key.cell, block, pass, count: own.count(), times: own.time_span(), units }
    }

    /// The leaves by cell, block and pass.
    pub(super) fn all(sums: &SortedSums<N>) -> impl Iterator<Item = Self> {
        sums.entries().iter().map(|(key, own)| Self::new(*key, own, sums))
    }

    pub(super) fn total(&self, column: Column) -> Total {
        Total::new(self.units[column as usize], units::<N>()[column as usize])
    }

    pub(super) fn value(&self, column: Column) -> f64 {
        self.total(column).value()
    }

    /// Adds the points of another leaf.
    pub(super) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        for (own, other) in self.units.iter_mut().zip(&other.units) {
            *own = own.wrapping_add(*other);
        }
        let start = |time: i64| if time == NOT_A_TIME { i64::MAX } else { time };
        let first = start(self.times.0).min(start(other.times.0));
        self.times = (if first == i64::MAX { NOT_A_TIME } else { first }, self.times.1.max(other.times.1));
    }

    /// All of these together; `None` of none.
    pub(super) fn merged(leaves: &[Self]) -> Option<Self> {
        let (mut sum, rest) = leaves.split_first().map(|(first, rest)| (*first, rest))?;
        rest.iter().for_each(|leaf| sum.merge(leaf));
        Some(sum)
    }
}

/// What the points of a cell are, whatever the surface between them: NaN where their sums were not made.
#[derive(Debug, Clone, Copy)]
pub(super) struct OfPoints {
    /// Weighted.
    pub(super) mean: f64,
    pub(super) plain_mean: f64,
    pub(super) spread: f64,
    /// Offset of the weighted centroid, m.
    pub(super) offset: [f64; 2],
}

impl OfPoints {
    /// Of the sums of a cell of this width (m).
    pub(super) fn new<const N: usize>(all: &Leaf<N>, width: f64) -> Self {
        let count = Total::from_count(all.count);
        let squares = all.total(Column::PlainSquare).squares_about_mean(all.total(Column::PlainHeight), count);
        let (mut mean, mut offset) = (f64::NAN, [f64::NAN; 2]);
        if N > PLAIN {
            let weight = all.total(Column::Weight);
            mean = all.total(Column::Height).over(weight);
            offset = [Column::X, Column::Y].map(|column| all.total(column).over(weight) * width);
        }
        Self {
            mean,
            plain_mean: all.value(Column::PlainHeight) / all.count as f64,
            spread: (squares.max(0.0) / all.count as f64).sqrt(),
            offset,
        }
    }
}
