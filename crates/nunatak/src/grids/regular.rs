//! Grids of rows and columns at equal distances.

use std::sync::Arc;

use nunatak_array::{MemoryArray, Values};
use nunatak_format::{Attribute, Attributes};
use nunatak_grid::{Axis, Crs, RectilinearGrid};
use nunatak_tree::{Dataset, Variable};

use super::grid_mapping_attributes;
use super::spacing::has_too_many_cells;
use crate::Result;
use crate::error::argument;

/// West, south, east and north of an area, in metres, or degrees for a geographic system.
///
/// # Examples
///
/// ```
/// use nunatak::grids::Extent;
///
/// // Cells of 8 km about all places: their centres are at 0 and 8 km in x, and at -8 and 0 km in y.
/// let extent = Extent::around(&[1_200.0, 9_100.0], &[-7_000.0, 3_000.0], 8e3);
/// assert_eq!(extent, Some(Extent { west: 0.0, south: -8e3, east: 8e3, north: 0.0 }));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// Least x or longitude.
    pub west: f64,
    /// Least y or latitude.
    pub south: f64,
    /// Largest x or longitude.
    pub east: f64,
    /// Largest y or latitude.
    pub north: f64,
}

impl Extent {
    /// The smallest extent at multiples of `spacing` whose cells (their centres at multiples) hold all places that are
    /// finite; none when there is no such place.
    pub fn around(x: &[f64], y: &[f64], spacing: f64) -> Option<Self> {
        let ends = |values: &[f64]| {
            let finite = || values.iter().copied().filter(|value| value.is_finite());
            let low = finite().reduce(f64::min)?;
            let high = finite().reduce(f64::max)?;
            // Halves go to the even number, as NumPy rounds.
            let (low, high) =
                ((low / spacing).round_ties_even() * spacing, (high / spacing).round_ties_even() * spacing);
            // Places in one row or column of cells still need a grid of two.
            Some((low, high.max(low + spacing)))
        };
        let ((west, east), (south, north)) = (ends(x)?, ends(y)?);
        Some(Self { west, south, east, north })
    }

    /// As [`Self::around`], of places (degrees) on a map; across the antimeridian it is as small as elsewhere.
    ///
    /// # Errors
    /// [`GridError::Projection`](nunatak_grid::GridError::Projection) for a place that the map does not have.
    pub fn around_places(crs: &Crs, longitude: &[f64], latitude: &[f64], spacing: f64) -> Result<Option<Self>> {
        let (x, y) = crs.forward(longitude, latitude)?;
        if !crs.is_geographic() {
            return Ok(Self::around(&x, &y, spacing));
        }
        let whole = |own: Self| own.east - own.west > 360.0 - 1.000001 * spacing;
        let globe = |own: Self| Self { west: -180.0, east: 180.0 - spacing, ..own };
        Ok(Self::around(&on_one_branch(&x), &y, spacing).map(|own| if whole(own) { globe(own) } else { own }))
    }
}

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
/// [`NunatakError::Argument`](crate::NunatakError::Argument) when the spacing does not divide the extent or makes more
/// cells than can be numbered, or the extent is out of order.
pub fn regular_grid(crs: Crs, spacing: f64, extent: Extent, registration: Registration) -> Result<RectilinearGrid> {
    let Extent { west, south, east, north } = extent;
    if !(west < east && south < north) {
        return Err(argument(
            "bounds",
            format!("{west},{south},{east},{north}"),
            "west,south,east,north, each pair rising",
        ));
    }
    if let Some(cells) = has_too_many_cells(spacing, extent) {
        let expected = format!("at most 4294967295 cells, not {cells:.0}: spacing is in metres (degrees for longitudes)");
        return Err(argument("spacing", spacing, expected));
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
    if !(1.0..=1e9).contains(&steps) || (steps * spacing - (end - start)).abs() > 1e-6 * spacing {
        let steps = (end - start) / spacing;
        let expected = format!(
            "metres, or degrees for a geographic system: {spacing} does not divide the extent from {start} to {end} \
             ({steps} steps)"
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
/// Longitudes (degrees) on the branch that begins behind their widest gap: they span the least.
fn on_one_branch(longitude: &[f64]) -> Vec<f64> {
    let mut turned: Vec<f64> =
        longitude.iter().filter(|value| value.is_finite()).map(|value| value.rem_euclid(360.0)).collect();
    turned.sort_by(f64::total_cmp);
    let Some(&least) = turned.first() else { return longitude.to_vec() };
    let next = turned.iter().skip(1).copied().chain([least + 360.0]);
    let widest = turned.iter().zip(next).max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)));
    let first = widest.map_or(least, |(_, next)| next.rem_euclid(360.0));
    let first = if first >= 180.0 { first - 360.0 } else { first };
    longitude.iter().map(|value| first + (value - first).rem_euclid(360.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_on_both_sides_of_the_antimeridian_have_a_small_extent() {
        let system = Crs::parse("EPSG:4326").unwrap();
        let around = |longitude: &[f64]| {
            let latitude = vec![-77.5; longitude.len()];
            Extent::around_places(&system, longitude, &latitude, 0.5).unwrap().unwrap()
        };
        for (longitude, west, east) in [
            (vec![178.0, -178.0, 179.5], 178.0, 182.0),
            (vec![359.0, 1.0], -1.0, 1.0),
            (vec![-50.0, -49.0], -50.0, -49.0),
            (vec![10.0], 10.0, 10.5),
            ((0..720).map(|at| -180.0 + 0.5 * f64::from(at)).collect(), -180.0, 179.5),
        ] {
            let found = around(&longitude);
            assert_eq!((found.west, found.east), (west, east), "{longitude:?}");
        }
        assert!(Extent::around_places(&system, &[f64::NAN], &[f64::NAN], 0.5).unwrap().is_none());
    }
}
