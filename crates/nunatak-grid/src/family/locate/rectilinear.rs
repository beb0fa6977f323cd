//! Points in the cells of a rectilinear grid.

use super::super::rectilinear::RectilinearGrid;
use super::located::LocatedPoint;
use super::offsets::{metres, on_map};
use crate::error::Result;

pub(super) fn locate(grid: &RectilinearGrid, longitude: &[f64], latitude: &[f64]) -> Result<Vec<Option<LocatedPoint>>> {
    let (x, y) = on_map(grid.crs(), longitude, latitude)?;
    let (geographic, ellipsoid) = (grid.crs().is_geographic(), grid.crs().ellipsoid());
    let columns = grid.x().len();
    let locate = |(&x, &y): (&f64, &f64)| {
        let cell = grid.locate(x, y)?;
        let centre = [grid.x().centres()[cell % columns], grid.y().centres()[cell / columns]];
        let offset = [x - centre[0], y - centre[1]];
        Some(LocatedPoint { cell, offset: if geographic { metres(offset, centre[1], ellipsoid) } else { offset } })
    };
    Ok(x.iter().zip(&y).map(locate).collect())
}

/// Square root of the area of a cell in the plane of the grid (m).
pub(super) fn cell_width(grid: &RectilinearGrid, cell: usize) -> f64 {
    let (column, row) = (cell % grid.x().len(), cell / grid.x().len());
    let step = |bounds: &[f64], index: usize| (bounds[index + 1] - bounds[index]).abs();
    let size = [step(grid.x().bounds(), column), step(grid.y().bounds(), row)];
    let geographic = grid.crs().is_geographic();
    let [width, height] = if geographic { metres(size, grid.y().centres()[row], grid.crs().ellipsoid()) } else { size };
    (width * height).sqrt()
}
