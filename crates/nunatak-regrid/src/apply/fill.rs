//! Filling the target cells of all fields, tile by tile.

use std::borrow::Cow;
use std::ops::RangeFrom;

use nunatak_array::{Element, zeroed};
use nunatak_parallel::{for_each_chunk, for_each_with};

use super::aligned_buffer::AlignedBuffer;
use super::interleave::{GROUP, Lane};
use super::lanes::{FEWEST, LANES};
use super::reconstruction::{self, ReconstructedWork, Slots};
use super::sums::{Rule, Terms};
use super::target_rows::{PIECE, Piece, TargetRows};
use super::tiles::{Band, TILE_CELLS, Tile};
use super::work::Work;
use super::{scatter, statistics};
use crate::cell_block::CellBlock;
use crate::options::Reducer;

/// Into how many bands a target of one row is cut, each of which one thread fills.
const BANDS: usize = 64;

/// Into how many bands one of many rows is cut at least.
const FEWEST_BANDS: usize = 16;

/// Most bytes of the source cells of a tile: where a target cell has more, fields are summed one by one.
const TILE_BYTES: usize = 64 << 20;

/// Source cells that one task converts.
const CELLS_PER_TASK: usize = 4096;

impl Work<'_> {
    /// The target cells of every field, one field after the other.
    pub(crate) fn run<R: Element>(&self) -> Vec<R> {
        let mut results = zeroed(self.fields.count() * self.target.len());
        if let Some(reconstruction) = self.reconstruction.filter(|_| self.options.is_limited() || self.shares.is_some())
        {
            reconstruction::fill(self, reconstruction, &mut results);
            return results;
        }
        let rows = TargetRows::new(self.weights, self.target, self.source);
        if self.fields.are_single() && self.shares.is_none() && self.areas.is_none() {
            self.fill_fields::<f32, R>(&rows, &mut results);
        } else {
            self.fill_fields::<f64, R>(&rows, &mut results);
        }
        results
    }

    /// Fills all fields, those that are left over one by one.
    fn fill_fields<L: Lane, R: Element>(&self, rows: &TargetRows, results: &mut [R]) {
        let (count, cells) = (self.fields.count(), self.target.len());
        let is_too_long = rows.longest() * GROUP * size_of::<[L; LANES]>() > TILE_BYTES;
        let together = match count % LANES {
            _ if is_too_long => 0,
            rest if rest >= FEWEST => count,
            rest => count - rest,
        };
        let (interleaved, alone) = results.split_at_mut(together * cells);
        if together > 0 {
            self.fill_tiles::<L, R>(rows, interleaved);
        }
        for (field, results) in alone.chunks_mut(cells).enumerate() {
            self.fill_alone::<L, R>(rows, together + field, results);
        }
    }

    /// Fills interleaved fields, a tile of the target after the other.
    fn fill_tiles<L: Lane, R: Element>(&self, rows: &TargetRows, results: &mut [R]) {
        let (height, width) = self.band();
        let bands = parts(results, self.target.len(), height * width);
        let start = || (Tile::new(self.source.len()), Memory::<L>::default());
        for_each_with(bands, start, |(tile, memory), number, mut results| {
            let cells = results.first().map_or(0, |field| field.len());
            let width = width.min(cells);
            tile.begin(rows, Band { first: number * height * width, rows: cells / width, columns: width });
            while !tile.is_empty() {
                for (block, results) in results.chunks_mut(LANES).enumerate() {
                    let fields = numbers(block * LANES, results.len());
                    self.fill_tile(rows, tile, fields, memory, results);
                }
                tile.cut(rows);
            }
        });
    }

    /// Rows and columns of the bands into which the target is cut: so high that tiles are about as high as they are
    /// wide, but not so that there are few.
    fn band(&self) -> (usize, usize) {
        let CellBlock { rows, columns, .. } = self.target;
        if rows == 1 {
            return (1, columns.div_ceil(BANDS));
        }
        let cells = self.target.len() as f64 / self.source.len() as f64 * TILE_CELLS as f64;
        ((cells.sqrt() as usize / 2).clamp(1, rows.div_ceil(FEWEST_BANDS)), columns)
    }

    /// Fills the target cells of a tile in up to [`LANES`] fields of its band.
    fn fill_tile<L: Lane, R: Element>(
        &self,
        rows: &TargetRows,
        tile: &Tile,
        fields: [usize; LANES],
        memory: &mut Memory<L>,
        results: &mut [&mut [R]],
    ) {
        let values = memory.values.cells(tile.source_cells());
        self.interleave(fields, tile.groups(), values);
        let shares = memory.shares.cells(if self.shares.is_some() { tile.source_cells() } else { 0 });
        if let Some(second) = self.shares {
            f64::interleave(&second, fields.map(|field| field % second.count()), tile.groups(), shares);
        }
        for (at, piece) in tile.pieces(rows) {
            let sums = memory.sums.cells(piece.len());
            scatter::prefetch(results, at..at + piece.len());
            self.sum(piece, Slots::Groups(tile.slots()), values, shares, sums);
            scatter::scatter(sums, at, results);
        }
    }

    /// Interleaves groups of source cells of these fields; amounts are divided by the area of their cell.
    fn interleave<L: Lane, const N: usize>(
        &self,
        fields: [usize; N],
        groups: impl Iterator<Item = usize> + Clone,
        values: &mut [[L; N]],
    ) {
        L::interleave(&self.fields, fields, groups.clone(), values);
        if let Some((areas, _)) = self.areas {
            for (group, cells) in groups.zip(values.chunks_mut(GROUP)) {
                for (cell, values) in (group * GROUP..self.source.len()).zip(cells) {
                    let area = areas[self.source_cell(cell)];
                    *values = values.map(|value| L::from_f64(value.to_f64() / area));
                }
            }
        }
    }

    /// Fills one field, from where it lies when it can.
    fn fill_alone<L: Lane, R: Element>(&self, rows: &TargetRows, field: usize, results: &mut [R]) {
        let values = match self.fields.in_place::<L>(field) {
            Some(values) if self.areas.is_none() => Cow::Borrowed(values),
            _ => Cow::Owned(self.converted(|groups, values| self.interleave([field], groups, values))),
        };
        let shares = self.shares.map(|second| {
            self.converted(|groups, shares| f64::interleave(&second, [field % second.count()], groups, shares))
        });
        let (values, shares) = (values.as_chunks::<1>().0, shares.as_deref().unwrap_or_default().as_chunks::<1>().0);
        let length = 4 * PIECE;
        for_each_with(results.chunks_mut(length).collect(), Vec::new, |sums, part, results| {
            for (at, piece) in rows.pieces(part * length..part * length + results.len()) {
                sums.resize(piece.len(), [0.0]);
                self.sum(piece, Slots::Whole, values, shares, sums);
                scatter::scatter(sums, at, &mut [&mut *results]);
            }
        });
    }

    /// The source cells of one field, of which `convert` fills any groups that follow each other.
    fn converted<L: Lane>(&self, convert: impl Fn(RangeFrom<usize>, &mut [[L; 1]]) + Sync) -> Vec<L> {
        let mut values = zeroed(self.source.len());
        for_each_chunk(&mut values, CELLS_PER_TASK, |task, values| {
            convert(task * (CELLS_PER_TASK / GROUP).., values.as_chunks_mut().0);
        });
        values
    }

    fn sum<L: Lane, const N: usize>(
        &self,
        piece: Piece,
        slots: Slots,
        values: &[[L; N]],
        shares: &[[f64; N]],
        sums: &mut [[f64; N]],
    ) {
        let rule = Rule::new(self.options.missing(), self.options.normalisation());
        let mut terms = Terms { piece, rule, values, results: sums };
        match (self.options.reducer(), self.shares) {
            (Reducer::Mean | Reducer::Sum, Some(_)) => terms.weighted(shares),
            (Reducer::Mean | Reducer::Sum, None) => match self.reconstruction {
                Some(reconstruction) => {
                    ReconstructedWork::new(self, reconstruction).sum_about_missing(&mut terms, slots)
                }
                None => terms.plain_or_valid(),
            },
            (reducer, _) => statistics::statistics(terms, reducer),
        }
        if let Some((_, areas)) = self.areas {
            let areas = &areas[piece.cell..piece.cell + piece.len()];
            sums.iter_mut().zip(areas).for_each(|(sums, area)| *sums = sums.map(|sum| sum * area));
        }
    }
}

/// Memory of one thread: values and second fields of source cells, and sums of target cells, interleaved.
#[derive(Default)]
struct Memory<L> {
    values: AlignedBuffer<L>,
    shares: AlignedBuffer<f64>,
    sums: AlignedBuffer<f64>,
}

/// Numbers of `N` fields from `first` on; the last of `count` is repeated for those beyond.
fn numbers<const N: usize>(first: usize, count: usize) -> [usize; N] {
    std::array::from_fn(|lane| first + lane.min(count - 1))
}

/// Cuts fields of `cells` into parts of `length`, each with its places in every field.
fn parts<R>(results: &mut [R], cells: usize, length: usize) -> Vec<Vec<&mut [R]>> {
    let fields = results.len() / cells.max(1);
    let mut parts: Vec<Vec<&mut [R]>> = (0..cells.div_ceil(length)).map(|_| Vec::with_capacity(fields)).collect();
    for field in results.chunks_mut(cells.max(1)) {
        for (part, cells) in parts.iter_mut().zip(field.chunks_mut(length)) {
            part.push(cells);
        }
    }
    parts
}
