//! Cells and weights of a bilinear interpolation.

/// Four cells and how much each counts at a point between their centres; the weights sum to one.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Axis, Crs, RectilinearGrid};
///
/// let axis = Axis::from_centres(vec![0.0, 8e3])?;
/// let grid = RectilinearGrid::new(Crs::parse("EPSG:3413")?, axis.clone(), axis)?;
/// // A quarter of the way along x, half of the way along y.
/// let stencil = grid.bilinear_stencil(2e3, 4e3).ok_or("outside the centres")?;
/// assert_eq!(stencil.cells, [0, 1, 2, 3]);
/// assert_eq!(stencil.weights, [0.375, 0.125, 0.375, 0.125]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stencil {
    /// Flat (y, x) indices; a cell may be named twice, with a weight of zero.
    pub cells: [usize; 4],
    /// Their weights, none negative.
    pub weights: [f64; 4],
}
