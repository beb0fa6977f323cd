//! Grids of rows and columns at equal distances.

use std::sync::Arc;

use nunatak_array::{MemoryArray, Values, has_room};
use nunatak_format::{Attribute, Attributes};
use nunatak_grid::{Axis, Crs, GridError, RectilinearGrid};
use nunatak_tree::{Dataset, Variable};

use super::extent::Extent;
use super::grid_mapping_attributes;
use crate::Result;
use crate::error::argument;

/// Cells of the longest axis.
const LONGEST_AXIS: f64 = 1e9;
/// Bytes of a cell of an axis: its centre and its edges, here, in a dataset and on the way there, in Rust and in Python.
const CELL_OF_AXIS: u128 = 128;

/// What the corners of an extent are.
///
/// # Examples
///
/// ```
/// use nunatak::{grid::Crs, grids::{Extent, Registration, regular_grid}};
///
/// let extent = Extent { west: 0.0, south: 0.0, east: 16e3, north: 16e3 };
/// let cells = |registration| regular_grid(Crs::parse("EPSG:3031")?, 8e3, extent, registration);
/// assert_eq!(cells(Registration::Node)?.x().centres(), [0.0, 8e3, 16e3]);
/// assert_eq!(cells(Registration::Cell)?.x().centres(), [4e3, 12e3]);
/// # Ok::<(), nunatak::NunatakError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Registration {
    /// Centres of cells, so that there are extent / spacing + 1 of them (as in ISMIP6).
    #[default]
    Node,
    /// Outer edges of cells.
    Cell,
}

/// A grid whose cell centres are `spacing` apart (m, or degrees for a geographic system), which must divide the extent.
///
/// ```
/// use nunatak::{grid::Crs, grids::{Extent, Registration, regular_grid}};
///
/// let extent = Extent { west: -3_040e3, south: -3_040e3, east: 3_040e3, north: 3_040e3 };
/// let grid = regular_grid(Crs::parse("EPSG:3031")?, 8e3, extent, Registration::Node)?;
/// assert_eq!(grid.shape(), (761, 761));
/// # Ok::<(), nunatak::NunatakError>(())
/// ```
///
/// # Errors
/// [`NunatakError::Argument`](crate::NunatakError::Argument) when the spacing does not divide the extent or makes longer axes
/// than there is memory for, or the extent is out of order or beyond the Earth. More cells than memory has room for are no
/// error: axes alone are kept, parts can be taken of the grid, and points be located in it; what fills it is refused.
pub fn regular_grid(crs: Crs, spacing: f64, extent: Extent, registration: Registration) -> Result<RectilinearGrid> {
    let Extent { west, south, east, north } = extent;
    if !(west < east && south < north) {
        return Err(argument(
            "bounds",
            format!("{west},{south},{east},{north}"),
            "west,south,east,north, each pair rising",
        ));
    }
    for limit in [west, south, east, north] {
        let beyond = |error: GridError| argument("bounds", limit, format!("a limit of the Earth: {error}"));
        crs.check_coordinate(limit).map_err(beyond)?;
    }
    let (x, y) = (axis(west, east, spacing, registration)?, axis(south, north, spacing, registration)?);
    Ok(RectilinearGrid::new(crs, x, y)?)
}

/// A grid of the whole globe in longitude (from 180 degrees west) and latitude (from the south), cells of `spacing`
/// degrees.
///
/// # Errors
/// As [`regular_grid`]; the spacing must divide 180.
pub fn global_grid(spacing: f64) -> Result<RectilinearGrid> {
    let extent = Extent { west: -180.0, south: -90.0, east: 180.0, north: 90.0 };
    regular_grid(Crs::parse("EPSG:4326")?, spacing, extent, Registration::Cell)
}

/// Centres and edges of one axis, counted and not accumulated, so that no cell is lost to round-off.
fn axis(start: f64, end: f64, spacing: f64, registration: Registration) -> Result<Axis> {
    if !(spacing.is_finite() && spacing > 0.0) {
        return Err(argument("spacing", spacing, "a positive number"));
    }
    let steps = ((end - start) / spacing).round_ties_even();
    if steps > LONGEST_AXIS || !has_room(steps as u128 * CELL_OF_AXIS) {
        let expected = format!(
            "a spacing in metres, or degrees for a geographic system, that makes an axis for which there is memory, not one of \
             {steps:.0} cells from {start} to {end}"
        );
        return Err(argument("spacing", spacing, expected));
    }
    if steps < 1.0 || (steps * spacing - (end - start)).abs() > 1e-6 * spacing {
        let steps = (end - start) / spacing;
        let expected = format!(
            "a divisor in metres, or degrees for a geographic system: {spacing} does not divide the extent from {start} to \
             {end} ({steps} steps)"
        );
        return Err(argument("spacing", spacing, expected));
    }
    let after = |halves: usize| start + (end - start) * halves as f64 / (2.0 * steps);
    let steps = steps as usize;
    Ok(match registration {
        Registration::Node => Axis::from_centres((0..=steps).map(|index| after(2 * index)).collect())?,
        Registration::Cell => Axis::with_bounds(
            (0..steps).map(|index| after(2 * index + 1)).collect(),
            (0..=steps).map(|index| after(2 * index)).collect(),
        )?,
    })
}

/// A grid of rows and columns as a dataset: coordinates `y` and `x` (`lat` and `lon` for a geographic system), their
/// bounds, and the grid mapping variable `crs`.
///
/// # Errors
/// None that a grid can cause.
pub fn grid_dataset(grid: &RectilinearGrid) -> Result<Dataset> {
    let mut dataset = Dataset::new(conventions("CF-1.11"));
    let axes = if grid.crs().is_geographic() {
        [("lat", "Y", "latitude", "degrees_north", grid.y()), ("lon", "X", "longitude", "degrees_east", grid.x())]
    } else {
        [("y", "Y", "projection_y_coordinate", "m", grid.y()), ("x", "X", "projection_x_coordinate", "m", grid.x())]
    };
    for (name, axis, standard_name, units, cells) in axes {
        let bounds = format!("{name}_bnds");
        let attributes = [("standard_name", standard_name), ("units", units), ("axis", axis), ("bounds", &bounds)];
        let attributes: Attributes =
            attributes.into_iter().map(|(name, text)| (name.to_string(), Attribute::Text(text.to_string()))).collect();
        let edges: Vec<f64> = cells.bounds().windows(2).flatten().copied().collect();
        let centres = memory(vec![cells.len()], Values::F64(cells.centres().to_vec()))?;
        dataset.insert_coordinate(name, Variable::new(vec![name.into()], centres, attributes)?)?;
        let edges = memory(vec![cells.len(), 2], Values::F64(edges))?;
        dataset
            .insert_coordinate(&bounds, Variable::new(vec![name.into(), "bnds".into()], edges, Attributes::new())?)?;
    }
    dataset.insert_coordinate("crs", grid_mapping_variable(grid_mapping_attributes(grid.crs()))?)?;
    Ok(dataset)
}

/// A grid mapping variable: a scalar that carries attributes.
pub(crate) fn grid_mapping_variable(attributes: Attributes) -> Result<Variable> {
    Ok(Variable::new(Vec::new(), memory(Vec::new(), Values::I32(vec![0]))?, attributes)?)
}

pub(super) fn conventions(version: &str) -> Attributes {
    [("Conventions".to_string(), Attribute::Text(version.into()))].into_iter().collect()
}

pub(super) fn memory(shape: Vec<usize>, values: Values) -> Result<Arc<MemoryArray>> {
    Ok(Arc::new(MemoryArray::new(shape, values)?))
}
