//! A point in its cell.

/// The cell that holds a point, and the offset of the point from the cell's centre.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Axis, Crs, Grid, Locator, RectilinearGrid};
///
/// let axis = Axis::from_centres(vec![1e3, 9e3])?;
/// let grid = Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:3031")?, axis.clone(), axis)?);
/// let pole = Locator::new(&grid)?.locate(&[0.0], &[-90.0])?[0].ok_or("outside")?;
/// // The pole is 1 km to the left of the centre of the first cell.
/// assert_eq!(pole.cell, 0);
/// assert!((pole.offset[0] + 1e3).abs() < 1e-3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LocatedPoint {
    /// Flat index of the cell among the values of a field: row by row, or along the list of cells.
    pub cell: usize,
    /// Offset from the centre (m): along x and y of the map, or east and north where the grid has no map.
    pub offset: [f64; 2],
}

/// Stands for a point outside the grid in a column of cells.
pub(super) const OUTSIDE: u64 = u64::MAX;
