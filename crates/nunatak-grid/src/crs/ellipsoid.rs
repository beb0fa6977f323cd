//! Ellipsoids of revolution.

use serde::{Deserialize, Serialize};

use crate::error::{GridError, Result};

/// An ellipsoid of revolution; a sphere has no flattening.
///
/// # Examples
///
/// ```
/// use nunatak_grid::Ellipsoid;
///
/// // The surface of the Earth is 510.066 million km2.
/// assert!((Ellipsoid::WGS84.area() / 510.066e12 - 1.0).abs() < 1e-6);
/// // The cap north of 30 degrees is a quarter of a sphere.
/// let sphere = Ellipsoid::new(6.371e6, 0.0)?;
/// assert!((sphere.zone_area(30.0, 90.0, 360.0) / sphere.area() - 0.25).abs() < 1e-14);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ellipsoid {
    semi_major_axis: f64,
    flattening: f64,
}

impl Ellipsoid {
    /// WGS84: a = 6378137 m, 1/f = 298.257223563.
    pub const WGS84: Self = Self { semi_major_axis: 6_378_137.0, flattening: 1.0 / 298.257_223_563 };

    /// An ellipsoid from its semi-major axis (m) and flattening.
    ///
    /// # Errors
    /// [`GridError::Parameter`] unless the axis is positive and 0 <= flattening < 0.5.
    pub fn new(semi_major_axis: f64, flattening: f64) -> Result<Self> {
        if !(semi_major_axis.is_finite() && semi_major_axis > 0.0) {
            return Err(GridError::Parameter {
                parameter: "semi_major_axis",
                found: semi_major_axis,
                expected: "a positive length in metres",
            });
        }
        if !(0.0..0.5).contains(&flattening) {
            return Err(GridError::Parameter {
                parameter: "flattening",
                found: flattening,
                expected: "a number from 0 to 0.5",
            });
        }
        Ok(Self { semi_major_axis, flattening })
    }

    /// Semi-major axis (m).
    pub fn semi_major_axis(&self) -> f64 {
        self.semi_major_axis
    }

    /// Flattening, (a - b) / a.
    pub fn flattening(&self) -> f64 {
        self.flattening
    }

    /// First eccentricity squared, f (2 - f).
    pub fn eccentricity_squared(&self) -> f64 {
        self.flattening * (2.0 - self.flattening)
    }

    /// First eccentricity.
    pub fn eccentricity(&self) -> f64 {
        self.eccentricity_squared().sqrt()
    }

    /// Surface of the whole ellipsoid (m2).
    pub fn area(&self) -> f64 {
        self.zone_area(-90.0, 90.0, 360.0)
    }

    /// Area (m2) between two geodetic latitudes over a span of longitude, all in degrees.
    ///
    /// Closed form: the difference of the authalic function q of Snyder (1987, eq. 3-12), written in
    /// sin(north) - sin(south) so that thin zones lose no digits. Negative when `north` is below `south`.
    pub fn zone_area(&self, south: f64, north: f64, longitude_span: f64) -> f64 {
        let e2 = self.eccentricity_squared();
        let (sin_south, sin_north) = (south.to_radians().sin(), north.to_radians().sin());
        let cos_middle = (90.0 - 0.5 * (south + north)).to_radians().sin();
        let rise = 2.0 * cos_middle * (0.5 * (north - south)).to_radians().sin();
        let product = e2 * sin_south * sin_north;
        let rational =
            rise * (1.0 + product) / ((1.0 - e2 * sin_south * sin_south) * (1.0 - e2 * sin_north * sin_north));
        let e = e2.sqrt();
        let logarithm = if e == 0.0 { rise } else { (e * rise / (1.0 - product)).atanh() / e };
        let q = (1.0 - e2) * (rational + logarithm);
        0.5 * self.semi_major_axis * self.semi_major_axis * longitude_span.to_radians() * q
    }

    /// `+a=… +rf=…` (or `+R=…` for a sphere), as PROJ writes it.
    pub(crate) fn proj_parameters(&self) -> String {
        if self.flattening == 0.0 {
            format!("+R={}", self.semi_major_axis)
        } else {
            format!("+a={} +rf={}", self.semi_major_axis, 1.0 / self.flattening)
        }
    }

    /// Whether two ellipsoids are the same to the digits that files keep.
    pub(crate) fn is_close(&self, other: &Self) -> bool {
        (self.semi_major_axis - other.semi_major_axis).abs() < 0.01 && (self.flattening - other.flattening).abs() < 1e-9
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_of_wgs84_is_the_textbook_one() {
        let (a, e2) = (6_378_137.0_f64, Ellipsoid::WGS84.eccentricity_squared());
        let e = e2.sqrt();
        let expected = 2.0 * std::f64::consts::PI * a * a * (1.0 + (1.0 - e2) / e * e.atanh());
        assert!((Ellipsoid::WGS84.area() / expected - 1.0).abs() < 1e-15);
        assert!((Ellipsoid::WGS84.area() - 5.100_656_217_24e14).abs() < 1e5);
    }

    #[test]
    fn zones_of_a_sphere_follow_archimedes() {
        let sphere = Ellipsoid::new(6_371_000.0, 0.0).unwrap();
        let expected = 6_371_000.0_f64.powi(2) * 10_f64.to_radians() * (1.0 - 60_f64.to_radians().sin());
        assert!((sphere.zone_area(60.0, 90.0, 10.0) / expected - 1.0).abs() < 1e-14);
    }

    #[test]
    fn thin_zones_at_the_pole_keep_their_digits() {
        // Near the pole the ellipsoid is a plane whose polar radius of curvature is a / (1 - f).
        let radius = Ellipsoid::WGS84.semi_major_axis() / (1.0 - Ellipsoid::WGS84.flattening());
        let colatitude = 1e-3_f64.to_radians();
        let expected = std::f64::consts::PI * (radius * colatitude).powi(2);
        assert!((Ellipsoid::WGS84.zone_area(89.999, 90.0, 360.0) / expected - 1.0).abs() < 1e-9);
    }

    #[test]
    fn impossible_ellipsoids_are_refused() {
        assert!(matches!(Ellipsoid::new(-1.0, 0.0), Err(GridError::Parameter { parameter: "semi_major_axis", .. })));
        assert!(matches!(Ellipsoid::new(1.0, f64::NAN), Err(GridError::Parameter { parameter: "flattening", .. })));
    }
}
