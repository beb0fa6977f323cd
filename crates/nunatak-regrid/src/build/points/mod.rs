//! Methods that give a target cell its value at a point: its centre.
//!
//! ```text
//! axes (rows and columns) ─► bilinear stencil, blended Lagrange polynomials
//! rings (HEALPix, reduced Gaussian) ─► linear along two rings and between them ─┐
//! network (polygons of values) ─► barycentric, inverse bilinear, mean value ────┴─► moving least squares
//! point tree ─► nearest, inverse distance, extrapolation
//! ```

mod axes;
mod axes_smooth;
pub(crate) mod extrapolation;
mod nearest;
mod network;
mod patch;
mod point_tree;
mod polygon;
mod reach;
mod rings;
mod surface;

use nunatak_grid::Grid;
use rayon::prelude::*;

use super::Rows;
use crate::{Method, RegridError, Result};

/// The rows of a method of points; none of the others.
pub(super) fn rows(source: &Grid, target: &Grid, method: Method) -> Result<Vec<Rows>> {
    match (method, source) {
        (Method::Bilinear, Grid::Rectilinear(source)) => axes::bilinear(source, target),
        (Method::Patch, Grid::Rectilinear(source)) => axes_smooth::rows(source, target),
        (Method::Nearest, Grid::Rectilinear(source)) => axes::nearest(source, target),
        (Method::Bilinear, _) => patch::Interpolator::new(source, target)?.bilinear(),
        (Method::Patch, _) => patch::Interpolator::new(source, target)?.smooth(),
        (Method::Nearest, _) => nearest::nearest(source, target),
        (Method::NearestTarget, _) => nearest::nearest_target(source, target),
        (Method::InverseDistance(neighbours), _) => nearest::inverse_distance(source, target, neighbours),
        _ => Err(RegridError::Family),
    }
}

/// Target cells whose rows one task fills.
const BLOCK: usize = 4096;

/// Rows of `count` target cells, filled in parallel by blocks; `state` is made once a block.
fn in_blocks<S>(
    count: usize,
    state: impl Fn() -> S + Sync,
    row: impl Fn(&mut S, &mut Rows, usize) + Sync,
) -> Vec<Rows> {
    (0..count.div_ceil(BLOCK))
        .into_par_iter()
        .map(|block| {
            let (mut state, mut rows) = (state(), Rows::default());
            for index in block * BLOCK..((block + 1) * BLOCK).min(count) {
                row(&mut state, &mut rows, index);
            }
            rows
        })
        .collect()
}

#[cfg(test)]
mod tests;
