//! Points onto a map, many at a time: without a call or a branch per point, so that the compiler works on several at once.
//!
//! Polar stereographic and Lambert azimuthal maps have kernels of their own here, of additions, multiplications, divisions
//! and square roots alone: they give the same bits on every machine. They agree with PROJ to a nanometre within the
//! hemisphere of the map. Every other map goes through `proj4rs`, a point at a time.

mod kernel;
mod lambert_azimuthal;
mod polar_stereographic;
#[cfg(test)]
mod tests;
mod trigonometry;

use pulp::{Arch, Simd, WithSimd};

use super::proj_string::ProjString;
use super::system::Crs;
use kernel::Kernel;
use lambert_azimuthal::{LambertAzimuthal, PolarLambert};
use polar_stereographic::PolarStereographicKernel;
pub(crate) use trigonometry::{AuthalicColatitude, sin_cos_degrees};

/// Flattening up to which the series of the kernels hold to round-off; that of Mars is 0.006.
const LARGEST_FLATTENING: f64 = 0.007;

/// Longitudes (degrees) beyond this are on no map: PROJ refuses more than ten radians.
const LARGEST_LONGITUDE: f64 = 10.0 * 180.0 / std::f64::consts::PI;

/// The forward projection of a system, for many points at a time.
#[derive(Debug, Clone)]
pub(crate) enum ForwardBatch {
    /// Longitude and latitude themselves.
    Geographic,
    PolarStereographic(PolarStereographicKernel),
    PolarLambert(PolarLambert),
    LambertAzimuthal(LambertAzimuthal),
    /// Any other map.
    PointByPoint(Crs),
}

impl ForwardBatch {
    /// The forward projection of a system.
    pub(crate) fn new(crs: &Crs) -> Self {
        if crs.ellipsoid().flattening() > LARGEST_FLATTENING {
            return if crs.is_geographic() { Self::Geographic } else { Self::PointByPoint(crs.clone()) };
        }
        let kernel = match crs {
            Crs::Geographic(_) => Some(Self::Geographic),
            Crs::PolarStereographic(map) => Some(Self::PolarStereographic(PolarStereographicKernel::new(map))),
            Crs::Projected(map) => ProjString::parse(map.proj_string())
                .ok()
                .and_then(|parameters| Self::lambert_azimuthal(&parameters, crs)),
        };
        kernel.unwrap_or_else(|| Self::PointByPoint(crs.clone()))
    }

    /// The kernel of a Lambert azimuthal map of no other than the usual parameters.
    fn lambert_azimuthal(parameters: &ProjString, crs: &Crs) -> Option<Self> {
        const OWN: [&str; 5] = ["proj", "lat_0", "lon_0", "x_0", "y_0"];
        if parameters.name() != "laea" || parameters.names().any(|name| !OWN.contains(&name)) {
            return None;
        }
        let number = |name| parameters.number(name).unwrap_or(0.0);
        let ([latitude, meridian], origin) = (["lat_0", "lon_0"].map(number), ["x_0", "y_0"].map(number));
        Some(if latitude.abs() == 90.0 {
            Self::PolarLambert(PolarLambert::new(&crs.ellipsoid(), latitude, meridian, origin))
        } else {
            Self::LambertAzimuthal(LambertAzimuthal::new(&crs.ellipsoid(), latitude, meridian, origin))
        })
    }

    /// Geodetic longitudes and latitudes (degrees) to x and y (m; degrees of a geographic system), all of one length. NaN
    /// where a coordinate is missing, out of range or not on the map.
    pub(crate) fn project(&self, longitude: &[f64], latitude: &[f64], x: &mut [f64], y: &mut [f64]) {
        match self {
            Self::Geographic => {
                x.copy_from_slice(longitude);
                y.copy_from_slice(latitude);
            }
            Self::PolarStereographic(map) => each(longitude, latitude, x, y, *map),
            Self::PolarLambert(map) => each(longitude, latitude, x, y, *map),
            Self::LambertAzimuthal(map) => each(longitude, latitude, x, y, *map),
            Self::PointByPoint(crs) => point_by_point(crs, longitude, latitude, x, y),
        }
    }
}

fn each(longitude: &[f64], latitude: &[f64], x: &mut [f64], y: &mut [f64], kernel: impl Kernel) {
    Arch::new().dispatch(EachPoint { longitude, latitude, x, y, kernel });
}

/// A kernel on each point, in the widest registers of the machine. (A closure would be compiled apart, for the narrowest.)
struct EachPoint<'a, K> {
    longitude: &'a [f64],
    latitude: &'a [f64],
    x: &'a mut [f64],
    y: &'a mut [f64],
    /// By value, so that the compiler sees that results do not overwrite its parameters.
    kernel: K,
}

impl<K: Kernel> WithSimd for EachPoint<'_, K> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { longitude, latitude, x, y, kernel } = self;
        let count = longitude.len();
        let (latitude, x, y) = (&latitude[..count], &mut x[..count], &mut y[..count]);
        for at in 0..count {
            let (east, north) = (longitude[at], latitude[at]);
            let [on_x, on_y] = kernel.point([east, north]);
            let is_on_map = (north.abs() <= 90.0) & (east.abs() <= LARGEST_LONGITUDE);
            x[at] = if is_on_map { on_x } else { f64::NAN };
            y[at] = if is_on_map { on_y } else { f64::NAN };
        }
    }
}

fn point_by_point(crs: &Crs, longitude: &[f64], latitude: &[f64], x: &mut [f64], y: &mut [f64]) {
    for (at, (&longitude, &latitude)) in longitude.iter().zip(latitude).enumerate() {
        let found = crs.forward(&[longitude], &[latitude]);
        [x[at], y[at]] = found.map_or([f64::NAN; 2], |(x, y)| [x[0], y[0]]);
    }
}
