//! Transposing: rows of source cells become rows of target cells.
//!
//! Target cells are taken in bands whose entries stay in a cache, as places among all of them would not: each block's
//! entries are sorted by band, and then each band's are put in their places.

use nunatak_array::zeroed;
use nunatak_parallel::{for_each_of, map_each};

use super::rows::{CsrRows, split_by_lengths};

/// Fewest cells of a band, as a power of two.
const FEWEST_CELLS: u32 = 13;

/// Most bands: so many places to write to are not too many for one block.
const MOST_BANDS: usize = 256;

impl CsrRows {
    /// Rows by the cells that these name, their weights over the areas of those cells. These rows, in blocks, are
    /// those of the source cells in order.
    pub(crate) fn transposed(blocks: Vec<CsrRows>, areas: &[f64]) -> CsrRows {
        let power = FEWEST_CELLS.max(areas.len().div_ceil(MOST_BANDS).next_power_of_two().ilog2());
        let (cells_in_band, bands) = (1 << power, areas.len().div_ceil(1 << power));
        let mut first = 0;
        let tasks = blocks.into_iter().map(|block| {
            let task = (first, block);
            first += task.1.ends.len() as u32;
            task
        });
        let tasks: Vec<_> = tasks.collect();
        let sorted: Vec<Sorted> = map_each(tasks, |(first, block)| Sorted::new(&block, first, power, bands));

        let counts = || (0..bands).map(|band| sorted.iter().map(|block| block.band(band).len()).sum::<usize>());
        let count = counts().sum();
        let (mut ends, mut cells, mut values) = (vec![0; areas.len()], zeroed(count), zeroed(count));
        let places = split_by_lengths(&mut cells, counts())
            .zip(split_by_lengths(&mut values, counts()))
            .zip(ends.chunks_mut(cells_in_band));
        let mut before = 0;
        let bands = places.zip(areas.chunks(cells_in_band)).map(|(((cells, values), ends), areas)| {
            let band = Band { before, ends, areas, cells, values };
            before += band.cells.len();
            band
        });
        let bands: Vec<Band> = bands.collect();
        for_each_of(bands, |number, band| {
            band.fill(number << power, || sorted.iter().flat_map(|block| block.band(number)));
        });
        CsrRows { ends, cells, values }
    }
}

/// What a source cell has of a target cell.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    target: u32,
    source: u32,
    value: f64,
}

/// Entries of a block of rows by the band of their target cell, those of a band in order.
struct Sorted {
    /// Where the entries of each band end.
    ends: Vec<usize>,
    entries: Vec<Entry>,
}

impl Sorted {
    /// Those of a block whose rows are of the source cells from `first` on.
    fn new(block: &CsrRows, first: u32, power: u32, bands: usize) -> Self {
        let mut ends = vec![0; bands];
        block.cells.iter().for_each(|cell| ends[(cell >> power) as usize] += 1);
        count_on(&mut ends);
        let mut entries = vec![Entry::default(); block.len()];
        let mut start = 0;
        for (source, &end) in (first..).zip(&block.ends) {
            for (&target, &value) in block.cells[start..end].iter().zip(&block.values[start..end]) {
                let place = &mut ends[(target >> power) as usize];
                entries[*place] = Entry { target, source, value };
                *place += 1;
            }
            start = end;
        }
        Self { ends, entries }
    }

    fn band(&self, band: usize) -> &[Entry] {
        let start = if band == 0 { 0 } else { self.ends[band - 1] };
        &self.entries[start..self.ends[band]]
    }
}

/// Rows of consecutive target cells, to fill.
struct Band<'a> {
    /// Entries of the bands before.
    before: usize,
    ends: &'a mut [usize],
    areas: &'a [f64],
    cells: &'a mut [u32],
    values: &'a mut [f64],
}

impl Band<'_> {
    /// Fills the rows of the cells from `first` on with the entries of the band, in order.
    fn fill<'e, I: Iterator<Item = &'e Entry>>(self, first: usize, entries: impl Fn() -> I) {
        entries().for_each(|entry| self.ends[entry.target as usize - first] += 1);
        count_on(self.ends);
        entries().for_each(|entry| {
            let cell = entry.target as usize - first;
            let place = &mut self.ends[cell];
            (self.cells[*place], self.values[*place]) = (entry.source, entry.value / self.areas[cell]);
            *place += 1;
        });
        self.ends.iter_mut().for_each(|end| *end += self.before);
    }
}

/// How many there are before each, from how many there are of each.
fn count_on(counts: &mut [usize]) {
    let mut sum = 0;
    for count in counts {
        (*count, sum) = (sum, sum + *count);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn rows_and_columns_change_places(
            blocks in prop::collection::vec(
                prop::collection::vec(prop::collection::btree_map(0_u32..20_000, 0.5..2.0, 0..6), 0..5), 0..8,
            ),
        ) {
            let areas: Vec<f64> = (0..20_000).map(|cell| 1.0 + f64::from(cell % 7)).collect();
            let mut expected = vec![Vec::new(); areas.len()];
            for (source, row) in (0_u32..).zip(blocks.iter().flatten()) {
                for (&cell, &value) in row {
                    expected[cell as usize].push((source, value / areas[cell as usize]));
                }
            }
            let blocks = blocks.iter().map(|block| {
                let mut rows = CsrRows::default();
                block.iter().for_each(|row| rows.push(row.iter().map(|(&cell, &value)| (cell, value))));
                rows
            });
            let found = CsrRows::transposed(blocks.collect(), &areas);
            let mut start = 0;
            for (row, &end) in expected.iter().zip(&found.ends) {
                let entries = found.cells[start..end].iter().copied().zip(found.values[start..end].iter().copied());
                prop_assert_eq!(&entries.collect::<Vec<_>>(), row);
                start = end;
            }
            prop_assert_eq!(start, found.len());
        }
    }
}
