//! Location of points: the cell that holds each, and where in it.

use nunatak_grid::{Ellipsoid, Grid};
use rayon::prelude::*;

use crate::error::{AltimetryError, Result};

/// Points projected per task: fixed, so that results do not depend on the number of threads.
const CHUNK: usize = 1 << 16;

/// A point's cell and its offset from the centre of the cell, m.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Located {
    pub(crate) cell: usize,
    pub(crate) offset: [f64; 2],
}

/// The flat (y, x) index of the cell that holds each point; `None` outside the grid or where a coordinate is missing.
///
/// # Errors
/// [`AltimetryError::Argument`] when the two lists differ in length; the projection's errors.
pub fn locate_points(grid: &Grid, longitude: &[f64], latitude: &[f64]) -> Result<Vec<Option<usize>>> {
    Ok(locate(grid, longitude, latitude)?.into_iter().map(|located| located.map(|located| located.cell)).collect())
}

pub(crate) fn locate(grid: &Grid, longitude: &[f64], latitude: &[f64]) -> Result<Vec<Option<Located>>> {
    if longitude.len() != latitude.len() {
        return Err(AltimetryError::Argument {
            argument: "latitude",
            found: format!("{} values", latitude.len()),
            expected: format!("{} like longitude", longitude.len()),
        });
    }
    let chunks: Result<Vec<_>> =
        longitude.par_chunks(CHUNK).zip(latitude.par_chunks(CHUNK)).map(|(lon, lat)| chunk(grid, lon, lat)).collect();
    Ok(chunks?.concat())
}

fn chunk(grid: &Grid, longitude: &[f64], latitude: &[f64]) -> Result<Vec<Option<Located>>> {
    let Grid::Rectilinear(grid) = grid else {
        return Err(AltimetryError::Argument {
            argument: "grid",
            found: "a grid of another family".into(),
            expected: "a rectilinear grid".into(),
        });
    };
    let known = |index: &usize| longitude[*index].is_finite() && latitude[*index].abs() <= 90.0;
    let present: Vec<usize> = (0..longitude.len()).filter(known).collect();
    let pick = |values: &[f64]| present.iter().map(|&index| values[index]).collect::<Vec<_>>();
    let (x, y) = grid.crs().forward(&pick(longitude), &pick(latitude))?;
    let (geographic, ellipsoid) = (grid.crs().is_geographic(), grid.crs().ellipsoid());
    let columns = grid.x().len();
    let mut located = vec![None; longitude.len()];
    for ((&index, &x), &y) in present.iter().zip(&x).zip(&y) {
        located[index] = grid.locate(x, y).map(|cell| {
            let centre = [grid.x().centres()[cell % columns], grid.y().centres()[cell / columns]];
            let offset = [x - centre[0], y - centre[1]];
            Located { cell, offset: if geographic { metres(offset, centre[1], ellipsoid) } else { offset } }
        });
    }
    Ok(located)
}

/// Lengths of a step in degrees at a latitude, from the radii of curvature (Snyder 1987, eq. 4-18, 4-20).
fn metres([longitude, latitude]: [f64; 2], at: f64, ellipsoid: Ellipsoid) -> [f64; 2] {
    let (sin, cos) = at.to_radians().sin_cos();
    let (radius, squared) = (ellipsoid.semi_major_axis(), ellipsoid.eccentricity_squared());
    let root = (1.0 - squared * sin * sin).sqrt();
    let wrapped = (longitude + 180.0).rem_euclid(360.0) - 180.0;
    let meridian = radius * (1.0 - squared) / root.powi(3);
    [wrapped.to_radians() * cos * radius / root, latitude.to_radians() * meridian]
}

/// Square root of the area of a cell in the plane of the grid, m.
pub(crate) fn cell_width(grid: &Grid, cell: usize) -> f64 {
    let Grid::Rectilinear(grid) = grid else { return f64::NAN };
    let (column, row) = (cell % grid.x().len(), cell / grid.x().len());
    let step = |bounds: &[f64], index: usize| (bounds[index + 1] - bounds[index]).abs();
    let size = [step(grid.x().bounds(), column), step(grid.y().bounds(), row)];
    let geographic = grid.crs().is_geographic();
    let [width, height] = if geographic { metres(size, grid.y().centres()[row], grid.crs().ellipsoid()) } else { size };
    (width * height).sqrt()
}
