//! One cell: its blocks, its own statistics, and what overpasses share in it.

use std::collections::BTreeMap;

use super::aside::Aside;
use super::column::Column;
use super::leaf::{Leaf, OfPoints};
use super::pass::{Pass, datum, overpass_of, passes_apart};
use super::statistics::AggregateOptions;
use crate::error_model::Geolocation;
use crate::surface::{Block, LocalSlope};

/// A cell that holds points, without the sums it was made of: memory goes with the blocks that hold points.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) index: u64,
    /// Square root of its area, m.
    pub(super) width: f64,
    /// Latitude and longitude of a point in it.
    pub(super) place: [f64; 2],
    /// With those that were edited.
    pub(super) count: u64,
    pub(super) edited: u32,
    pub(super) passes: i32,
    /// First and last instant.
    pub(super) times: (i64, i64),
    pub(super) of_points: OfPoints,
    /// Whether the random error of a point is known.
    pub(super) has_sigma: bool,
    /// Its blocks as data about the surface, and their shares in the weight of the cell.
    pub(super) blocks: Vec<Block>,
    pub(super) block_shares: Vec<f64>,
    /// Passes far from each other, where they are to be held out.
    pub(super) held_out: Vec<Pass>,
    /// What overpasses share; `None` where no point has a known error.
    shares: Option<Vec<Share>>,
}

/// What the points of a pass in a block add to the errors that an overpass shares.
#[derive(Debug, Clone, Copy)]
struct Share {
    /// Its number, or that of the pass where errors are stated as one number.
    overpass: i64,
    block: u32,
    /// Share in the weight of its block.
    weight: f64,
    error: SharedError,
}

#[derive(Debug, Clone, Copy)]
enum SharedError {
    /// Radial, along and across the track, with their signs, m.
    Vector([f64; 3]),
    /// One number, whose sign nobody states, m.
    Stated(f64),
}

impl Share {
    fn weight(&self, weights: &[f64]) -> f64 {
        weights[self.block as usize] * self.weight
    }
}

/// Signed sums of the errors of an overpass, in which slopes that face each other cancel.
fn vector(shares: &[Share], weights: &[f64]) -> [f64; 3] {
    let mut sum = [0.0; 3];
    for share in shares {
        if let SharedError::Vector(parts) = share.error {
            let weight = share.weight(weights);
            sum.iter_mut().zip(parts).for_each(|(sum, part)| *sum += weight * part);
        }
    }
    sum
}

/// The mean of the errors stated in a pass, with the sizes of their weights, times its weight in the cell: numbers that differ
/// cannot cancel where kriging weighs a block negatively.
fn stated(shares: &[Share], weights: &[f64]) -> f64 {
    let (mut weight, mut sizes, mut sum) = (0.0, 0.0, 0.0);
    for share in shares {
        if let SharedError::Stated(error) = share.error {
            let own = share.weight(weights);
            (weight, sizes, sum) = (weight + own, sizes + own.abs(), sum + own.abs() * error);
        }
    }
    weight * sum / sizes.max(f64::MIN_POSITIVE)
}

impl Cell {
    /// Of the leaves of a cell by block and pass; `None` of none.
    pub(super) fn new(
        leaves: &[Leaf],
        width: f64,
        aside: Aside,
        is_held_out: bool,
        options: &AggregateOptions,
    ) -> Option<Self> {
        let blocks: Vec<Leaf> =
            leaves.chunk_by(|one, other| one.block == other.block).filter_map(Leaf::merged).collect();
        let all = Leaf::merged(&blocks)?;
        let weight = all.total(Column::Weight);
        Some(Self {
            index: all.cell,
            width,
            place: aside.southernmost,
            count: all.count + u64::from(aside.edited),
            edited: aside.edited,
            passes: passes(leaves.iter().map(|leaf| leaf.pass).collect()),
            times: all.times,
            of_points: OfPoints::new(&all, width),
            has_sigma: all.value(Column::WithSigma) > 0.0,
            block_shares: blocks.iter().map(|block| block.total(Column::Weight).over(weight)).collect(),
            shares: shares(leaves, &blocks, &all, options.geolocation),
            held_out: if is_held_out { passes_apart(leaves, options.overlap) } else { Vec::new() },
            blocks: blocks.iter().map(|block| datum(block, options.overlap)).collect(),
        })
    }

    /// Lets go of what is only needed for its statistics.
    pub(super) fn forget_blocks(&mut self) {
        (self.blocks, self.block_shares, self.shares) = (Vec::new(), Vec::new(), None);
        self.held_out = Vec::new();
    }

    /// Errors that it shares with others, by overpass: parts of which the squares add to the variance of its height (m). `None`
    /// where no point has a known one. `weights` are those of the blocks.
    pub(super) fn shared(&self, weights: &[f64]) -> Option<Vec<(i64, [f64; 3])>> {
        let shares = self.shares.as_ref()?.chunk_by(|one, other| one.overpass == other.overpass);
        let part = |shares: &[Share]| match shares[0].error {
            SharedError::Vector(_) => vector(shares, weights),
            SharedError::Stated(_) => [stated(shares, weights), 0.0, 0.0],
        };
        Some(shares.map(|shares| (shares[0].overpass, part(shares))).collect())
    }
}

/// How many different passes there are.
pub(super) fn passes(mut passes: Vec<i32>) -> i32 {
    passes.sort_unstable();
    passes.dedup();
    passes.len() as i32
}

/// What the leaves of a cell share with others, by rising overpass. A leaf without slopes has those of the rest of its pass in
/// the cell, or else of the cell. `None` where nothing is known.
fn shares(leaves: &[Leaf], blocks: &[Leaf], all: &Leaf, geolocation: Geolocation) -> Option<Vec<Share>> {
    let vector = match geolocation {
        Geolocation::Overpass { radial, along, across } if all.value(Column::WithSlopes) > 0.0 => {
            Some([radial, along, across])
        }
        _ => None,
    };
    let columns: &[Column] = match vector {
        Some(_) => &[Column::WithSlopes, Column::Along, Column::Across],
        None => &[Column::WithShared, Column::Shared],
    };
    let of_all = ratios(columns, [all].into_iter())?;
    let mut by_pass: BTreeMap<i32, Vec<&Leaf>> = BTreeMap::new();
    leaves.iter().for_each(|leaf| by_pass.entry(leaf.pass).or_default().push(leaf));
    let mut shares = Vec::with_capacity(leaves.len());
    for (pass, leaves) in by_pass {
        let of_pass = ratios(columns, leaves.iter().copied()).unwrap_or(of_all);
        for leaf in leaves {
            let Ok(block) = blocks.binary_search_by_key(&leaf.block, |block| block.block) else { continue };
            let own = ratios(columns, [leaf].into_iter()).unwrap_or(of_pass);
            let (overpass, error) = match vector {
                Some([radial, along, across]) => {
                    (overpass_of(pass), SharedError::Vector([radial, own[0] * along, own[1] * across]))
                }
                None => (i64::from(pass), SharedError::Stated(own[0])),
            };
            let weight = leaf.total(Column::Weight).over(blocks[block].total(Column::Weight));
            shares.push(Share { overpass, block: block as u32, weight, error });
        }
    }
    Some(shares)
}

/// Weighted means over leaves: of the columns after the first, whose weight is the first. `None` without weight.
fn ratios<'a>(columns: &[Column], leaves: impl Iterator<Item = &'a Leaf>) -> Option<[f64; 2]> {
    let (mut weight, mut sums) = (0.0, [0.0; 2]);
    for leaf in leaves {
        weight += leaf.value(columns[0]);
        sums.iter_mut().zip(&columns[1..]).for_each(|(sum, &column)| *sum += leaf.value(column));
    }
    (weight > 0.0).then(|| sums.map(|sum| sum / weight))
}

/// The plane through blocks.
pub(super) fn local_slope(blocks: &[Block]) -> LocalSlope {
    let count = blocks.len() as f64;
    let mean = |value: &dyn Fn(&Block) -> f64| blocks.iter().map(value).sum::<f64>() / count;
    let (x, y, height) = (mean(&|b| b.place[0]), mean(&|b| b.place[1]), mean(&|b| b.height));
    let product = |one: &dyn Fn(&Block) -> f64, other: &dyn Fn(&Block) -> f64| mean(&|b| one(b) * other(b));
    let (dx, dy, dh) = (|b: &Block| b.place[0] - x, |b: &Block| b.place[1] - y, |b: &Block| b.height - height);
    LocalSlope {
        spread: [product(&dx, &dx), product(&dx, &dy), product(&dy, &dy)],
        tilt: [product(&dx, &dh), product(&dy, &dh)],
        variance: product(&dh, &dh),
    }
}
