//! HEALPix grids.

use serde::{Deserialize, Serialize};

use super::healpix_numbering::{
    FacePosition, MERIDIAN, SOUTH_RING, nested_number, nested_position, position_of, ring_number, ring_position,
};
use crate::crs::Ellipsoid;
use crate::error::{GridError, Result};
use crate::geometry::vector::Vector;

/// In which order HEALPix cells are numbered.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Ellipsoid, HealpixGrid, HealpixOrder};
///
/// // The northernmost child of base cell 0 is its fourth, and the first cell of the first ring.
/// let cell = |order, number| HealpixGrid::new(1, order, Ellipsoid::WGS84, Some(vec![number]));
/// let (nested, ring) = (cell(HealpixOrder::Nested, 3)?, cell(HealpixOrder::Ring, 0)?);
/// assert_eq!(nested.centre(0), ring.centre(0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HealpixOrder {
    /// Along the Z curve of each of the twelve base cells: the four children of cell n are 4n to 4n + 3.
    Nested,
    /// Along rings of one latitude from the north pole.
    Ring,
}

/// HEALPix cells (Górski et al. 2005) of one level, all of them or a list; latitudes are authalic on the ellipsoid.
///
/// In regridding a cell is the quadrilateral of great circles between its four corners, as in other regridders; the
/// area of the cell is the exact one, that of the sphere over the number of cells. The two differ by a tenth for the
/// cells at the poles and by less than a thousandth at level 8 a few rings away.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Ellipsoid, HealpixGrid, HealpixOrder};
///
/// let grid = HealpixGrid::new(2, HealpixOrder::Nested, Ellipsoid::WGS84, None)?;
/// assert_eq!(grid.len(), 12 * 4 * 4);
/// assert!((192.0 * grid.cell_area() / Ellipsoid::WGS84.area() - 1.0).abs() < 1e-12);
/// let part = HealpixGrid::new(2, HealpixOrder::Nested, Ellipsoid::WGS84, Some(vec![128, 129]))?;
/// assert_eq!((part.len(), part.number(1)), (2, 129));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parameters", into = "Parameters")]
pub struct HealpixGrid {
    parameters: Parameters,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Parameters {
    level: u8,
    order: HealpixOrder,
    ellipsoid: Ellipsoid,
    cells: Option<Vec<u64>>,
}

impl TryFrom<Parameters> for HealpixGrid {
    type Error = GridError;

    fn try_from(parameters: Parameters) -> Result<Self> {
        Self::new(parameters.level, parameters.order, parameters.ellipsoid, parameters.cells)
    }
}

impl From<HealpixGrid> for Parameters {
    fn from(grid: HealpixGrid) -> Self {
        grid.parameters
    }
}

impl HealpixGrid {
    /// The finest level whose cells 64-bit numbers tell apart.
    pub const FINEST: u8 = 29;

    /// The cells of a level (each side of the twelve base cells is cut in 2^level), all of them or the listed ones in
    /// the order of the list.
    ///
    /// # Errors
    /// [`GridError::Parameter`] for a level above 29, [`GridError::HealpixCell`] for a number that the level does not
    /// have.
    pub fn new(level: u8, order: HealpixOrder, ellipsoid: Ellipsoid, cells: Option<Vec<u64>>) -> Result<Self> {
        if level > Self::FINEST {
            return Err(GridError::Parameter {
                parameter: "HEALPix level",
                found: f64::from(level),
                expected: "a whole number from 0 to 29",
            });
        }
        let count = 12_u64 << (2 * level);
        if let Some(&cell) = cells.iter().flatten().find(|&&cell| cell >= count) {
            return Err(GridError::HealpixCell { level, cell, count });
        }
        Ok(Self { parameters: Parameters { level, order, ellipsoid, cells } })
    }

    /// Number of halvings of the sides of the base cells.
    pub fn level(&self) -> u8 {
        self.parameters.level
    }

    /// How cells are numbered.
    pub fn order(&self) -> HealpixOrder {
        self.parameters.order
    }

    /// The ellipsoid whose authalic sphere is cut into cells.
    pub fn ellipsoid(&self) -> Ellipsoid {
        self.parameters.ellipsoid
    }

    /// Numbers of the cells, when they are not all of the level.
    pub fn cells(&self) -> Option<&[u64]> {
        self.parameters.cells.as_deref()
    }

    /// Number, in the order of the grid, of the cell at an index.
    pub fn number(&self, index: usize) -> u64 {
        self.cells().map_or(index as u64, |cells| cells[index])
    }

    /// Number along the Z curve of the cell at an index, in whatever order the grid is.
    pub fn nested_number_of(&self, index: usize) -> u64 {
        match self.order() {
            HealpixOrder::Nested => self.number(index),
            HealpixOrder::Ring => nested_number(self.position(index), self.level()),
        }
    }

    /// The index of a cell, by its number along the Z curve, in a grid of all cells of the level.
    pub fn index_of_nested(&self, number: u64) -> usize {
        match self.order() {
            HealpixOrder::Nested => number as usize,
            HealpixOrder::Ring => ring_number(nested_position(number, self.level()), self.level()) as usize,
        }
    }

    /// Number of cells.
    #[expect(clippy::len_without_is_empty, reason = "the whole level is never empty, and a list rarely")]
    pub fn len(&self) -> usize {
        self.cells().map_or(12_usize << (2 * self.level()), <[u64]>::len)
    }

    /// True area of each cell (m2); they are all equal.
    pub fn cell_area(&self) -> f64 {
        self.ellipsoid().area() / (12_u64 << (2 * self.level())) as f64
    }

    /// Unit vector, on the authalic sphere, of the centre of the cell at an index.
    pub fn centre(&self, index: usize) -> Vector {
        let at = self.position(index);
        self.on_sphere(at.face, f64::from(at.column) + 0.5, f64::from(at.row) + 0.5)
    }

    /// Unit vectors, on the authalic sphere, of the corners of the cell at an index: north, west, south, east.
    pub fn corners(&self, index: usize) -> [Vector; 4] {
        let at = self.position(index);
        let (column, row) = (f64::from(at.column), f64::from(at.row));
        [(1.0, 1.0), (0.0, 1.0), (0.0, 0.0), (1.0, 0.0)]
            .map(|(right, up)| self.on_sphere(at.face, column + right, row + up))
    }

    /// Number, in the order of the grid, of the cell of the level that holds a place on the unit sphere: its height above the
    /// equator and distance from the axis, and its longitude (degrees).
    #[inline]
    pub(super) fn number_on_sphere(&self, (z, radius): (f64, f64), longitude: f64) -> u64 {
        let quarter = within_turn(longitude) / 90.0;
        // A longitude just below zero is rounded to a whole turn.
        let quarter = if quarter < 4.0 { quarter } else { 0.0 };
        let at = position_of(z, radius, quarter, self.level());
        match self.order() {
            HealpixOrder::Nested => nested_number(at, self.level()),
            HealpixOrder::Ring => ring_number(at, self.level()),
        }
    }

    fn position(&self, index: usize) -> FacePosition {
        let number = self.number(index);
        match self.order() {
            HealpixOrder::Nested => nested_position(number, self.level()),
            HealpixOrder::Ring => ring_position(number, self.level()),
        }
    }

    /// A point of a base cell, its coordinates in cells (Górski et al. 2005, section 5.2).
    pub(super) fn on_sphere(&self, face: u8, column: f64, row: f64) -> Vector {
        let side = f64::from(1_u32 << self.level());
        let face = usize::from(face);
        let (x, y) = (column / side, row / side);
        let ring = SOUTH_RING[face] - x - y;
        // Distance from the nearer pole in rings, where rings shorten towards it.
        let (reach, z, sine) = if ring < 1.0 {
            let rise = ring * ring / 3.0;
            (ring, 1.0 - rise, (rise * (2.0 - rise)).sqrt())
        } else if ring > 3.0 {
            let reach = 4.0 - ring;
            let rise = reach * reach / 3.0;
            (reach, rise - 1.0, (rise * (2.0 - rise)).sqrt())
        } else {
            let z = (2.0 - ring) * 2.0 / 3.0;
            (1.0, z, ((1.0 - z) * (1.0 + z)).sqrt())
        };
        let along = MERIDIAN[face] * reach + x - y;
        let longitude = if reach < 1e-15 { 0.0 } else { std::f64::consts::FRAC_PI_4 * along / reach };
        let (sin_longitude, cos_longitude) = longitude.sin_cos();
        [sine * cos_longitude, sine * sin_longitude, z]
    }
}

/// As `rem_euclid(360.0)`, which takes a division of many steps for what is within a turn already.
#[inline]
fn within_turn(longitude: f64) -> f64 {
    if (0.0..360.0).contains(&longitude) {
        longitude
    } else if longitude < 0.0 && longitude > -360.0 {
        longitude + 360.0
    } else {
        longitude.rem_euclid(360.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector::polygon_area;

    fn grid(level: u8, order: HealpixOrder) -> HealpixGrid {
        HealpixGrid::new(level, order, Ellipsoid::WGS84, None).unwrap()
    }

    #[test]
    fn rings_name_every_place_once() {
        for level in 0..5 {
            let mut places: Vec<_> = (0..12_u64 << (2 * level)).map(|number| ring_position(number, level)).collect();
            places.sort_by_key(|place| (place.face, place.row, place.column));
            places.dedup();
            assert_eq!(places.len(), 12 << (2 * level));
            assert!(places.iter().all(|place| place.face < 12 && place.row < 1 << level && place.column < 1 << level));
        }
    }

    #[test]
    fn rings_run_from_north_to_south_and_then_eastward() {
        let ring = grid(3, HealpixOrder::Ring);
        let centres: Vec<Vector> = (0..ring.len()).map(|index| ring.centre(index)).collect();
        for pair in centres.windows(2) {
            let eastward = pair[1][1].atan2(pair[1][0]).rem_euclid(std::f64::consts::TAU)
                > pair[0][1].atan2(pair[0][0]).rem_euclid(std::f64::consts::TAU);
            assert!(pair[1][2] < pair[0][2] - 1e-12 || ((pair[1][2] - pair[0][2]).abs() < 1e-12 && eastward));
        }
    }

    #[test]
    fn cells_tile_the_sphere() {
        for order in [HealpixOrder::Nested, HealpixOrder::Ring] {
            let grid = grid(4, order);
            let areas: Vec<f64> = (0..grid.len()).map(|index| polygon_area(&grid.corners(index))).collect();
            let whole = 4.0 * std::f64::consts::PI;
            assert!((areas.iter().sum::<f64>() / whole - 1.0).abs() < 1e-13);
            let apart = areas.iter().map(|area| (area * areas.len() as f64 / whole - 1.0).abs()).fold(0.0, f64::max);
            // Great circles between the corners of the cells at the poles enclose a tenth less than the cells do.
            assert!(apart < 0.1, "{apart}");
        }
    }

    #[test]
    fn cells_that_a_level_lacks_are_refused() {
        let refused = HealpixGrid::new(0, HealpixOrder::Ring, Ellipsoid::WGS84, Some(vec![3, 12]));
        assert_eq!(refused, Err(GridError::HealpixCell { level: 0, cell: 12, count: 12 }));
        assert!(HealpixGrid::new(30, HealpixOrder::Ring, Ellipsoid::WGS84, None).is_err());
    }
}
