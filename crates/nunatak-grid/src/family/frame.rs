//! Directions of the axes of vector fields.

use nunatak_parallel::map_values;
use serde::{Deserialize, Serialize};

use super::grid::Grid;
use super::mesh::Location;
use crate::crs::{Crs, Ellipsoid, PolarStereographic, Pole, Projection};
use crate::error::Result;
use crate::geometry::vector::{Vector, cross, dot, minus, normalised, plus, times};

/// The directions that the components of a vector field follow.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid, VectorAxes};
///
/// let axis = Axis::from_centres(vec![1.0e6, 1.1e6])?;
/// let grid = Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:3031")?, axis.clone(), axis)?);
/// let (own, east) = (grid.frames(VectorAxes::Grid)?, grid.frames(VectorAxes::Geographic)?);
/// // At 45 degrees east the x of the map is 45 degrees to the left of east.
/// let [cosine, sine] = own[0].turn_to(&east[0]);
/// assert!((sine.atan2(cosine).to_degrees() - 45.0).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VectorAxes {
    /// The x and y of the grid's own system: east and north in longitude and latitude, but along columns and rows where
    /// these are those of a curvilinear grid.
    Grid,
    /// East and north, whatever the grid.
    Geographic,
}

/// The directions of x and y at a point of the ellipsoid, in space (z to the north pole, x to Greenwich).
///
/// They are at right angles. Where those of a map are not (no map but a conformal one keeps angles), they are the pair
/// nearest to the map's: its derivative without the stretch, so that vectors keep their lengths.
///
/// # Examples
///
/// ```
/// use nunatak_grid::Frame;
///
/// // Carried across the pole, east on one side is west on the other: a turn by 180 degrees.
/// let (here, across) = (Frame::geographic(20.0, 89.5), Frame::geographic(-160.0, 89.5));
/// let [cosine, sine] = here.turn_to(&across);
/// assert!((cosine + 1.0).abs() < 1e-12 && sine.abs() < 1e-9);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    normal: Vector,
    x: Vector,
}

impl Frame {
    /// East and north at a longitude and latitude (degrees). At a pole they are those of the meridian.
    pub fn geographic(longitude: f64, latitude: f64) -> Self {
        let (sine, cosine) = longitude.to_radians().sin_cos();
        // From the pole: the cosine of a latitude near it keeps its digits.
        let (radius, height) = (90.0 - latitude.abs()).to_radians().sin_cos();
        Self { normal: [radius * cosine, radius * sine, height.copysign(latitude)], x: [-sine, cosine, 0.0] }
    }

    const NOWHERE: Self = Self { normal: [f64::NAN; 3], x: [f64::NAN; 3] };

    /// The same point with axes rotated by an angle (radians), counter-clockwise seen from outside.
    fn rotated(self, angle: f64) -> Self {
        let (sine, cosine) = angle.sin_cos();
        Self { x: plus(times(cosine, self.x), times(sine, self.y())), ..self }
    }

    /// Unit normal of the ellipsoid.
    pub fn normal(&self) -> Vector {
        self.normal
    }

    /// Unit vector along x.
    pub fn x(&self) -> Vector {
        self.x
    }

    /// Unit vector along y.
    pub fn y(&self) -> Vector {
        cross(self.normal, self.x)
    }

    /// Cosine and sine of the angle from the x of another frame to the x of this one, when this is carried there along
    /// the great circle between the two; NaN when either is nowhere.
    pub fn turn_to(&self, other: &Self) -> [f64; 2] {
        let between = plus(self.normal, other.normal);
        let beyond = dot(self.x, other.normal) / (1.0 + dot(self.normal, other.normal));
        let carried = minus(self.x, times(beyond, between));
        let turn = [dot(carried, other.x), dot(carried, other.y())];
        let length = turn[0].hypot(turn[1]);
        turn.map(|part| part / length)
    }
}

impl Crs {
    /// Whether x and y point the same ways everywhere as those of another system of a map.
    pub fn has_axes_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::PolarStereographic(own), Self::PolarStereographic(other)) => {
                let turn = (own.central_meridian() - other.central_meridian()).rem_euclid(360.0);
                own.is_similar(other) && turn.min(360.0 - turn) < 1e-9
            }
            // East at one point is another direction than east at the next.
            (Self::Geographic(_), _) => false,
            _ => self.is_same(other),
        }
    }
}

impl Grid {
    /// Directions of the axes at the points where the values are; NaN for points that the map does not have.
    ///
    /// # Errors
    /// As [`Grid::centres`].
    pub fn frames(&self, axes: VectorAxes) -> Result<Vec<Frame>> {
        self.check_room("directions", 3 * size_of::<Frame>())?;
        let crs = self.crs();
        let Some((x, y)) = self.own_points() else {
            let (longitude, latitude) = self.centres()?;
            if axes == VectorAxes::Geographic || crs.is_geographic() {
                return Ok(frames(&longitude, &latitude, Frame::geographic));
            }
            let (x, y) = crs.forward_or_nan(&longitude, &latitude)?;
            return Ok(frames_on_map(&crs, &x, &y));
        };
        if crs.is_geographic() {
            return Ok(match (axes, self.curvilinear_shape()) {
                (VectorAxes::Grid, Some(shape)) => curvilinear_frames(&x, &y, shape),
                _ => frames(&x, &y, Frame::geographic),
            });
        }
        if axes == VectorAxes::Geographic {
            let (longitude, latitude) = self.centres()?;
            return Ok(frames(&longitude, &latitude, Frame::geographic));
        }
        Ok(frames_on_map(&crs, &x, &y))
    }

    /// Rows and columns of a grid of longitudes and latitudes in two dimensions, whose x need not be east.
    pub fn curvilinear_shape(&self) -> Option<[usize; 2]> {
        match self {
            Self::Mesh(mesh) if mesh.crs().is_geographic() => <[usize; 2]>::try_from(mesh.shape()).ok(),
            _ => None,
        }
    }

    /// Points of the values in the grid's own coordinates, where it has them.
    fn own_points(&self) -> Option<(Vec<f64>, Vec<f64>)> {
        let copies = |(x, y): (&[f64], &[f64])| (x.to_vec(), y.to_vec());
        match self {
            Self::Rectilinear(grid) => {
                let (x, y) = (grid.x().centres(), grid.y().centres());
                Some((
                    y.iter().flat_map(|_| x.iter().copied()).collect(),
                    y.iter().flat_map(|&y| x.iter().map(move |_| y)).collect(),
                ))
            }
            Self::Mesh(mesh) if mesh.location() == Location::Nodes => Some(copies(mesh.nodes())),
            Self::Mesh(mesh) => mesh.centres_of_cells(),
            Self::Healpix(_) => None,
        }
    }
}

fn frames(x: &[f64], y: &[f64], frame: impl Fn(f64, f64) -> Frame + Sync) -> Vec<Frame> {
    map_values(x.len().min(y.len()), |at| frame(x[at], y[at]))
}

fn frames_on_map(crs: &Crs, x: &[f64], y: &[f64]) -> Vec<Frame> {
    match crs {
        Crs::Geographic(_) => frames(x, y, Frame::geographic),
        Crs::PolarStereographic(map) => frames(x, y, |x, y| polar_frame(map, x, y)),
        Crs::Projected(map) => frames(x, y, |x, y| map_frame(map, x, y)),
    }
}

/// From differences between the places of neighbours in space: x along the columns of a row, y along the rows.
///
/// Rows may run from the north: x is that of the columns, and y lies to its left.
fn curvilinear_frames(longitude: &[f64], latitude: &[f64], [rows, columns]: [usize; 2]) -> Vec<Frame> {
    let own: Vec<Frame> = frames(longitude, latitude, Frame::geographic);
    let at = |row: usize, column: usize| own[row * columns + column].normal;
    let beside = |index: usize, length: usize| (index.saturating_sub(1), (index + 1).min(length.saturating_sub(1)));
    let frame = |index: usize| {
        let (row, column) = (index / columns, index % columns);
        let ((left, right), (below, above)) = (beside(column, columns), beside(row, rows));
        let normal = at(row, column);
        // Differences across a place where points are missing are taken on one side.
        let difference = |ahead: Vector, behind: Vector| {
            let whole = minus(ahead, behind);
            let halves = [whole, minus(ahead, normal), minus(normal, behind)];
            let found =
                halves.into_iter().find(|half| half.iter().all(|part| part.is_finite()) && dot(*half, *half) > 0.0);
            let tangent = found.unwrap_or([f64::NAN; 3]);
            normalised(minus(tangent, times(dot(tangent, normal), normal)))
        };
        let along = difference(at(row, right), at(row, left));
        let up = difference(at(above, column), at(below, column));
        let up = if dot(cross(along, up), normal) < 0.0 { times(-1.0, up) } else { up };
        Frame { normal, x: normalised(plus(along, cross(up, normal))) }
    };
    map_values(own.len(), frame)
}

/// The map is conformal, and meridians are straight lines from the pole.
fn polar_frame(map: &PolarStereographic, x: f64, y: f64) -> Frame {
    let Ok((_, latitude)) = map.projection().inverse(x, y) else { return Frame::NOWHERE };
    let (x, y) = (x - map.false_easting(), y - map.false_northing());
    let (angle, sense) = match map.pole() {
        Pole::South => (x.atan2(y), 1.0),
        Pole::North => (x.atan2(-y), -1.0),
    };
    Frame::geographic(map.central_meridian() + angle.to_degrees(), latitude).rotated(sense * angle)
}

/// From differences of the inverse projection over a few kilometres, in space, where no pole is singular.
fn map_frame(map: &Projection, x: f64, y: f64) -> Frame {
    const STEP: f64 = 2000.0;
    let ellipsoid = map.ellipsoid();
    let point = |x: f64, y: f64| {
        map.inverse(x, y).map_or([f64::NAN; 3], |(longitude, latitude)| position(&ellipsoid, longitude, latitude))
    };
    let slope = |right: f64, up: f64| {
        let difference = |steps: f64| {
            let (right, up) = (steps * STEP * right, steps * STEP * up);
            times(0.5 / steps, minus(point(x + right, y + up), point(x - right, y - up)))
        };
        minus(times(4.0 / 3.0, difference(1.0)), times(1.0 / 3.0, difference(2.0)))
    };
    let (along, up) = (slope(1.0, 0.0), slope(0.0, 1.0));
    let normal = normalised(cross(along, up));
    // The rotation of the polar decomposition: x by itself, and y rotated back by a right angle.
    Frame { normal, x: normalised(plus(along, cross(up, normal))) }
}

/// Position in space (m) of a point of an ellipsoid.
pub(super) fn position(ellipsoid: &Ellipsoid, longitude: f64, latitude: f64) -> Vector {
    position_of_normal(ellipsoid, Frame::geographic(longitude, latitude).normal)
}

/// Position in space (m) of the point of an ellipsoid that has this unit normal.
#[inline]
pub(super) fn position_of_normal(ellipsoid: &Ellipsoid, normal: Vector) -> Vector {
    let squared = ellipsoid.eccentricity_squared();
    let radius = ellipsoid.semi_major_axis() / (1.0 - squared * normal[2] * normal[2]).sqrt();
    [radius * normal[0], radius * normal[1], radius * (1.0 - squared) * normal[2]]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Axis, RectilinearGrid};

    fn frame(crs: &str, x: f64, y: f64) -> Frame {
        frames_on_map(&Crs::parse(crs).unwrap(), &[x], &[y])[0]
    }

    /// Angle (degrees) from east to x.
    fn angle(crs: &str, longitude: f64, latitude: f64) -> f64 {
        let (x, y) = Crs::parse(crs).unwrap().forward(&[longitude], &[latitude]).unwrap();
        let [cosine, sine] = frame(crs, x[0], y[0]).turn_to(&Frame::geographic(longitude, latitude));
        sine.atan2(cosine).to_degrees()
    }

    #[test]
    fn axes_of_polar_maps_turn_with_longitude() {
        for (crs, longitude, latitude, expected) in [
            ("EPSG:3031", 30.0, -75.0, 30.0),
            ("EPSG:3031", -100.0, -89.999, -100.0),
            ("EPSG:3413", -45.0, 70.0, 0.0),
            ("EPSG:3413", 15.0, 70.0, -60.0),
            // Lambert's azimuthal map at the pole turns as the stereographic one does.
            ("EPSG:6932", 30.0, -75.0, 30.0),
            ("EPSG:6931", 15.0, 70.0, -15.0),
        ] {
            let found = angle(crs, longitude, latitude);
            assert!((found - expected).abs() < 1e-6, "{crs}: {found}, expected {expected}");
        }
    }

    #[test]
    fn the_directions_of_a_polar_map_are_those_of_differences() {
        let Crs::PolarStereographic(map) = Crs::parse("EPSG:3413").unwrap() else { panic!("not polar") };
        for (x, y) in [(1e5, -2e6), (-7e5, 3e5), (0.0, 0.0), (1.0, -1.0)] {
            let (exact, found) = (polar_frame(&map, x, y), map_frame(map.projection(), x, y));
            for (exact, found) in [(exact.x, found.x), (exact.normal, found.normal), (exact.y(), found.y())] {
                let error = minus(exact, found);
                assert!(dot(error, error).sqrt() < 1e-7, "{x} {y}: {exact:?} {found:?}");
            }
        }
    }

    #[test]
    fn turns_across_the_pole_carry_vectors_straight_on() {
        // Northwards on one side of the pole is southwards on the other.
        let [cosine, sine] = Frame::geographic(20.0, 89.5).turn_to(&Frame::geographic(-160.0, 89.5));
        assert!((cosine + 1.0).abs() < 1e-12 && sine.abs() < 1e-9);
        // x of a polar map points one way near the pole, whatever the meridian.
        let (one, other) = (frame("EPSG:3031", 5e3, 3e3), frame("EPSG:3031", -4e3, 1e3));
        let [cosine, sine] = one.turn_to(&other);
        assert!((cosine - 1.0).abs() < 1e-6 && sine.abs() < 1e-6);
    }

    #[test]
    fn cells_of_a_map_have_its_axes_or_east_and_north() {
        let axis = Axis::from_centres(vec![1e6, 1.1e6]).unwrap();
        let crs = Crs::parse("EPSG:3031").unwrap();
        let grid = Grid::Rectilinear(RectilinearGrid::new(crs, axis.clone(), axis).unwrap());
        let (own, east) = (grid.frames(VectorAxes::Grid).unwrap(), grid.frames(VectorAxes::Geographic).unwrap());
        let [cosine, sine] = own[0].turn_to(&east[0]);
        assert!((sine.atan2(cosine).to_degrees() - 45.0).abs() < 1e-9);
        assert!(grid.crs().has_axes_of(&Crs::parse("EPSG:3031").unwrap()));
        assert!(!grid.crs().has_axes_of(&Crs::parse("EPSG:3412").unwrap()));
    }
}
