//! One cell: its blocks and its own statistics.

use super::aside::Aside;
use super::column::Column;
use super::leaf::{Leaf, OfPoints};
use super::pass::{Pass, datum, passes_apart};
use super::shares::{Share, parts, shares};
use super::statistics::AggregateOptions;
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
        let shares = shares(leaves, &blocks, &all, options.geolocation);
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
            held_out: if is_held_out {
                passes_apart(leaves, shares.as_deref().unwrap_or_default(), options)
            } else {
                Vec::new()
            },
            shares,
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
    pub(super) fn shared(&self, weights: &[f64], pair: f64) -> Option<Vec<(i64, [f64; 3])>> {
        self.shares.as_ref().map(|shares| parts(shares, weights, pair))
    }
}

/// How many different passes there are.
pub(super) fn passes(mut passes: Vec<i32>) -> i32 {
    passes.sort_unstable();
    passes.dedup();
    passes.len() as i32
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
