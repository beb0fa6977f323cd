//! Lambert azimuthal equal-area maps (Snyder 1987, chapter 24).

use super::super::authalic::AuthalicSphere;
use super::super::ellipsoid::Ellipsoid;
use super::kernel::Kernel;
use super::trigonometry::{AuthalicColatitude, sin_cos_degrees};

/// How near to the far end of the map, in radians of the colatitude or in 1 + cos of the distance, there is no map.
const FAR_END: f64 = 1e-10;

/// A map about a pole.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PolarLambert {
    /// 1 for the north pole, -1 for the south pole.
    hemisphere: f64,
    central_meridian: f64,
    /// Diameter of the authalic sphere (m).
    diameter: f64,
    origin: [f64; 2],
    authalic: AuthalicColatitude,
    /// Latitude (degrees, from the map's pole up) below which the map ends: the other pole is a circle on it.
    end: f64,
}

impl PolarLambert {
    pub(super) fn new(ellipsoid: &Ellipsoid, latitude: f64, central_meridian: f64, origin: [f64; 2]) -> Self {
        let sphere = AuthalicSphere::new(ellipsoid);
        Self {
            hemisphere: latitude.signum(),
            central_meridian,
            diameter: 2.0 * sphere.radius_squared().sqrt(),
            origin,
            authalic: AuthalicColatitude::new(&sphere),
            end: FAR_END.to_degrees() - 90.0,
        }
    }
}

impl Kernel for PolarLambert {
    #[inline(always)]
    fn point(&self, [longitude, latitude]: [f64; 2]) -> [f64; 2] {
        let northward = self.hemisphere * latitude;
        let (half, _) = self.authalic.half(sin_cos_degrees(0.5 * (90.0 - northward)));
        let distance = if northward >= self.end { self.diameter * half } else { f64::NAN };
        let (sine, cosine) = sin_cos_degrees(longitude - self.central_meridian);
        [self.origin[0] + distance * sine, self.origin[1] - self.hemisphere * (distance * cosine)]
    }
}

/// A map about any other point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LambertAzimuthal {
    central_meridian: f64,
    /// Sine and cosine of the authalic latitude of the centre.
    centre: (f64, f64),
    /// Radius of the authalic sphere times and over Snyder's D (eq. 24-20) (m).
    scale: [f64; 2],
    origin: [f64; 2],
    authalic: AuthalicColatitude,
}

impl LambertAzimuthal {
    pub(super) fn new(ellipsoid: &Ellipsoid, latitude: f64, central_meridian: f64, origin: [f64; 2]) -> Self {
        let sphere = AuthalicSphere::new(ellipsoid);
        let radius = sphere.radius_squared().sqrt();
        let (height, distance) = sphere.height_and_radius(latitude);
        let (sine, cosine) = latitude.to_radians().sin_cos();
        let curvature = (1.0 - ellipsoid.eccentricity_squared() * sine * sine).sqrt();
        let stretch = ellipsoid.semi_major_axis() * cosine / (curvature * radius * distance);
        Self {
            central_meridian,
            centre: (height, distance),
            scale: [radius * stretch, radius / stretch],
            origin,
            authalic: AuthalicColatitude::new(&sphere),
        }
    }
}

impl Kernel for LambertAzimuthal {
    #[inline(always)]
    fn point(&self, [longitude, latitude]: [f64; 2]) -> [f64; 2] {
        let (half_sine, half_cosine) = self.authalic.half(sin_cos_degrees(0.5 * (90.0 - latitude)));
        let (height, distance) = (1.0 - 2.0 * half_sine * half_sine, 2.0 * half_sine * half_cosine);
        let (sine, cosine) = sin_cos_degrees(longitude - self.central_meridian);
        let (centre_sine, centre_cosine) = self.centre;
        let from_antipode = 1.0 + centre_sine * height + centre_cosine * distance * cosine;
        let stretch = if from_antipode.abs() >= FAR_END { (2.0 / from_antipode).sqrt() } else { f64::NAN };
        [
            self.origin[0] + self.scale[0] * stretch * (distance * sine),
            self.origin[1] + self.scale[1] * stretch * (centre_cosine * height - centre_sine * distance * cosine),
        ]
    }
}
