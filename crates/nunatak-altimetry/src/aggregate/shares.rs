//! What the leaves of a cell share with those of other cells: the errors of their overpasses.

use std::collections::BTreeMap;

use super::column::Column;
use super::leaf::Leaf;
use crate::error_model::{Geolocation, OverpassPart, overpass_of};

/// What the points of a pass in a block add to the errors that an overpass shares.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    pub(super) pass: i32,
    /// Its number, or that of the pass where errors are stated as one number.
    pub(super) overpass: i64,
    block: u32,
    /// Share in the weight of its block.
    weight: f64,
    pub(super) error: SharedError,
}

/// An error that the points of an overpass share.
#[derive(Debug, Clone, Copy)]
pub(super) enum SharedError {
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

/// What the leaves of a cell share with others, by rising overpass. A leaf without slopes has those of the rest of its pass in
/// the cell, or else of the cell. `None` where nothing is known.
pub(super) fn shares(leaves: &[Leaf], blocks: &[Leaf], all: &Leaf, geolocation: Geolocation) -> Option<Vec<Share>> {
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
            shares.push(Share { pass, overpass, block: block as u32, weight, error });
        }
    }
    Some(shares)
}

/// Errors that a cell of these shares has in common with others, by overpass and then by pair: parts of which the squares add to the
/// variance of its height (m). `weights` are those of its blocks, `pair` the size of a pair's own vector in those of its overpass.
pub(super) fn parts(shares: &[Share], weights: &[f64], pair: f64) -> Vec<(i64, [f64; 3])> {
    let of_overpass = |shares: &[Share]| match shares[0].error {
        SharedError::Vector(_) => vector(shares, weights),
        SharedError::Stated(_) => [stated(shares, weights), 0.0, 0.0],
    };
    let by_overpass = shares.chunk_by(|one, other| one.overpass == other.overpass);
    let own = by_overpass.map(|shares| (shares[0].overpass, of_overpass(shares)));
    let has_pairs = |share: &Share| pair > 0.0 && matches!(share.error, SharedError::Vector(_));
    let by_pass = shares.chunk_by(|one, other| one.pass == other.pass).filter(|shares| has_pairs(&shares[0]));
    let of_pair = |shares: &[Share]| vector(shares, weights).map(|part| pair * part);
    own.chain(by_pass.map(|shares| (OverpassPart::of_pair(shares[0].pass), of_pair(shares)))).collect()
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
