//! Points in HEALPix cells: arithmetic on authalic latitudes.

use pulp::{Arch, Simd, WithSimd};

use super::super::frame::{Frame, position, position_of_normal};
use super::super::healpix::HealpixGrid;
use super::columns::LocatedColumns;
use super::located::LocatedPoint;
use crate::crs::{AuthalicColatitude, AuthalicSphere, Ellipsoid, sin_cos_degrees};
use crate::geometry::vector::{Vector, dot, minus};

/// Points of which the sines and cosines are computed at once.
const POINTS_AT_ONCE: usize = 256;

/// HEALPix cells, with the order of their numbers where the listed ones are not sorted.
#[derive(Debug)]
pub(super) struct HealpixLocator<'a> {
    grid: &'a HealpixGrid,
    sphere: AuthalicSphere,
    /// Indices in the list by rising number.
    order: Option<Vec<usize>>,
}

/// Where points are, in columns: on the authalic sphere, and their normals on the ellipsoid.
struct Places {
    /// Height above the equator and distance from the axis on the authalic sphere.
    height: [f64; POINTS_AT_ONCE],
    distance: [f64; POINTS_AT_ONCE],
    normals: [[f64; POINTS_AT_ONCE]; 3],
}

/// A cell of the grid, as the points in it see it.
struct Cell {
    number: u64,
    /// Nothing for one that the grid does not have.
    listed: Option<Centre>,
}

/// The centre of a cell.
struct Centre {
    /// Index of the cell in the grid.
    index: usize,
    /// In space (m).
    position: Vector,
    east: Vector,
    north: Vector,
}

impl<'a> HealpixLocator<'a> {
    pub(super) fn new(grid: &'a HealpixGrid) -> Self {
        let order = grid.cells().filter(|cells| !cells.is_sorted()).map(|cells| {
            let mut order: Vec<usize> = (0..cells.len()).collect();
            order.sort_by_key(|&index| cells[index]);
            order
        });
        Self { grid, sphere: AuthalicSphere::new(&grid.ellipsoid()), order }
    }

    pub(super) fn locate(&self, longitude: &[f64], latitude: &[f64], mut into: LocatedColumns<'_>) {
        let mut places = Places::new();
        let mut turned = [0.0; POINTS_AT_ONCE];
        let mut cell = None;
        let mut start = 0;
        for (longitude, latitude) in longitude.chunks(POINTS_AT_ONCE).zip(latitude.chunks(POINTS_AT_ONCE)) {
            let longitude = reduced(longitude, &mut turned);
            places.fill(AuthalicColatitude::new(&self.sphere), longitude, latitude);
            for (at, (&longitude, &latitude)) in longitude.iter().zip(latitude).enumerate() {
                let is_known = longitude.is_finite() && latitude.abs() <= 90.0;
                let located = if is_known { self.point(&places, at, longitude, &mut cell) } else { None };
                into.set(start + at, located);
            }
            start += longitude.len();
        }
    }

    /// A point in its cell, which is likely that of the point before.
    fn point(&self, places: &Places, at: usize, longitude: f64, known: &mut Option<Cell>) -> Option<LocatedPoint> {
        let number = self.grid.number_on_sphere((places.height[at], places.distance[at]), longitude);
        if known.as_ref().is_none_or(|cell| cell.number != number) {
            *known = Some(Cell { number, listed: self.index_of(number).map(|index| self.centre(index)) });
        }
        let centre = known.as_ref()?.listed.as_ref()?;
        let apart = minus(places.position(&self.grid.ellipsoid(), at), centre.position);
        Some(LocatedPoint { cell: centre.index, offset: [dot(apart, centre.east), dot(apart, centre.north)] })
    }

    fn centre(&self, index: usize) -> Centre {
        let (longitude, latitude) = self.sphere.longitude_latitude(self.grid.centre(index));
        let frame = Frame::geographic(longitude, latitude);
        let position = position(&self.grid.ellipsoid(), longitude, latitude);
        Centre { index, position, east: frame.x(), north: frame.y() }
    }

    /// Index of a cell among those of the grid; the first where it is listed twice.
    fn index_of(&self, number: u64) -> Option<usize> {
        let Some(cells) = self.grid.cells() else { return usize::try_from(number).ok() };
        let index = match &self.order {
            None => cells.partition_point(|&cell| cell < number),
            Some(order) => *order.get(order.partition_point(|&index| cells[index] < number))?,
        };
        (cells.get(index) == Some(&number)).then_some(index)
    }

    pub(super) fn cell_width(&self) -> f64 {
        self.grid.cell_area().sqrt()
    }
}

/// Longitudes (degrees) without many turns, of which sines would keep no digits.
fn reduced<'b>(longitude: &[f64], turned: &'b mut [f64; POINTS_AT_ONCE]) -> &'b [f64] {
    for (turned, &longitude) in turned.iter_mut().zip(longitude) {
        *turned = if longitude.abs() <= 3600.0 { longitude } else { longitude.rem_euclid(360.0) };
    }
    &turned[..longitude.len()]
}

impl Places {
    fn new() -> Self {
        let zeros = [0.0; POINTS_AT_ONCE];
        Self { height: zeros, distance: zeros, normals: [zeros; 3] }
    }

    /// Places of points. Angles count from the nearer pole: the cosine of a latitude near it keeps its digits.
    fn fill(&mut self, authalic: AuthalicColatitude, longitude: &[f64], latitude: &[f64]) {
        Arch::new().dispatch(Fill { places: self, authalic, longitude, latitude });
    }

    /// Position (m) of a point on the ellipsoid.
    #[inline]
    fn position(&self, ellipsoid: &Ellipsoid, at: usize) -> Vector {
        position_of_normal(ellipsoid, [0, 1, 2].map(|axis| self.normals[axis][at]))
    }
}

/// [`Places::fill`] in the widest registers of the machine.
struct Fill<'a> {
    places: &'a mut Places,
    authalic: AuthalicColatitude,
    longitude: &'a [f64],
    latitude: &'a [f64],
}

impl WithSimd for Fill<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { places, authalic, longitude, latitude } = self;
        let count = longitude.len();
        let Places { height, distance, normals: [normal_x, normal_y, normal_z] } = places;
        let (height, distance, latitude) = (&mut height[..count], &mut distance[..count], &latitude[..count]);
        let (normal_x, normal_y, normal_z) = (&mut normal_x[..count], &mut normal_y[..count], &mut normal_z[..count]);
        for at in 0..count {
            let half = sin_cos_degrees(0.5 * (90.0 - latitude[at].abs()));
            let on_sphere = authalic.half(half);
            height[at] = (1.0 - 2.0 * on_sphere.0 * on_sphere.0).copysign(latitude[at]);
            distance[at] = 2.0 * on_sphere.0 * on_sphere.1;
            let radius = 2.0 * half.0 * half.1;
            let (sine, cosine) = sin_cos_degrees(longitude[at]);
            normal_x[at] = radius * cosine;
            normal_y[at] = radius * sine;
            normal_z[at] = (1.0 - 2.0 * half.0 * half.0).copysign(latitude[at]);
        }
    }
}
