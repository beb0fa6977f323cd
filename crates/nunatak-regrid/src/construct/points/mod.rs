//! Point methods: a target cell gets the value at its centre.
//!
//! ```text
//! axes (rows and columns) ─► bilinear stencil, blended Lagrange polynomials
//! rings (HEALPix, reduced Gaussian) ─► linear along two rings and between them ─┐
//! network (polygons of values) ─► barycentric, inverse bilinear, mean value ────┴─► moving least squares
//! point tree ─► nearest, inverse distance, extrapolation
//! ```

mod axes;
mod axes_smooth;
mod blocks;
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

use crate::csr::CsrRows;
use crate::error::{RegridError, Result};
use crate::options::Method;

/// The rows of a method of points; none of the others.
pub(super) fn rows(source: &Grid, target: &Grid, method: Method) -> Result<Vec<CsrRows>> {
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

#[cfg(test)]
mod tests;
