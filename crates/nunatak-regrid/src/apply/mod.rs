//! Weights applied to many fields at once.
//!
//! Target cells are taken in tiles; the source cells that a tile meets are gathered once for [`LANES`] fields, side
//! by side in double precision, so that each weight is loaded once and multiplied into all of them.

mod gather;
mod statistics;
mod sums;
mod tile;
mod varying;

use std::ops::Range;

use nunatak_array::Element;
use rayon::prelude::*;

pub(crate) use self::gather::Fields;
use self::sums::Rule;
use self::tile::Tile;
use crate::block::Block;
use crate::variation::Variation;
use crate::{Application, Reducer, Weights};

/// Fields that are summed side by side.
const LANES: usize = 8;

/// Fewest fields that are worth being padded to [`LANES`].
const FEWEST: usize = 3;

/// Entries of the weights in a tile, more or less.
const TILE_ENTRIES: usize = 16_384;

/// Most columns of a tile of more than one row.
const TILE_COLUMNS: usize = 1024;

/// Most gathered source cells of a tile for which fields are summed side by side.
const MOST_GATHERED: usize = 1 << 20;

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
        let count = self.fields.count();
        let mut results = vec![R::default(); count * self.target.len()];
        if let Some(variation) = self.variation {
            varying::fill(self, variation, &mut results);
            return results;
        }
        let (rows, columns) = self.tile_shape();
        let rule = Rule::new(self.application.missing(), self.application.normalisation());
        tiles(&mut results, self.target, rows, columns)
            .into_par_iter()
            .for_each_init(Scratch::default, |scratch, (tile, mut results)| {
                self.fill(scratch, rule, tile, &mut results)
            });
        results
    }

    /// Rows and columns of the target that make up a tile.
    fn tile_shape(&self) -> (usize, usize) {
        let cells = self.weights.row_starts().len() - 1;
        let entries = (self.weights.values().len() / cells.max(1)).max(1);
        let cells = (TILE_ENTRIES / entries).max(1);
        let most = if self.target.rows == 1 { cells } else { TILE_COLUMNS };
        let columns = self.target.columns.min(cells).min(most).max(1);
        ((cells / columns).max(1), columns)
    }

    /// Fills one tile of every field; `results` has a row of each field after the other.
    fn fill<R: Element>(&self, scratch: &mut Scratch, rule: Rule, target: Block, results: &mut [&mut [R]]) {
        let width = self.weights.target().rows_and_columns().1;
        let cells: Vec<Range<usize>> = (target.row..target.row + target.rows)
            .map(|row| row * width + target.column..row * width + target.column + target.columns)
            .collect();
        scratch.tile.load(self.weights, &cells, &self.source);
        let mut fields = 0;
        for results in results.chunks_mut(LANES * target.rows) {
            let count = results.len() / target.rows;
            if count >= FEWEST && scratch.tile.cells.len() <= MOST_GATHERED {
                self.sum(&mut scratch.wide, &scratch.tile, rule, &cells, fields, results);
            } else {
                for (field, results) in results.chunks_mut(target.rows).enumerate() {
                    self.sum(&mut scratch.single, &scratch.tile, rule, &cells, fields + field, results);
                }
            }
            fields += count;
        }
    }

    /// Fills one tile of up to `N` fields from `first` on.
    fn sum<R: Element, const N: usize>(
        &self,
        lanes: &mut Lanes<N>,
        tile: &Tile,
        rule: Rule,
        cells: &[Range<usize>],
        first: usize,
        results: &mut [&mut [R]],
    ) {
        let last = first + results.len() / cells.len() - 1;
        let fields: [usize; N] = std::array::from_fn(|lane| (first + lane).min(last));
        lanes.values.resize(tile.cells.len().max(lanes.values.len()), [0.0; N]);
        lanes.sums.resize(tile.ends.len().max(lanes.sums.len()), [0.0; N]);
        let (values, sums) = (&mut lanes.values[..tile.cells.len()], &mut lanes.sums[..tile.ends.len()]);
        self.fields.gather(fields, &tile.runs, values);
        if let Some((areas, _)) = self.areas {
            let areas = tile.cells.iter().map(|&cell| areas[cell as usize]);
            values.iter_mut().zip(areas).for_each(|(values, area)| *values = values.map(|value| value / area));
        }
        match (self.application.reducer(), self.shares) {
            (Reducer::Mean | Reducer::Sum, Some(shares)) => {
                lanes.shares.resize(tile.cells.len().max(lanes.shares.len()), [0.0; N]);
                let fields = fields.map(|field| field % shares.count());
                shares.gather(fields, &tile.runs, &mut lanes.shares[..tile.cells.len()]);
                sums::weighted(tile, rule, values, &lanes.shares, sums);
            }
            (Reducer::Mean | Reducer::Sum, None) => {
                // Every value that is gathered counts in some sum: when none is NaN, none is missing.
                if !sums::plain(tile, rule, values, sums) {
                    sums::valid(tile, rule, values, sums);
                }
            }
            (reducer, _) => statistics::statistics(tile, rule, reducer, values, sums),
        }
        if let Some((_, areas)) = self.areas {
            let areas = cells.iter().flat_map(|cells| &areas[cells.clone()]);
            sums.iter_mut().zip(areas).for_each(|(sums, area)| *sums = sums.map(|sum| sum * area));
        }
        scatter(sums, results, cells.len());
    }
}

/// Buffers of one thread.
#[derive(Default)]
struct Scratch {
    tile: Tile,
    wide: Lanes<LANES>,
    single: Lanes<1>,
}

/// Values of `N` fields side by side.
#[derive(Default)]
struct Lanes<const N: usize> {
    values: Vec<[f64; N]>,
    shares: Vec<[f64; N]>,
    sums: Vec<[f64; N]>,
}

/// Cuts the target into tiles of at most `rows` times `columns`, each with its rows of every field.
fn tiles<R>(results: &mut [R], target: Block, rows: usize, columns: usize) -> Vec<(Block, Vec<&mut [R]>)> {
    let across = target.columns.div_ceil(columns);
    let fields = results.len() / target.len();
    let mut tiles = Vec::with_capacity(target.rows.div_ceil(rows) * across);
    for row in (0..target.rows).step_by(rows) {
        for column in (0..target.columns).step_by(columns) {
            let tile = Block {
                row: target.row + row,
                column: target.column + column,
                rows: rows.min(target.rows - row),
                columns: columns.min(target.columns - column),
            };
            tiles.push((tile, Vec::with_capacity(fields * tile.rows)));
        }
    }
    for (row, cells) in results.chunks_mut(target.columns).enumerate() {
        let first = row % target.rows / rows * across;
        for (tile, part) in tiles[first..].iter_mut().zip(cells.chunks_mut(columns)) {
            tile.1.push(part);
        }
    }
    tiles
}

/// Takes sums side by side apart into the rows of each field.
fn scatter<R: Element, const N: usize>(sums: &[[f64; N]], results: &mut [&mut [R]], rows: usize) {
    for (lane, results) in results.chunks_mut(rows).enumerate() {
        let mut sums = sums.iter();
        for row in results {
            for (result, sums) in row.iter_mut().zip(&mut sums) {
                *result = R::from_f64(sums[lane]);
            }
        }
    }
}

#[cfg(test)]
mod tests;
