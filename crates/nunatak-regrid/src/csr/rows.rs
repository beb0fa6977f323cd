//! Rows of a sparse matrix, one after the other, as the methods fill them.

use nunatak_array::zeroed;
use nunatak_parallel::for_each_of;

use crate::options::MissingPolicy;

/// Consecutive rows of the weights: where each ends, and the cells and weights of all of them.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct CsrRows {
    pub(crate) ends: Vec<usize>,
    pub(crate) cells: Vec<u32>,
    pub(crate) values: Vec<f64>,
}

impl CsrRows {
    /// Adds one row; entries without weight are dropped, so that a missing value they would touch does no harm.
    pub(crate) fn push(&mut self, entries: impl IntoIterator<Item = (u32, f64)>) {
        for (cell, value) in entries {
            if value > 0.0 {
                self.cells.push(cell);
                self.values.push(value);
            }
        }
        self.ends.push(self.cells.len());
    }

    /// Adds one row whose weights may be negative.
    pub(crate) fn push_signed(&mut self, entries: impl IntoIterator<Item = (u32, f64)>) {
        for (cell, value) in entries {
            self.cells.push(cell);
            self.values.push(value);
        }
        self.ends.push(self.cells.len());
    }

    /// Means of a field, whose value at a cell `value` gives, by these weights, rows in order; sums from first to last
    /// entry.
    pub(crate) fn means(&self, value: impl Fn(u32) -> f64, missing: MissingPolicy) -> Vec<f64> {
        let threshold = missing.min_coverage() - 1e-9;
        let mut start = 0;
        let row = |&end: &usize| {
            let (mut sum, mut covered, mut is_lost) = (0.0, 0.0, false);
            for at in start..end {
                let value = value(self.cells[at]);
                if value.is_nan() {
                    is_lost = true;
                } else {
                    sum += self.values[at] * value;
                    covered += self.values[at];
                }
            }
            start = end;
            let is_missing = covered <= 0.0 || covered < threshold || (is_lost && !missing.skipna());
            if is_missing { f64::NAN } else { sum / covered }
        };
        self.ends.iter().map(row).collect()
    }

    /// Divides the weights of each row by its area.
    pub(crate) fn divide(&mut self, areas: &[f64]) {
        let mut start = 0;
        for (&end, area) in self.ends.iter().zip(areas) {
            self.values[start..end].iter_mut().for_each(|value| *value /= area);
            start = end;
        }
    }

    /// Adds one row of entries in any order, weights of either sign; those of one cell are added up.
    pub(crate) fn push_sum(&mut self, entries: &mut [(u32, f64)]) {
        entries.sort_by_key(|&(cell, _)| cell);
        for same in entries.chunk_by(|one, next| one.0 == next.0) {
            let value: f64 = same.iter().map(|&(_, value)| value).sum();
            if value != 0.0 {
                self.cells.push(same[0].0);
                self.values.push(value);
            }
        }
        self.ends.push(self.cells.len());
    }

    /// Blocks of rows as one. A single one stays where it is.
    pub(crate) fn joined(mut blocks: Vec<CsrRows>) -> CsrRows {
        if blocks.len() == 1 {
            return blocks.remove(0);
        }
        let count = blocks.iter().map(CsrRows::len).sum();
        let (mut cells, mut values) = (zeroed::<u32>(count), zeroed::<f64>(count));
        let mut ends = Vec::with_capacity(blocks.iter().map(|block| block.ends.len()).sum());
        let mut offset = 0;
        for block in &blocks {
            ends.extend(block.ends.iter().map(|end| offset + end));
            offset += block.len();
        }
        let lengths = || blocks.iter().map(CsrRows::len);
        let parts: Vec<_> =
            split_by_lengths(&mut cells, lengths()).zip(split_by_lengths(&mut values, lengths())).collect();
        for_each_of(parts.into_iter().zip(&blocks).collect(), |_, ((cells, values), block)| {
            cells.copy_from_slice(&block.cells);
            values.copy_from_slice(&block.values);
        });
        CsrRows { ends, cells, values }
    }

    /// The same with nothing in some of the rows.
    pub(crate) fn without(&self, is_empty: impl Fn(usize) -> bool) -> CsrRows {
        let (mut kept, mut start) = (CsrRows::default(), 0);
        for (row, &end) in self.ends.iter().enumerate() {
            if !is_empty(row) {
                kept.cells.extend_from_slice(&self.cells[start..end]);
                kept.values.extend_from_slice(&self.values[start..end]);
            }
            kept.ends.push(kept.cells.len());
            start = end;
        }
        kept
    }

    /// Makes room for so many rows of so many entries.
    pub(crate) fn reserve(&mut self, rows: usize, entries: usize) {
        self.ends.reserve(rows);
        self.cells.reserve(rows * entries);
        self.values.reserve(rows * entries);
    }

    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }
}

/// Parts of these lengths, one after the other.
pub(crate) fn split_by_lengths<T>(
    mut values: &mut [T],
    lengths: impl Iterator<Item = usize>,
) -> impl Iterator<Item = &mut [T]> {
    lengths.map(move |length| values.split_off_mut(..length).unwrap_or_default())
}
