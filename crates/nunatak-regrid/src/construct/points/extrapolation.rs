//! Weights for target cells that a method leaves empty.

use nunatak_grid::Grid;
use nunatak_parallel::map_values;

use super::nearest::{by_distance, centres};
use super::point_tree::PointTree;
use crate::error::Result;
use crate::options::{Extrapolation, Neighbours};

/// Entries for the target cells `empty`, from the source values that `keep` does not leave out.
pub(crate) fn entries(
    source: &Grid,
    target: &Grid,
    keep: impl Fn(usize) -> bool,
    empty: &[usize],
    extrapolation: Extrapolation,
) -> Result<Vec<Vec<(u32, f64)>>> {
    let neighbours = match extrapolation {
        Extrapolation::Off => return Ok(vec![Vec::new(); empty.len()]),
        Extrapolation::Nearest => Neighbours::NEAREST,
        Extrapolation::InverseDistance(neighbours) => neighbours,
    };
    let (_, from, to) = centres(source, target)?;
    let tree = PointTree::new(&from, keep);
    let entries = |cell: usize| {
        let (mut entries, mut found) = (Vec::new(), Vec::new());
        by_distance(&tree, to[cell], neighbours, &mut found, &mut entries);
        entries.sort_by_key(|&(cell, _)| cell);
        entries
    };
    Ok(map_values(empty.len(), |at| entries(empty[at])))
}
