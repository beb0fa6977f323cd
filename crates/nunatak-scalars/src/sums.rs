//! Sums over the cells of zones, whose last digits do not depend on blocks or threads.

use std::ops::Range;

use crate::field::Field;
use crate::zones::Zones;

/// The cells of some rows of one record.
pub(crate) struct RowBlock<'a> {
    pub(crate) cells: Range<usize>,
    pub(crate) zones: &'a Zones,
    /// True areas of the block's cells, m2.
    pub(crate) areas: &'a [f64],
    pub(crate) fields: &'a [(Field, &'a [f64])],
}

impl<'a> RowBlock<'a> {
    /// The values of a field in the block; none when it is not at hand.
    pub(crate) fn values(&self, field: Field) -> &'a [f64] {
        self.fields.iter().find(|(own, _)| *own == field).map_or(&[], |(_, values)| values)
    }
}

/// Running sums of one scalar for the whole and for every zone, compensated (Neumaier 1974).
pub(crate) struct ZoneSums {
    sums: Vec<f64>,
    lost: Vec<f64>,
    has_values: bool,
}

impl ZoneSums {
    pub(crate) fn new(zones: usize) -> Self {
        Self { sums: vec![0.0; zones], lost: vec![0.0; zones], has_values: false }
    }

    /// Adds `value(cell) * area` of every cell of a block; cells without a value have nothing.
    pub(crate) fn add(&mut self, block: &RowBlock<'_>, value: impl Fn(usize) -> f64) {
        for run in block.zones.runs(block.cells.start, block.cells.end) {
            let mut sum = 0.0;
            for at in run.first - block.cells.start..run.end - block.cells.start {
                let value = value(at);
                if !value.is_nan() {
                    sum += value * block.areas[at];
                    self.has_values = true;
                }
            }
            for zone in block.zones.of_cell(run.first) {
                self.add_to(zone, sum);
            }
        }
    }

    fn add_to(&mut self, zone: usize, value: f64) {
        let before = self.sums[zone];
        let after = before + value;
        self.lost[zone] +=
            if before.abs() >= value.abs() { (before - after) + value } else { (value - after) + before };
        self.sums[zone] = after;
    }

    /// The sums; NaN when no cell of the record had a value.
    pub(crate) fn finish(self) -> Vec<f64> {
        let sum = |(sum, lost): (f64, f64)| match (self.has_values, sum.is_finite()) {
            (false, _) => f64::NAN,
            (_, true) => sum + lost,
            (_, false) => sum,
        };
        self.sums.iter().copied().zip(self.lost.iter().copied()).map(sum).collect()
    }
}
