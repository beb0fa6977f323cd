//! Weights applied to many fields at once.
//!
//! Fields are put side by side, [`LANES`] at a time: the values of a source cell in all of them then follow each other,
//! and each weight is loaded once and multiplied into all of them. Where a few target cells need a short span of the
//! source (grids along the same axes), that span alone is turned over, and stays in a thread's cache until its target
//! cells are summed; else the whole source is, by all threads, before they sum.

mod interleave;
mod rows;
mod scatter;
mod statistics;
mod sums;
mod turning;
mod varying;

use std::ops::Range;

use nunatak_array::{Element, zeroed};
use rayon::prelude::*;

pub(crate) use self::interleave::Fields;
use self::interleave::Lane;
use self::rows::{PIECE, Piece, Rows};
use self::sums::Rule;
use crate::block::Block;
use crate::variation::Variation;
use crate::{Application, Reducer, Weights};

/// Fields that are summed side by side.
const LANES: usize = 16;

/// Fewest fields that are worth being padded to [`LANES`].
const FEWEST: usize = 4;

/// Bytes of source cells side by side that stay in a thread's cache.
const BAND_BYTES: usize = 512 << 10;

/// How much of the source bands may turn over, counted again where they share cells.
const BAND_OVERLAP: f64 = 2.0;

/// Most bytes of a whole source side by side; of a larger one, fields are summed one by one.
const WHOLE_BYTES: usize = 1 << 30;

/// Source cells that one task puts side by side.
const CELLS_PER_TASK: usize = 4096;

/// What is read and what is made of it.
#[derive(Clone, Copy)]
pub(crate) struct Work<'a> {
    pub(crate) weights: &'a Weights,
    pub(crate) application: Application,
    /// The target cells to fill.
    pub(crate) target: Block,
    /// The source cells that were read.
    pub(crate) source: Block,
    pub(crate) fields: Fields<'a>,
    /// Weights of the fields' cells, when the mean is one: as many fields, or a divisor of their number.
    pub(crate) shares: Option<Fields<'a>>,
    /// Areas of the source's and of the target's cells, for amounts.
    pub(crate) areas: Option<(&'a [f64], &'a [f64])>,
    /// How fields vary within the source cells, when they do by more than the weights.
    pub(crate) variation: Option<&'a Variation>,
}

impl Work<'_> {
    /// The target cells of every field, one field after the other.
    pub(crate) fn run<R: Element>(&self) -> Vec<R> {
        let mut results = zeroed(self.fields.count() * self.target.len());
        if let Some(variation) = self.variation {
            varying::fill(self, variation, &mut results);
            return results;
        }
        let rows = Rows::new(self.weights, self.target, self.source);
        if self.fields.are_single() && self.shares.is_none() && self.areas.is_none() {
            self.fill_fields::<f32, R>(&rows, &mut results);
        } else {
            self.fill_fields::<f64, R>(&rows, &mut results);
        }
        results
    }

    /// Fills all fields, those that are left over one by one.
    fn fill_fields<L: Lane, R: Element>(&self, rows: &Rows, results: &mut [R]) {
        let (count, cells) = (self.fields.count(), self.target.len());
        let bands = self.bands::<L>(rows);
        let is_too_large = bands.is_none() && self.source.len() * size_of::<[L; LANES]>() > WHOLE_BYTES;
        let wide = match count % LANES {
            _ if is_too_large => 0,
            rest if rest >= FEWEST => count,
            rest => count - rest,
        };
        let (wide_results, results) = results.split_at_mut(wide * cells);
        match bands {
            _ if wide == 0 => (),
            Some(bands) => self.fill_bands::<L, R>(rows, &bands, wide_results),
            None => self.fill_from_whole::<L, R, LANES>(rows, 0, wide_results),
        }
        for (field, results) in results.chunks_mut(cells).enumerate() {
            self.fill_one::<L, R>(rows, wide + field, results);
        }
    }

    /// The target in bands, each with the span of source cells that it needs, where these spans are short.
    fn bands<L: Lane>(&self, rows: &Rows) -> Option<Vec<Band>> {
        let (target, source) = (self.target.len(), self.source.len());
        let most = BAND_BYTES / size_of::<[L; LANES]>();
        let length = (most * target / source.max(1)).clamp(1, target);
        let spans = (0..target.div_ceil(length)).into_par_iter().map(|band| {
            let cells = band * length..((band + 1) * length).min(target);
            Band { source: rows.span(cells.clone()), cells }
        });
        let bands: Vec<Band> = spans.collect();
        let turned: usize = bands.iter().map(|band| band.source.len()).sum();
        let longest = bands.iter().map(|band| band.source.len()).max().unwrap_or(0);
        (turned as f64 <= BAND_OVERLAP * source as f64 && longest <= 4 * most).then_some(bands)
    }

    fn fill_bands<L: Lane, R: Element>(&self, rows: &Rows, bands: &[Band], results: &mut [R]) {
        let length = bands.first().map_or(1, |band| band.cells.len());
        let parts = parts(results, self.target.len(), length);
        bands.par_iter().zip(parts).for_each_init(Buffers::<L, LANES>::default, |buffers, (band, mut results)| {
            for (block, results) in results.chunks_mut(LANES).enumerate() {
                let fields = numbers(block * LANES, results.len());
                buffers.resize(band.source.len(), self.shares.is_some());
                self.interleave(fields, band.source.clone(), &mut buffers.values);
                self.interleave_shares(fields, band.source.clone(), &mut buffers.shares);
                let beside = Beside { values: &buffers.values, shares: &buffers.shares, first: band.source.start };
                self.fill(rows, band.cells.clone(), beside, &mut buffers.sums, results);
            }
        });
    }

    fn fill_from_whole<L: Lane, R: Element, const N: usize>(&self, rows: &Rows, first: usize, results: &mut [R]) {
        let cells = self.target.len();
        let mut values = zeroed_lanes::<L, N>(self.source.len());
        let mut shares = zeroed_lanes::<f64, N>(if self.shares.is_some() { self.source.len() } else { 0 });
        for (block, results) in results.chunks_mut(N * cells).enumerate() {
            let fields = numbers(first + block * N, results.len() / cells);
            let tasks = |task: usize, length: usize| task * CELLS_PER_TASK..task * CELLS_PER_TASK + length;
            values.par_chunks_mut(CELLS_PER_TASK).enumerate().for_each(|(task, values)| {
                self.interleave(fields, tasks(task, values.len()), values);
            });
            shares.par_chunks_mut(CELLS_PER_TASK).enumerate().for_each(|(task, shares)| {
                self.interleave_shares(fields, tasks(task, shares.len()), shares);
            });
            self.fill_parts(rows, Beside { values: &values, shares: &shares, first: 0 }, results);
        }
    }

    /// Fills one field, from where it lies when it can.
    fn fill_one<L: Lane, R: Element>(&self, rows: &Rows, field: usize, results: &mut [R]) {
        match self.fields.in_place::<L>(field) {
            Some(values) if self.shares.is_none() && self.areas.is_none() => {
                self.fill_parts(rows, Beside { values: values.as_chunks::<1>().0, shares: &[], first: 0 }, results);
            }
            _ => self.fill_from_whole::<L, R, 1>(rows, field, results),
        }
    }

    fn fill_parts<L: Lane, R: Element, const N: usize>(
        &self,
        rows: &Rows,
        beside: Beside<'_, L, N>,
        results: &mut [R],
    ) {
        let length = 4 * PIECE;
        let parts = parts(results, self.target.len(), length).into_par_iter().enumerate();
        parts.for_each_init(Vec::new, |sums, (part, mut results)| {
            let cells = part * length..part * length + results.first().map_or(0, |result| result.len());
            self.fill(rows, cells, beside, sums, &mut results);
        });
    }

    /// Puts source cells of these fields side by side; of amounts, what there is on an area.
    fn interleave<L: Lane, const N: usize>(&self, fields: [usize; N], cells: Range<usize>, values: &mut [[L; N]]) {
        L::interleave(&self.fields, fields, cells.clone(), values);
        if let Some((areas, _)) = self.areas {
            let width = self.weights.source().rows_and_columns().1;
            for (cell, values) in cells.zip(values) {
                let (row, column) = (cell / self.source.columns, cell % self.source.columns);
                let area = areas[(self.source.row + row) * width + self.source.column + column];
                *values = values.map(|value| L::from_f64(value.to_f64() / area));
            }
        }
    }

    fn interleave_shares<const N: usize>(&self, fields: [usize; N], cells: Range<usize>, values: &mut [[f64; N]]) {
        if let Some(shares) = self.shares {
            f64::interleave(&shares, fields.map(|field| field % shares.count()), cells, values);
        }
    }

    /// Fills consecutive target cells of up to `N` fields.
    fn fill<L: Lane, R: Element, const N: usize>(
        &self,
        rows: &Rows,
        cells: Range<usize>,
        beside: Beside<'_, L, N>,
        sums: &mut Vec<[f64; N]>,
        results: &mut [&mut [R]],
    ) {
        sums.resize(PIECE, [0.0; N]);
        for (first, piece) in rows.pieces(cells) {
            let sums = &mut sums[..piece.len()];
            self.sum(&piece, rows.base(beside.first), beside, sums);
            if let Some((_, areas)) = self.areas {
                let areas = &areas[piece.cell..piece.cell + piece.len()];
                sums.iter_mut().zip(areas).for_each(|(sums, area)| *sums = sums.map(|sum| sum * area));
            }
            scatter::scatter(sums, first, results);
        }
    }

    fn sum<L: Lane, const N: usize>(
        &self,
        piece: &Piece,
        base: usize,
        Beside { values, shares, .. }: Beside<'_, L, N>,
        sums: &mut [[f64; N]],
    ) {
        let rule = Rule::new(self.application.missing(), self.application.normalisation());
        match (self.application.reducer(), self.shares) {
            (Reducer::Mean | Reducer::Sum, Some(_)) => sums::weighted(piece, base, rule, values, shares, sums),
            (Reducer::Mean | Reducer::Sum, None) => {
                // Every value that is there counts in some sum: when none of these is NaN, none is missing.
                if !sums::plain(piece, base, rule, values, sums) {
                    sums::valid(piece, base, rule, values, sums);
                }
            }
            (reducer, _) => statistics::statistics(piece, base, rule, reducer, values, sums),
        }
    }
}

/// Consecutive target cells, and the span of source cells that they need.
struct Band {
    cells: Range<usize>,
    source: Range<usize>,
}

/// Source cells from `first` on with the values of `N` fields side by side.
#[derive(Clone, Copy)]
struct Beside<'a, L, const N: usize> {
    values: &'a [[L; N]],
    shares: &'a [[f64; N]],
    first: usize,
}

/// Buffers of one thread.
struct Buffers<L, const N: usize> {
    values: Vec<[L; N]>,
    shares: Vec<[f64; N]>,
    sums: Vec<[f64; N]>,
}

impl<L, const N: usize> Default for Buffers<L, N> {
    fn default() -> Self {
        Self { values: Vec::new(), shares: Vec::new(), sums: Vec::new() }
    }
}

impl<L: Lane, const N: usize> Buffers<L, N> {
    fn resize(&mut self, cells: usize, has_shares: bool) {
        self.values.resize(cells, [L::default(); N]);
        self.shares.resize(if has_shares { cells } else { 0 }, [0.0; N]);
    }
}

fn zeroed_lanes<L: Lane, const N: usize>(cells: usize) -> Vec<[L; N]> {
    vec![[L::default(); N]; cells]
}

/// Numbers of `N` fields from `first` on; the last of `count` stands for those there are not.
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

#[cfg(test)]
mod tests;
