//! Weights of the nearest values: one, several by inverse distance, or each source value to its nearest target.

use nunatak_grid::vector::Vector;
use nunatak_grid::{AuthalicSphere, Grid};
use rayon::prelude::*;

use super::blocks::in_blocks;
use super::point_tree::{Found, PointTree};
use super::reach::Reach;
use crate::csr::CsrRows;
use crate::error::Result;
use crate::options::Neighbours;

/// Centres of two grids on the sphere of the target's ellipsoid.
pub(super) fn centres(source: &Grid, target: &Grid) -> Result<(AuthalicSphere, Vec<Vector>, Vec<Vector>)> {
    let sphere = AuthalicSphere::new(&target.ellipsoid());
    Ok((sphere, source.centres_on_sphere(&sphere)?, target.centres_on_sphere(&sphere)?))
}

/// The nearest source value of each target centre that a source cell reaches.
pub(super) fn nearest(source: &Grid, target: &Grid) -> Result<Vec<CsrRows>> {
    let (sphere, from, to) = centres(source, target)?;
    let (tree, reach) = (PointTree::new(&from, |_| true), Reach::of(source, &sphere, &from)?);
    Ok(in_blocks(to.len(), Vec::new, |found, rows, index| {
        rows.push(reach.nearest(&tree, to[index], found).map(|cell| (cell, 1.0)));
    }))
}

/// Each source value goes to the nearest target centre; a target cell gets the mean of what comes to it. Values
/// that no target cell reaches go nowhere.
pub(super) fn nearest_target(source: &Grid, target: &Grid) -> Result<Vec<CsrRows>> {
    let (sphere, from, to) = centres(source, target)?;
    let (tree, reach) = (PointTree::new(&to, |_| true), Reach::of(target, &sphere, &to)?);
    let mut pairs: Vec<(u32, u32)> = from
        .par_iter()
        .enumerate()
        .map_init(Vec::new, |found, (cell, &point)| Some((reach.nearest(&tree, point, found)?, cell as u32)))
        .flatten()
        .collect();
    pairs.par_sort_unstable();
    Ok(in_blocks(
        to.len(),
        || (),
        |(), rows, index| {
            let own = pairs.partition_point(|&(cell, _)| (cell as usize) < index)
                ..pairs.partition_point(|&(cell, _)| cell as usize <= index);
            let share = 1.0 / own.len() as f64;
            rows.push(pairs[own].iter().map(|&(_, cell)| (cell, share)));
        },
    ))
}

/// The nearest source values weighted by a power of the inverse of their great-circle distance.
pub(super) fn inverse_distance(source: &Grid, target: &Grid, neighbours: Neighbours) -> Result<Vec<CsrRows>> {
    let (sphere, from, to) = centres(source, target)?;
    let (tree, reach) = (PointTree::new(&from, |_| true), Reach::of(source, &sphere, &from)?);
    Ok(in_blocks(
        to.len(),
        || (Vec::new(), Vec::new()),
        |(found, entries), rows, index| {
            entries.clear();
            if reach.nearest(&tree, to[index], found).is_some() {
                by_distance(&tree, to[index], neighbours, found, entries);
            }
            rows.push_sum(entries);
        },
    ))
}

/// Adds the nearest values and their weights, which sum to one.
pub(super) fn by_distance(
    tree: &PointTree,
    point: Vector,
    neighbours: Neighbours,
    found: &mut Vec<Found>,
    entries: &mut Vec<(u32, f64)>,
) {
    tree.search(point, neighbours.count(), f64::INFINITY, found);
    let angle = |chord: f64| 2.0 * (0.5 * chord.sqrt()).min(1.0).asin();
    let Some(&(first, nearest)) = found.first() else { return };
    // A value nearer than a billionth of an Earth's radius, some millimetres, is the value.
    if first < 1e-18 {
        entries.push((nearest, 1.0));
        return;
    }
    // Relative to the nearest, so that no power overflows.
    let weight = |chord: f64| (angle(first) / angle(chord)).powf(neighbours.power());
    let sum: f64 = found.iter().map(|&(chord, _)| weight(chord)).sum();
    entries.extend(found.iter().map(|&(chord, cell)| (cell, weight(chord) / sum)));
}
