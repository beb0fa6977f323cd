//! A model surface at points, in space and time.

use nunatak_array::{Progress, SharedArray};
use nunatak_grid::Grid;
use nunatak_regrid::{Method, PointStencils};

pub use nunatak_regrid::{OutsideTime, Records, TimeInterpolation};

use crate::{Result, ScoreError};

/// Model values at points: bilinear in space between cell centres, and as [`Records`] says in time.
///
/// `model` is `(y, x)` on `grid`, or `(time, y, x)` when `records` are given; `x` and `y` are in the grid's own
/// coordinate system. For each record that a point needs, in order, only the blocks that hold the points' cells are
/// read, once. A point outside the hull of the cell centres, or next to a missing corner that has a weight,
/// gets NaN; so does one whose needed record is missing there. [`nunatak_regrid::sample()`] does the same for every family
/// of grids, at longitudes and latitudes.
///
/// # Errors
/// [`ScoreError::Shape`] when the model does not fit the grid and the records, [`ScoreError::Length`],
/// [`ScoreError::Times`], [`ScoreError::Interrupted`], and errors of the source.
pub fn interpolate(
    model: &SharedArray,
    grid: &Grid,
    x: &[f64],
    y: &[f64],
    records: Option<Records<'_>>,
    progress: &dyn Progress,
) -> Result<Vec<f64>> {
    let Grid::Rectilinear(grid) = grid else {
        let expected = "a rectilinear grid; `sample` takes the others".into();
        return Err(ScoreError::Shape { what: "interpolation", expected, found: model.shape().to_vec() });
    };
    let stencils = PointStencils::on_axes(grid, x, y, Method::Bilinear)?;
    Ok(stencils.values(model, records, progress)?)
}

#[cfg(test)]
mod tests;
