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

use nunatak_grid::vector::Vector;
use nunatak_grid::{AuthalicSphere, Crs, Grid};

pub(crate) use axes::in_source;
pub(crate) use axes_smooth::entries as smooth_entries;
pub(crate) use nearest::NearestValues;
pub(crate) use patch::Interpolator;

use crate::csr::CsrRows;
use crate::error::{RegridError, Result};
use crate::options::Method;

/// The rows of a point method; none of the others. Holes of the target get nothing.
pub(super) fn rows(source: &Grid, target: &Grid, method: Method) -> Result<Vec<CsrRows>> {
    let rows = all_rows(source, target, method)?;
    let has_holes = (0..target.len()).any(|cell| target.is_hole(cell));
    Ok(if has_holes { vec![CsrRows::joined(rows).without(|cell| target.is_hole(cell))] } else { rows })
}

fn all_rows(source: &Grid, target: &Grid, method: Method) -> Result<Vec<CsrRows>> {
    let sphere = AuthalicSphere::new(&target.ellipsoid());
    let centres = || target.centres_on_sphere(&sphere);
    match (method, source) {
        (Method::Bilinear, Grid::Rectilinear(source)) => axes::bilinear(source, target),
        (Method::Patch, Grid::Rectilinear(source)) => axes_smooth::rows(source, target),
        (Method::Nearest, Grid::Rectilinear(source)) => axes::nearest(source, target),
        (Method::Bilinear | Method::Patch, _) => interpolated(source, &sphere, centres()?, method),
        (Method::Nearest, _) => Ok(NearestValues::new(source, &sphere)?.nearest(&centres()?)),
        (Method::NearestTarget, _) => nearest::nearest_target(source, target),
        (Method::InverseDistance(neighbours), _) => {
            Ok(NearestValues::new(source, &sphere)?.inverse_distance(&centres()?, neighbours))
        }
        _ => Err(RegridError::Family),
    }
}

/// Bilinear or patch rows between values in rings or networks, at points of the sphere.
fn interpolated(source: &Grid, sphere: &AuthalicSphere, points: Vec<Vector>, method: Method) -> Result<Vec<CsrRows>> {
    let interpolator = Interpolator::new(source, sphere)?;
    let points = if interpolator.is_on_map() { on_map(&source.crs(), sphere, &points)? } else { points };
    Ok(if method == Method::Bilinear { interpolator.bilinear(&points) } else { interpolator.smooth(&points) })
}

fn on_map(crs: &Crs, sphere: &AuthalicSphere, points: &[Vector]) -> Result<Vec<Vector>> {
    let (longitude, latitude) = points.iter().map(|&point| sphere.longitude_latitude(point)).unzip();
    let (x, y) = axes::in_source(crs, longitude, latitude)?;
    Ok(x.into_iter().zip(y).map(|(x, y)| [x, y, 0.0]).collect())
}

#[cfg(test)]
mod tests;
