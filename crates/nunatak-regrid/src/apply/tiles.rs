//! Tiles of nearby target cells, whose interleaved source cells stay in a thread's cache.

use std::ops::Range;

use super::interleave::GROUP;
use super::target_rows::{Piece, TargetRows};

/// Most source cells of a tile, but for those of the last few columns that it takes.
pub(super) const TILE_CELLS: usize = 4096;

/// Target cells that a tile takes at once.
const CELLS_PER_STEP: usize = 256;

/// No slot.
const NONE: u32 = u32::MAX;

/// Consecutive cells of a block of target cells: a few rows of it, or a part of its only one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Band {
    /// Its first cell, numbered within the block.
    pub(super) first: usize,
    pub(super) rows: usize,
    pub(super) columns: usize,
}

impl Band {
    /// Pieces of its rows between these columns, each with where it begins within the band.
    fn pieces<'a>(self, rows: &'a TargetRows, columns: &Range<usize>) -> impl Iterator<Item = (usize, Piece<'a>)> {
        let columns = columns.clone();
        (0..self.rows).flat_map(move |row| {
            let first = row * self.columns + columns.start;
            let cells = self.first + first..self.first + first + columns.len();
            rows.pieces(cells).map(move |(at, piece)| (first + at, piece))
        })
    }
}

/// Consecutive columns of a band, and the groups of source cells that they need. One is cut after the other, in the
/// same memory.
pub(super) struct Tile {
    band: Band,
    columns: Range<usize>,
    /// The groups of source cells, in order.
    groups: Vec<u32>,
    /// Where the source cells of the entries of the target cells' weights are among those of the groups.
    places: Vec<u32>,
    /// Of each group of the source, where it is among those of the tile.
    slots: Vec<u32>,
}

impl Tile {
    /// One without cells, of a block of so many source cells.
    pub(super) fn new(source: usize) -> Self {
        let band = Band { first: 0, rows: 0, columns: 0 };
        let slots = vec![NONE; source.div_ceil(GROUP)];
        Self { band, columns: 0..0, groups: Vec::new(), places: Vec::new(), slots }
    }

    /// The first tile of a band.
    pub(super) fn begin(&mut self, rows: &TargetRows, band: Band) {
        (self.band, self.columns) = (band, 0..0);
        self.cut(rows);
    }

    /// The tile after this one, which has no cells at the end of the band.
    pub(super) fn cut(&mut self, rows: &TargetRows) {
        for group in self.groups.drain(..) {
            self.slots[group as usize] = NONE;
        }
        self.columns = self.columns.end..self.columns.end;
        let step = (CELLS_PER_STEP / self.band.rows.max(1)).max(4);
        while self.columns.end < self.band.columns && self.source_cells() < TILE_CELLS {
            let next = self.columns.end..(self.columns.end + step).min(self.band.columns);
            self.collect(rows, &next);
            self.columns.end = next.end;
        }
        self.find_places(rows);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Source cells of its groups.
    pub(super) fn source_cells(&self) -> usize {
        self.groups.len() * GROUP
    }

    /// The groups of source cells, in order.
    pub(super) fn groups(&self) -> impl Iterator<Item = usize> + Clone {
        self.groups.iter().map(|&group| group as usize)
    }

    /// Of each group of the source, where it is among those of the tile; any number for one that is not.
    pub(super) fn slots(&self) -> &[u32] {
        &self.slots
    }

    /// Its target cells in pieces, each with where it begins within the band, and with places among the source cells
    /// of the groups.
    pub(super) fn pieces<'a>(&'a self, rows: &'a TargetRows) -> impl Iterator<Item = (usize, Piece<'a>)> {
        let mut places = &self.places[..];
        self.band.pieces(rows, &self.columns).map(move |(at, piece)| {
            let piece = piece.with_places(places);
            places = &places[piece.places().len()..];
            (at, piece)
        })
    }

    fn collect(&mut self, rows: &TargetRows, columns: &Range<usize>) {
        for (_, piece) in self.band.pieces(rows, columns) {
            for place in piece.places() {
                let group = place / GROUP as u32;
                let slot = &mut self.slots[group as usize];
                if *slot == NONE {
                    *slot = 0;
                    self.groups.push(group);
                }
            }
        }
    }

    fn find_places(&mut self, rows: &TargetRows) {
        self.groups.sort_unstable();
        for (slot, &group) in (0..).zip(&self.groups) {
            self.slots[group as usize] = slot;
        }
        self.places.clear();
        for (_, piece) in self.band.pieces(rows, &self.columns) {
            let place = |&place: &u32| self.slots[place as usize / GROUP] * GROUP as u32 + place % GROUP as u32;
            self.places.extend(piece.places().iter().map(place));
        }
    }
}
