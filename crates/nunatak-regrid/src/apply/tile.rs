use std::ops::Range;

use crate::Weights;
use crate::block::Block;

/// Source cells that follow each other in a field: where the first stands, and how many.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) position: usize,
    pub(super) length: usize,
}

/// Most cells of a run.
const LONGEST_RUN: usize = 256;

/// Part of the weights for a few target cells, with the source cells they meet numbered among themselves: what is
/// gathered of those cells then stays in the cache while every target cell is summed.
#[derive(Debug, Default)]
pub(super) struct Tile {
    /// Where the entries of each target cell end.
    pub(super) ends: Vec<usize>,
    /// Weight of each entry.
    pub(super) weights: Vec<f64>,
    /// Which of `cells` each entry means.
    pub(super) places: Vec<u32>,
    /// Sum of the weights of each target cell.
    pub(super) covered: Vec<f64>,
    /// The source cells it meets, rising.
    pub(super) cells: Vec<u32>,
    /// The same as they stand in a field.
    pub(super) runs: Vec<Run>,
    numbering: Numbering,
}

impl Tile {
    /// Takes the rows of the weights in these ranges of target cells; `block` is the part of the source that is read.
    pub(super) fn load(&mut self, weights: &Weights, targets: &[Range<usize>], block: &Block) {
        self.ends.clear();
        self.weights.clear();
        self.covered.clear();
        self.places.clear();
        for cells in targets {
            let starts = &weights.row_starts()[cells.start..=cells.end];
            let (first, before) = (starts[0], self.weights.len());
            self.weights.extend_from_slice(&weights.values()[first..starts[cells.len()]]);
            self.places.extend_from_slice(&weights.cells()[first..starts[cells.len()]]);
            self.ends.extend(starts[1..].iter().map(|end| end - first + before));
        }
        let mut start = 0;
        self.covered.extend(self.ends.iter().map(|&end| {
            let covered = self.weights[start..end].iter().sum::<f64>();
            start = end;
            covered
        }));
        self.numbering.number(&mut self.places, &mut self.cells);
        self.find_runs(block, weights.source().rows_and_columns().1);
    }

    fn find_runs(&mut self, block: &Block, width: usize) {
        self.runs.clear();
        let mut next = None;
        for &cell in &self.cells {
            match self.runs.last_mut() {
                Some(run) if next == Some(cell) && run.length < LONGEST_RUN => run.length += 1,
                _ => {
                    let (row, column) = (cell as usize / width, cell as usize % width);
                    let position = (row - block.row) * block.columns + column - block.column;
                    self.runs.push(Run { position, length: 1 });
                }
            }
            next = cell.checked_add(1);
        }
    }

    /// Weights and places of the entries of each target cell.
    #[inline(always)]
    pub(super) fn rows(&self) -> impl Iterator<Item = (&[f64], &[u32])> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let entries = start..end;
            start = end;
            (&self.weights[entries.clone()], &self.places[entries])
        })
    }
}

/// Span of source cells, per entry of a tile, up to which they are numbered through a table.
const TABLE_SPAN: usize = 256;

/// Tables to number a tile's source cells with, kept from tile to tile.
#[derive(Debug, Default)]
struct Numbering {
    present: Vec<u64>,
    numbers: Vec<u32>,
}

impl Numbering {
    /// Puts the distinct values of `entries`, rising, in `cells`, and replaces each entry by its number among them.
    fn number(&mut self, entries: &mut [u32], cells: &mut Vec<u32>) {
        cells.clear();
        let (Some(&low), Some(&high)) = (entries.iter().min(), entries.iter().max()) else { return };
        let span = (high - low) as usize + 1;
        if span > TABLE_SPAN * entries.len() {
            return by_search(entries, cells);
        }
        self.present.clear();
        self.present.resize(span.div_ceil(64), 0);
        if self.numbers.len() < span {
            self.numbers.resize(span, 0);
        }
        for entry in entries.iter_mut() {
            *entry -= low;
            self.present[*entry as usize / 64] |= 1 << (*entry % 64);
        }
        for (word, &bits) in self.present.iter().enumerate() {
            let mut left = bits;
            while left != 0 {
                let offset = word as u32 * 64 + left.trailing_zeros();
                self.numbers[offset as usize] = cells.len() as u32;
                cells.push(low + offset);
                left &= left - 1;
            }
        }
        for entry in entries.iter_mut() {
            *entry = self.numbers[*entry as usize];
        }
    }
}

fn by_search(entries: &mut [u32], cells: &mut Vec<u32>) {
    cells.extend_from_slice(entries);
    cells.sort_unstable();
    cells.dedup();
    for entry in entries.iter_mut() {
        *entry = cells.binary_search(entry).unwrap_or_default() as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_and_near_cells_are_numbered_in_order() {
        for cells in [vec![7, 3, 9, 3, 200, 7], vec![4_000_000_000, 3, u32::MAX, 3, 0]] {
            let (mut places, mut found) = (cells.clone(), vec![99]);
            Numbering::default().number(&mut places, &mut found);
            assert!(found.is_sorted_by(|first, second| first < second));
            assert_eq!(places.iter().map(|&place| found[place as usize]).collect::<Vec<_>>(), cells);
            assert!(found.iter().all(|cell| cells.contains(cell)));
        }
    }
}
