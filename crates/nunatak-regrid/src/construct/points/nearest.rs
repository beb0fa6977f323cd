//! Weights of the nearest values: one, several by inverse distance, or each source value to its nearest target.

use nunatak_grid::vector::Vector;
use nunatak_grid::{AuthalicSphere, Grid};
use nunatak_parallel::map;
use rayon::prelude::*;

use super::blocks::{BLOCK, in_blocks};
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

/// An index of the values of a grid, for the nearest of them to a point.
pub(crate) struct NearestValues {
    tree: PointTree,
    reach: Reach,
}

impl NearestValues {
    /// The index of the values of a grid on this sphere.
    pub(crate) fn new(source: &Grid, sphere: &AuthalicSphere) -> Result<Self> {
        let places = source.centres_on_sphere(sphere)?;
        Ok(Self {
            tree: PointTree::new(&places, |cell| !source.is_hole(cell)),
            reach: Reach::of(source, sphere, &places)?,
        })
    }

    /// The nearest source value of each point that a source cell reaches.
    pub(crate) fn nearest(&self, points: &[Vector]) -> Vec<CsrRows> {
        in_blocks(points.len(), Vec::new, |found, rows, index| {
            rows.push(self.reach.nearest(&self.tree, points[index], found).map(|cell| (cell, 1.0)));
        })
    }

    /// The nearest source values weighted by a power of the inverse of their great-circle distance.
    pub(crate) fn inverse_distance(&self, points: &[Vector], neighbours: Neighbours) -> Vec<CsrRows> {
        in_blocks(
            points.len(),
            || (Vec::new(), Vec::new()),
            |(found, entries), rows, index| {
                entries.clear();
                if self.reach.nearest(&self.tree, points[index], found).is_some() {
                    by_distance(&self.tree, points[index], neighbours, found, entries);
                }
                rows.push_sum(entries);
            },
        )
    }
}

/// Each source value goes to the nearest target centre; a target cell gets the mean of what comes to it. Values
/// that no target cell reaches go nowhere.
pub(super) fn nearest_target(source: &Grid, target: &Grid) -> Result<Vec<CsrRows>> {
    let (sphere, from, to) = centres(source, target)?;
    let tree = PointTree::new(&to, |cell| !target.is_hole(cell));
    let reach = Reach::of(target, &sphere, &to)?;
    let blocks = map(from.len().div_ceil(BLOCK), |block| {
        let cells = block * BLOCK..((block + 1) * BLOCK).min(from.len());
        let mut found = Vec::new();
        let there = cells.filter(|&cell| !source.is_hole(cell));
        let pairs = there.filter_map(|cell| Some((reach.nearest(&tree, from[cell], &mut found)?, cell as u32)));
        pairs.collect::<Vec<(u32, u32)>>()
    });
    let mut pairs = blocks.concat();
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
