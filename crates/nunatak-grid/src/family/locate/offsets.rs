//! Offsets in metres from a point of an ellipsoid, and points of a map.

use super::super::frame::{Frame, position};
use crate::crs::{Crs, Ellipsoid};
use crate::error::{GridError, Result};
use crate::geometry::vector::{dot, minus};

/// Lengths (m) of a step in degrees at a latitude, from the radii of curvature (Snyder 1987, eq. 4-18, 4-20).
pub(super) fn metres([longitude, latitude]: [f64; 2], at: f64, ellipsoid: Ellipsoid) -> [f64; 2] {
    let (sin, cos) = at.to_radians().sin_cos();
    let (radius, squared) = (ellipsoid.semi_major_axis(), ellipsoid.eccentricity_squared());
    let root = (1.0 - squared * sin * sin).sqrt();
    let wrapped = (longitude + 180.0).rem_euclid(360.0) - 180.0;
    let meridian = radius * (1.0 - squared) / root.powi(3);
    [wrapped.to_radians() * cos * radius / root, latitude.to_radians() * meridian]
}

/// Distances (m) east and north of a centre to a point, in the plane that touches the ellipsoid at the centre; also
/// across a pole. Longitudes and latitudes in degrees.
pub(super) fn east_and_north(ellipsoid: &Ellipsoid, centre: (f64, f64), point: (f64, f64)) -> [f64; 2] {
    let apart = minus(position(ellipsoid, point.0, point.1), position(ellipsoid, centre.0, centre.1));
    let frame = Frame::geographic(centre.0, centre.1);
    [dot(apart, frame.x()), dot(apart, frame.y())]
}

/// Points (degrees) on a map (m); NaN for those that it does not have.
pub(super) fn on_map(crs: &Crs, longitude: &[f64], latitude: &[f64]) -> Result<(Vec<f64>, Vec<f64>)> {
    match crs.forward(longitude, latitude) {
        Err(GridError::Projection { .. }) => {
            let point = |(&longitude, &latitude)| {
                crs.forward(&[longitude], &[latitude]).map_or((f64::NAN, f64::NAN), |(x, y)| (x[0], y[0]))
            };
            Ok(longitude.iter().zip(latitude).map(point).unzip())
        }
        found => found,
    }
}
