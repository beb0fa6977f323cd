//! The authalic sphere: the sphere on which areas are the ellipsoid's.

use super::ellipsoid::Ellipsoid;

/// Coefficients, in powers of the third flattening from the first, of the sines of 2, 4, … 12 times the geodetic
/// latitude in authalic less geodetic latitude (Karney 2022, doi 10.48550/arXiv.2212.05818, eq. A19).
const FROM_GEODETIC: [[f64; 6]; 6] = [
    [-4.0 / 3.0, -4.0 / 45.0, 88.0 / 315.0, 538.0 / 4725.0, 20824.0 / 467_775.0, -44732.0 / 2_837_835.0],
    [0.0, 34.0 / 45.0, 8.0 / 105.0, -2482.0 / 14175.0, -37192.0 / 467_775.0, -12_467_764.0 / 212_837_625.0],
    [0.0, 0.0, -1532.0 / 2835.0, -898.0 / 14175.0, 54968.0 / 467_775.0, 100_320_856.0 / 1_915_538_625.0],
    [0.0, 0.0, 0.0, 6007.0 / 14175.0, 24496.0 / 467_775.0, -5_884_124.0 / 70_945_875.0],
    [0.0, 0.0, 0.0, 0.0, -23356.0 / 66825.0, -839_792.0 / 19_348_875.0],
    [0.0, 0.0, 0.0, 0.0, 0.0, 570_284_222.0 / 1_915_538_625.0],
];

/// The same of the authalic latitude in geodetic less authalic latitude (Karney 2022, eq. A20).
const TO_GEODETIC: [[f64; 6]; 6] = [
    [4.0 / 3.0, 4.0 / 45.0, -16.0 / 35.0, -2582.0 / 14175.0, 60136.0 / 467_775.0, 28_112_932.0 / 212_837_625.0],
    [0.0, 46.0 / 45.0, 152.0 / 945.0, -11966.0 / 14175.0, -21016.0 / 51975.0, 251_310_128.0 / 638_512_875.0],
    [0.0, 0.0, 3044.0 / 2835.0, 3802.0 / 14175.0, -94388.0 / 66825.0, -8_797_648.0 / 10_945_935.0],
    [0.0, 0.0, 0.0, 6059.0 / 4725.0, 41072.0 / 93555.0, -1_472_637_812.0 / 638_512_875.0],
    [0.0, 0.0, 0.0, 0.0, 768_272.0 / 467_775.0, 455_935_736.0 / 638_512_875.0],
    [0.0, 0.0, 0.0, 0.0, 0.0, 4_210_684_958.0 / 1_915_538_625.0],
];

/// Between geodetic positions on an ellipsoid and unit vectors of its authalic sphere.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{AuthalicSphere, Ellipsoid};
///
/// let sphere = AuthalicSphere::new(&Ellipsoid::WGS84);
/// // The radius of the sphere with the Earth's surface is 6371.007 km.
/// assert!((sphere.radius_squared().sqrt() - 6_371_007.0).abs() < 1.0);
/// assert_eq!(sphere.unit_vector(0.0, -90.0), [0.0, 0.0, -1.0]);
/// let (longitude, latitude) = sphere.longitude_latitude([0.0, 2.0, 0.0]);
/// assert_eq!(longitude, 90.0);
/// assert!(latitude.abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AuthalicSphere {
    to_authalic: [f64; 6],
    to_geodetic: [f64; 6],
    radius_squared: f64,
}

impl AuthalicSphere {
    /// The authalic sphere of an ellipsoid.
    pub fn new(ellipsoid: &Ellipsoid) -> Self {
        let n = ellipsoid.flattening() / (2.0 - ellipsoid.flattening());
        let series = |table: &[[f64; 6]; 6]| {
            table.map(|row| row.iter().rev().fold(0.0, |sum, &coefficient| (sum + coefficient) * n))
        };
        Self {
            to_authalic: series(&FROM_GEODETIC),
            to_geodetic: series(&TO_GEODETIC),
            radius_squared: ellipsoid.area() / (4.0 * std::f64::consts::PI),
        }
    }

    /// Square of the radius (m2): what an area on the unit sphere is multiplied by.
    pub fn radius_squared(&self) -> f64 {
        self.radius_squared
    }

    /// Coefficients of the sines of 2, 4, … 12 times the geodetic latitude in authalic less geodetic latitude (radians).
    pub(super) fn authalic_series(&self) -> &[f64; 6] {
        &self.to_authalic
    }

    /// Unit vector of a geodetic longitude and latitude (degrees); NaN gives NaN.
    pub fn unit_vector(&self, longitude: f64, latitude: f64) -> [f64; 3] {
        let (z, radius) = self.height_and_radius(latitude);
        let (y, x) = longitude.to_radians().sin_cos();
        [radius * x, radius * y, z]
    }

    /// Height above the equator and distance from the axis, on the unit sphere, of a geodetic latitude (degrees).
    pub(crate) fn height_and_radius(&self, latitude: f64) -> (f64, f64) {
        let colatitude = (90.0 - latitude.abs()).to_radians();
        // From the pole: the cosine of a latitude near it keeps its digits.
        let authalic = colatitude + sine_series(&self.to_authalic, 2.0 * colatitude);
        let (sine, cosine) = authalic.sin_cos();
        (cosine.copysign(latitude), sine)
    }

    /// Geodetic longitude (-180 to 180) and latitude (degrees) of a vector of any length.
    pub fn longitude_latitude(&self, vector: [f64; 3]) -> (f64, f64) {
        let [x, y, z] = vector;
        let authalic = x.hypot(y).atan2(z.abs());
        let colatitude = authalic + sine_series(&self.to_geodetic, 2.0 * authalic);
        (y.atan2(x).to_degrees(), (90.0 - colatitude.to_degrees()).copysign(z))
    }
}

/// Sum of the coefficients times the sines of 1, 2, … 6 times an angle of a latitude, written for the colatitude: the
/// signs of the odd ones change, and so does that of the sum (Clenshaw 1955).
fn sine_series(coefficients: &[f64; 6], angle: f64) -> f64 {
    let (sine, cosine) = angle.sin_cos();
    let (mut next, mut after) = (0.0, 0.0);
    for (at, &coefficient) in coefficients.iter().enumerate().rev() {
        let signed = if at % 2 == 0 { -coefficient } else { coefficient };
        (next, after) = (2.0 * cosine * next - after + signed, next);
    }
    // sin 2k(pi/2 - c) = -(-1)^k sin 2kc, and the colatitude is less by what the latitude is more.
    next * sine
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_sphere_keeps_its_latitudes() {
        let sphere = AuthalicSphere::new(&Ellipsoid::new(6.371e6, 0.0).unwrap());
        assert!((sphere.radius_squared().sqrt() - 6.371e6).abs() < 1e-6);
        assert!((sphere.unit_vector(0.0, 30.0)[2] - 0.5).abs() < 1e-15);
    }

    proptest! {
        #[test]
        fn caps_have_the_area_of_the_ellipsoid(latitude in -90.0..90.0_f64) {
            let sphere = AuthalicSphere::new(&Ellipsoid::WGS84);
            let z = sphere.unit_vector(12.0, latitude)[2];
            let cap = std::f64::consts::TAU * (1.0 - z) * sphere.radius_squared();
            let expected = Ellipsoid::WGS84.zone_area(latitude, 90.0, 360.0);
            prop_assert!((cap - expected).abs() < 1e-15 * Ellipsoid::WGS84.area(), "{} {}", cap, expected);
        }

        #[test]
        fn there_and_back(longitude in -180.0..180.0_f64, latitude in -90.0..90.0_f64) {
            let sphere = AuthalicSphere::new(&Ellipsoid::WGS84);
            let (back, latitude_back) = sphere.longitude_latitude(sphere.unit_vector(longitude, latitude));
            prop_assert!((latitude_back - latitude).abs() < 1e-13);
            prop_assert!((back - longitude).abs() * latitude.to_radians().cos() < 1e-13);
        }
    }
}
