//! Construction of weights: how each method fills the rows of the matrix.

pub(crate) mod overlap;
pub(crate) mod points;
pub(crate) mod reconstruction;

use nunatak_grid::{AuthalicSphere, Grid};

use crate::csr::CsrRows;
use crate::error::Result;
use crate::options::Method;

/// All rows of the weights, in order, in blocks.
pub(crate) fn rows(source: &Grid, target: &Grid, method: Method) -> Result<Vec<CsrRows>> {
    match method {
        Method::Conservative => overlap::rows(source, target),
        Method::Conservative2 => reconstruction::rows(source, target, None),
        _ => points::rows(source, target, method),
    }
}

/// True areas (m2) of the cells of both grids as conservative weights have them: those of second order when the method
/// is that, else those of first order.
pub(crate) fn areas(source: &Grid, target: &Grid, method: Method) -> Result<(Vec<f64>, Vec<f64>)> {
    if method != Method::Conservative2 || overlap::hierarchy_of(source, target).is_some() {
        return overlap::areas(source, target);
    }
    let sphere = AuthalicSphere::new(&target.ellipsoid());
    Ok((overlap::great_circle_areas(source, &sphere)?, overlap::great_circle_areas(target, &sphere)?))
}

#[cfg(test)]
mod tests;
