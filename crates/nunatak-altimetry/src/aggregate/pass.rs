//! Passes through a cell, and their points as data about the surface.

use std::collections::BTreeMap;

use super::column::Column;
use super::leaf::Leaf;
use super::shares::{Share, SharedError};
use super::statistics::AggregateOptions;
use crate::surface::Block;

/// One pass through a cell.
#[derive(Debug, Clone)]
pub(super) struct Pass {
    overpass: i64,
    /// Size of its pair's own vector in those of the overpass.
    pair: f64,
    /// What the error of its overpass adds to its height: radial, along and across the track, m.
    shared: [f64; 3],
    pub(super) blocks: Vec<Block>,
}

impl Pass {
    /// Variance of the difference between its height and that of another pass by the errors of their overpasses, m²: of one overpass
    /// only their slopes differ.
    pub(super) fn geolocation_variance(&self, other: &Self) -> f64 {
        let square = |value: f64| value * value;
        let parts = || self.shared.iter().zip(other.shared);
        let apart: f64 = parts().map(|(own, other)| square(*own) + square(other)).sum();
        if self.overpass == other.overpass {
            parts().map(|(own, other)| square(own - other)).sum::<f64>() + square(self.pair) * apart
        } else {
            (1.0 + square(self.pair)) * apart
        }
    }

    /// About a plane of this slope (m per width).
    pub(super) fn less_slope(&self, slope: [f64; 2]) -> Self {
        let blocks = self.blocks.iter().map(|block| block.less_slope(slope)).collect();
        Self { blocks, ..*self }
    }
}

/// Passes of a cell that are looked at: those that lie furthest from each other.
const MOST: usize = 4;

/// Passes through a cell of these leaves and shares, as far from each other as there are.
pub(super) fn passes_apart(leaves: &[Leaf], shares: &[Share], options: &AggregateOptions) -> Vec<Pass> {
    let mut by_pass: BTreeMap<i32, Vec<Block>> = BTreeMap::new();
    leaves.iter().for_each(|leaf| by_pass.entry(leaf.pass).or_default().push(datum(leaf, options.overlap)));
    let mut rest: Vec<Pass> =
        by_pass.into_iter().map(|(pass, blocks)| of_blocks(pass, blocks, shares, options.pair)).collect();
    let mut apart: Vec<Pass> = Vec::with_capacity(MOST);
    while apart.len() < MOST && !rest.is_empty() {
        let nearest = |pass: &Pass| apart.iter().map(|own| distance(own, pass)).fold(f64::INFINITY, f64::min);
        let furthest =
            (0..rest.len()).fold(0, |best, at| if nearest(&rest[at]) > nearest(&rest[best]) { at } else { best });
        apart.push(rest.remove(furthest));
    }
    apart
}

/// The pass of these blocks; without shares nothing is known of its overpass.
fn of_blocks(pass: i32, blocks: Vec<Block>, shares: &[Share], pair: f64) -> Pass {
    let own: Vec<&Share> = shares.iter().filter(|share| share.pass == pass).collect();
    let mut shared = [0.0; 3];
    for share in &own {
        let parts = match share.error {
            SharedError::Vector(parts) => parts,
            SharedError::Stated(error) => [error, 0.0, 0.0],
        };
        shared.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part / own.len() as f64);
    }
    let pair = if own.iter().any(|share| matches!(share.error, SharedError::Vector(_))) { pair } else { 0.0 };
    Pass { overpass: own.first().map_or(i64::from(pass), |share| share.overpass), pair, shared, blocks }
}

/// Squared distance between the middles of two passes.
fn distance(one: &Pass, other: &Pass) -> f64 {
    let middle = |pass: &Pass, axis: usize| {
        pass.blocks.iter().map(|block| block.place[axis]).sum::<f64>() / pass.blocks.len() as f64
    };
    (0..2).map(|axis| (middle(one, axis) - middle(other, axis)).powi(2)).sum()
}

/// The points of a leaf, or of several in one block, as a datum about the surface.
pub(super) fn datum(block: &Leaf, overlap: f64) -> Block {
    let weight = block.total(Column::Weight);
    let total = weight.value();
    let about_means = |products: Column, one: Column, other: Column| {
        block.total(products).less_product(block.total(one), block.total(other), weight) / total
    };
    let count = block.count as f64;
    let noise = overlap * block.value(Column::Random) / (total * total);
    let spread = block.total(Column::SquaredHeight).squares_about_mean(block.total(Column::Height), weight) / total;
    Block {
        place: [Column::X, Column::Y].map(|column| block.total(column).over(weight)),
        spread: [
            about_means(Column::XX, Column::X, Column::X).max(0.0),
            about_means(Column::XY, Column::X, Column::Y),
            about_means(Column::YY, Column::Y, Column::Y).max(0.0),
        ],
        height: block.total(Column::Height).over(weight),
        noise,
        variance: if block.count > 1 { (spread - noise / overlap * (count - 1.0)).max(0.0) } else { f64::NAN },
        tilt: [
            about_means(Column::XHeight, Column::X, Column::Height),
            about_means(Column::YHeight, Column::Y, Column::Height),
        ],
        count,
    }
}
