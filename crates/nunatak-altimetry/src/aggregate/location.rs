//! Location of points: the cell that holds each, and where in it.

use nunatak_grid::{Grid, LocatedPoint, Locator};

use crate::error::{AltimetryError, Result};

/// The flat index of the cell that holds each point, on a grid of any family; `None` outside the grid or where a
/// coordinate is missing.
///
/// # Errors
/// [`AltimetryError::Argument`] when the two lists differ in length; [`AltimetryError::Grid`] for a mesh whose nodes
/// cannot be projected.
pub fn locate_points(grid: &Grid, longitude: &[f64], latitude: &[f64]) -> Result<Vec<Option<usize>>> {
    let located = locate(&Locator::new(grid)?, longitude, latitude)?;
    Ok(located.into_iter().map(|located| located.map(|located| located.cell)).collect())
}

/// The cell of each point, and where in it the point is.
pub(crate) fn locate(locator: &Locator<'_>, longitude: &[f64], latitude: &[f64]) -> Result<Vec<Option<LocatedPoint>>> {
    if longitude.len() != latitude.len() {
        return Err(AltimetryError::Argument {
            argument: "latitude",
            found: format!("{} values", latitude.len()),
            expected: format!("{} like longitude", longitude.len()),
        });
    }
    let mut located = locator.locate(longitude, latitude)?;
    for (cell, latitude) in located.iter_mut().zip(latitude) {
        // A map, or the sphere of HEALPix, has a place for latitudes that the Earth has not.
        if latitude.abs() > 90.0 {
            *cell = None;
        }
    }
    Ok(located)
}
