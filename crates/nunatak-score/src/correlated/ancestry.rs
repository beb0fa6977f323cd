//! The order of residuals, and those before each that it is conditioned on.

use std::ops::Range;

use nunatak_parallel::map_values;

use super::nearest::NearestPlaces;

/// Residuals that are conditioned on all before them.
const FIRST: usize = 64;
/// The most neighbours: of few residuals, where time is no matter, far apart, where a residual is told by many, and close together, where those beside it tell all.
const FEW_NEIGHBOURS: usize = 60;
const FAR_NEIGHBOURS: usize = 20;
const CLOSE_NEIGHBOURS: usize = 8;
/// Residuals after which neighbours are fewer, and close together.
const FEW: usize = 1 << 11;
const FAR: usize = 1 << 16;

/// Residuals drawn at random into levels that double in number, each with its nearest neighbours before it: so pairs at all distances
/// are among them, which an order along tracks misses (Guinness 2018). Within a level they stand as they came, so that what is
/// used one after the other is near in memory, too.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ancestry {
    order: Vec<u32>,
    levels: Vec<Range<usize>>,
    /// Where the parents of each place in the order begin, and where the last ones end.
    starts: Vec<usize>,
    parents: Vec<u32>,
}

impl Ancestry {
    /// Of residuals that do not depend on each other.
    pub(crate) fn independent(count: usize) -> Self {
        let (order, levels) = drawn_levels(count);
        Self { order, levels, starts: vec![0; count + 1], parents: Vec::new() }
    }

    /// Of residuals at these geocentric coordinates.
    pub(crate) fn new(positions: &[[f64; 3]]) -> Self {
        let count = positions.len();
        let (order, levels) = drawn_levels(count);
        let mut found = Self { order, levels, starts: vec![0], parents: Vec::new() };
        let mut ranks = vec![0; count];
        found.order.iter().enumerate().for_each(|(place, &number)| ranks[number as usize] = place as u32);
        for level in found.levels.clone() {
            let of_level = found.parents_of(positions, &ranks, level);
            for parents in of_level {
                found.parents.extend(parents);
                found.starts.push(found.parents.len());
            }
        }
        found
    }

    fn parents_of(&self, positions: &[[f64; 3]], ranks: &[u32], level: Range<usize>) -> Vec<Vec<u32>> {
        if level.start == 0 {
            return level.map(|place| self.order[..place].to_vec()).collect();
        }
        // Of the places of the level itself, half come before one: twice as many as are wanted hold enough that do.
        let tree = NearestPlaces::new(positions, &self.order[..level.end]);
        let neighbours = match level.start {
            ..FEW => FEW_NEIGHBOURS,
            FEW..FAR => FAR_NEIGHBOURS,
            _ => CLOSE_NEIGHBOURS,
        };
        map_values(level.len(), |at| {
            let place = level.start + at;
            let mut found = Vec::with_capacity(2 * neighbours);
            tree.of(&positions[self.order[place] as usize], 2 * neighbours, &mut found);
            let before =
                found.into_iter().map(|(_, number)| number).filter(|&number| ranks[number as usize] < place as u32);
            before.take(neighbours).collect()
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    /// The residual at a place in the order.
    pub(crate) fn at(&self, place: usize) -> usize {
        self.order[place] as usize
    }

    /// Those that the residual at a place in the order is conditioned on, nearest first but for the first level.
    pub(crate) fn parents(&self, place: usize) -> &[u32] {
        &self.parents[self.parent_range(place)]
    }

    /// Where they are among all parents.
    pub(crate) fn parent_range(&self, place: usize) -> Range<usize> {
        self.starts[place]..self.starts[place + 1]
    }

    pub(crate) fn parents_in_all(&self) -> usize {
        self.parents.len()
    }

    /// Places in the order, level by level.
    pub(crate) fn levels(&self) -> &[Range<usize>] {
        &self.levels
    }

    /// Residuals drawn at random: whole levels, up to so many.
    pub(crate) fn drawn(&self, count: usize) -> &[u32] {
        let end = self.levels.iter().map(|level| level.end).take_while(|&end| end <= count).last();
        &self.order[..end.unwrap_or(count.min(self.order.len()))]
    }
}

/// Residuals in levels, and where these begin and end.
fn drawn_levels(count: usize) -> (Vec<u32>, Vec<Range<usize>>) {
    let mut order: Vec<u32> = (0..count as u32).collect();
    order.sort_by_cached_key(|&number| scrambled(u64::from(number)));
    let mut levels = Vec::new();
    let mut start = 0;
    while start < count {
        let end = (2 * start).clamp(FIRST, count.max(FIRST)).min(count);
        order[start..end].sort_unstable();
        levels.push(start..end);
        start = end;
    }
    (order, levels)
}

/// A number that looks random: the finaliser of `SplitMix64` (Steele, Lea and Flood 2014).
fn scrambled(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
