//! Coordinates that a place of the Earth may have, and the room that its cells take.

use nunatak_array::has_room;

use super::grid::Grid;
use crate::crs::Crs;
use crate::error::{GridError, Result};

/// Metres from the origin of a map: more than twice round the Earth, so that false origins and the far side of polar maps are
/// within.
const FARTHEST_METRES: f64 = 1e8;
/// Bytes that the outline of a cell takes: four corners in space, and the mesh that they come from.
const OUTLINE: usize = 208;
/// Cells whose corners can be numbered.
const MOST_OUTLINES: usize = u32::MAX as usize / 4;
/// Degrees of longitude: ten turns.
const FARTHEST_DEGREES: f64 = 3600.0;

impl Crs {
    /// That a place of the Earth may have this coordinate: fill values and lengths in other units are beyond it, and make
    /// cells that no computation ends with.
    ///
    /// ```
    /// use nunatak_grid::Crs;
    ///
    /// let map = Crs::parse("EPSG:3031")?;
    /// assert!(map.check_coordinate(-3_040e3).is_ok());
    /// let error = map.check_coordinate(9.96921e36).unwrap_err().to_string();
    /// assert!(error.starts_with("9.96921e36 m is beyond the Earth"));
    /// # Ok::<(), nunatak_grid::GridError>(())
    /// ```
    ///
    /// # Errors
    /// [`GridError::BeyondEarth`]. NaN is not beyond.
    pub fn check_coordinate(&self, value: f64) -> Result<()> {
        let (most, unit) = if self.is_geographic() { (FARTHEST_DEGREES, "degrees") } else { (FARTHEST_METRES, "m") };
        if value.abs() > most { Err(GridError::BeyondEarth { value, unit, most }) } else { Ok(()) }
    }
}

impl Grid {
    /// That the cells can be polygons: there is room for them, and their corners can be numbered.
    pub(super) fn check_outlines(&self) -> Result<()> {
        self.check_room("outlines", OUTLINE)?;
        match self.len() {
            0..=MOST_OUTLINES => Ok(()),
            cells => Err(GridError::TooLarge { cells, most: MOST_OUTLINES }),
        }
    }

    /// That there is room for what is computed of every cell.
    pub(super) fn check_room(&self, what: &'static str, bytes_per_cell: usize) -> Result<()> {
        let (cells, bytes) = (self.len(), self.len() as u128 * bytes_per_cell as u128);
        if has_room(bytes) { Ok(()) } else { Err(GridError::Memory { what, cells, bytes }) }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Axis, Ellipsoid, HealpixGrid, HealpixOrder, RectilinearGrid, VectorAxes};

    use super::*;

    /// A row of cells whose edges are every so many metres, so often that no computer holds what their product has.
    fn fine(crs: &str, last: f64) -> Grid {
        let axis = || Axis::from_bounds((0..=1_000_000).map(|at| last * f64::from(at) / 1e6).collect()).unwrap();
        Grid::Rectilinear(RectilinearGrid::new(Crs::parse(crs).unwrap(), axis(), axis()).unwrap())
    }

    #[test]
    fn what_no_computer_holds_is_refused_with_its_size() {
        let healpix = HealpixGrid::new(26, HealpixOrder::Ring, Ellipsoid::WGS84, None).unwrap();
        for (grid, cells) in [
            (fine("EPSG:3031", 1e6), 1_000_000_000_000_usize),
            (fine("EPSG:6932", 1e6), 1_000_000_000_000),
            (fine("EPSG:4326", 90.0), 1_000_000_000_000),
            (Grid::Healpix(healpix), 12 << 52),
        ] {
            let (sphere, axes) = (crate::AuthalicSphere::new(&grid.ellipsoid()), VectorAxes::Geographic);
            let refused = [
                grid.cell_areas().err(),
                grid.polygon_areas().err(),
                grid.centres().err(),
                grid.centres_on_sphere(&sphere).err(),
                grid.cells_on_sphere(&sphere).err(),
                grid.frames(axes).err(),
                grid.places_in(&grid).err(),
            ];
            for error in refused {
                assert!(matches!(error, Some(GridError::Memory { cells: found, .. }) if found == cells), "{error:?}");
            }
        }
        let error = fine("EPSG:3031", 1e6).cells_on_map().unwrap_err().to_string();
        assert!(error.contains("of a grid of 1000000000000 cells take") && error.contains("GB"), "{error}");
    }

    #[test]
    fn axes_beyond_the_earth_are_refused() {
        let near = || Axis::from_centres(vec![0.0, 1e3]).unwrap();
        for last in [1.1e8, 3.04e9, 1e12, 9.969_209_968_386_869e36, 1e300, -1e20] {
            let axis = || Axis::from_centres(vec![0.0, last]).unwrap();
            for (x, y) in [(axis(), near()), (near(), axis())] {
                let found = RectilinearGrid::new(Crs::parse("EPSG:3413").unwrap(), x, y);
                let refused =
                    matches!(found, Err(GridError::Bounds { ref problem }) if problem.contains("beyond the Earth"));
                assert!(refused, "{last}: {found:?}");
            }
        }
        let far = Axis::from_centres(vec![1e6, 1e6 + 1.0]).unwrap();
        assert!(RectilinearGrid::new(Crs::parse("EPSG:4326").unwrap(), far, near_degrees()).is_err());
    }

    fn near_degrees() -> Axis {
        Axis::from_centres(vec![10.0, 11.0]).unwrap()
    }
}
