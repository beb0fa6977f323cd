//! Map projections by the parameters of PROJ.

use std::sync::Arc;

use nunatak_parallel::{map_each, map_values};
use proj4rs::Proj;
use serde::{Deserialize, Serialize};

use super::authalic::AuthalicSphere;
use super::cf_projection::{self, CfParameters};
use super::ellipsoid::Ellipsoid;
use super::epsg;
use super::proj_string::ProjString;
use crate::error::{GridError, Result};
use crate::geometry::vector::{cross, dot, minus, times};

/// A map projection by the parameters of PROJ; x and y in metres.
///
/// # Examples
///
/// ```
/// use nunatak_grid::Projection;
///
/// let map = Projection::parse("+proj=laea +lat_0=-90 +lon_0=0 +x_0=0 +y_0=0")?;
/// assert_eq!(map.epsg(), Some(6932));
/// assert!(map.is_equal_area());
/// assert_eq!(map.cf_attributes().map(|(name, _)| name), Some("lambert_azimuthal_equal_area"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Projection {
    text: String,
    ellipsoid: Ellipsoid,
    code: Option<u32>,
    transform: Arc<Transform>,
}

/// Both ends of the transformation, made once.
struct Transform {
    plane: Proj,
    geographic: Proj,
}

/// Projections whose maps keep areas on an ellipsoid.
const EQUAL_AREA: [&str; 5] = ["laea", "aea", "cea", "leac", "eqearth"];

/// Points projected by one task.
const POINTS_PER_TASK: usize = 16_384;

impl Projection {
    /// The projection of a PROJ string without units of its own.
    ///
    /// # Errors
    /// [`GridError::UnknownCrs`] when it is none, or one that cannot be inverted.
    pub fn parse(text: &str) -> Result<Self> {
        Self::from_parameters(&ProjString::parse(text)?)
    }

    pub(crate) fn from_parameters(parameters: &ProjString) -> Result<Self> {
        let ellipsoid = parameters.ellipsoid()?;
        let text = parameters.normalised(&ellipsoid);
        let code = epsg::code_of(&text);
        Ok(Self { code, ..Self::without_code(text, ellipsoid)? })
    }

    /// The projection of a string in its normal form.
    pub(crate) fn without_code(text: String, ellipsoid: Ellipsoid) -> Result<Self> {
        let unknown = || GridError::UnknownCrs { found: text.clone() };
        let build = |text: &str| Proj::from_proj_string(text).map_err(|_| unknown());
        // The series of the extended form hold far from the central meridian, too.
        let is_wide = ellipsoid.flattening() > 0.0;
        let plane = build(&if is_wide { text.replacen("+proj=tmerc", "+proj=etmerc", 1) } else { text.clone() })?;
        if !(plane.has_inverse() && plane.has_forward()) || plane.is_latlong() || plane.is_geocent() {
            return Err(unknown());
        }
        let geographic = build(&format!("+proj=longlat {} +no_defs", ellipsoid.proj_parameters()))?;
        Ok(Self { text, ellipsoid, code: None, transform: Arc::new(Transform { plane, geographic }) })
    }

    /// The same under the code by which it was asked for, where several codes have it.
    pub(super) fn under_code(self, code: u32) -> Self {
        Self { code: Some(code), ..self }
    }

    /// Whether two projections are the same to the digits that files keep.
    pub(crate) fn is_close(&self, other: &Self) -> bool {
        if self.text == other.text {
            return true;
        }
        // GRS80 and WGS84 are two.
        let (own, others) = (self.ellipsoid, other.ellipsoid);
        let is_one = (own.semi_major_axis() - others.semi_major_axis()).abs() < 1e-3
            && (own.flattening() - others.flattening()).abs() < 1e-12;
        let parsed = (ProjString::parse(&self.text), ProjString::parse(&other.text));
        is_one && matches!(parsed, (Ok(one), Ok(two)) if one.is_close(&two))
    }

    /// Its PROJ string.
    pub fn proj_string(&self) -> &str {
        &self.text
    }

    /// EPSG code, when it has one here.
    pub fn epsg(&self) -> Option<u32> {
        self.code
    }

    /// CF's name of the projection and its parameters in CF's attributes, where CF has it.
    pub fn cf_attributes(&self) -> Option<(&'static str, CfParameters)> {
        cf_projection::attributes(&ProjString::parse(&self.text).ok()?)
    }

    /// The ellipsoid.
    pub fn ellipsoid(&self) -> Ellipsoid {
        self.ellipsoid
    }

    /// Whether its map keeps areas.
    pub fn is_equal_area(&self) -> bool {
        let name = self.text.trim_start_matches("+proj=").split(' ').next().unwrap_or_default();
        EQUAL_AREA.contains(&name)
    }

    /// True area over area on the map at a point: 1 where the map keeps areas, else from differences of the inverse
    /// projection over a kilometre; NaN off the map.
    pub(crate) fn area_factor(&self, x: f64, y: f64) -> f64 {
        const STEP: f64 = 500.0;
        if self.is_equal_area() {
            return 1.0;
        }
        let sphere = AuthalicSphere::new(&self.ellipsoid);
        let point = |x: f64, y: f64| {
            self.inverse(x, y).map_or([f64::NAN; 3], |(longitude, latitude)| sphere.unit_vector(longitude, latitude))
        };
        let slope = |along: f64, up: f64| {
            let difference = |steps: f64| {
                let (ahead, behind) = (
                    point(x + steps * along * STEP, y + steps * up * STEP),
                    point(x - steps * along * STEP, y - steps * up * STEP),
                );
                times(0.5 / (steps * STEP), minus(ahead, behind))
            };
            let (near, far) = (difference(1.0), difference(2.0));
            minus(times(4.0 / 3.0, near), times(1.0 / 3.0, far))
        };
        let area = cross(slope(1.0, 0.0), slope(0.0, 1.0));
        dot(area, area).sqrt() * sphere.radius_squared()
    }

    /// Longitude and latitude (degrees) to x and y (m).
    fn forward(&self, longitude: f64, latitude: f64) -> proj4rs::errors::Result<(f64, f64)> {
        let Transform { plane, geographic } = &*self.transform;
        proj4rs::adaptors::transform_xy(geographic, plane, longitude.to_radians(), latitude.to_radians())
    }

    /// Points forward; NaN for those that the map does not hold.
    pub(crate) fn forward_or_nan(&self, longitude: &[f64], latitude: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let nowhere = (f64::NAN, f64::NAN);
        let forward = |at: usize| self.forward(longitude[at], latitude[at]).unwrap_or(nowhere);
        map_values(longitude.len().min(latitude.len()), forward).into_iter().unzip()
    }

    /// x and y (m) to longitude and latitude (degrees).
    pub(crate) fn inverse(&self, x: f64, y: f64) -> proj4rs::errors::Result<(f64, f64)> {
        let Transform { plane, geographic } = &*self.transform;
        let (longitude, latitude) = proj4rs::adaptors::transform_xy(plane, geographic, x, y)?;
        Ok((longitude.to_degrees(), latitude.to_degrees()))
    }

    /// Points through the projection, forward (degrees to metres) or back; NaN gives NaN.
    pub(crate) fn project(
        &self,
        first: &[f64],
        second: &[f64],
        direction: Direction,
        name: impl Fn() -> String + Sync,
    ) -> Result<(Vec<f64>, Vec<f64>)> {
        let mut result = (vec![f64::NAN; first.len()], vec![f64::NAN; first.len()]);
        let tasks = result.0.chunks_mut(POINTS_PER_TASK).zip(result.1.chunks_mut(POINTS_PER_TASK));
        let sources = first.chunks(POINTS_PER_TASK).zip(second.chunks(POINTS_PER_TASK));
        let done = map_each(tasks.zip(sources).collect(), |((to_first, to_second), (from_first, from_second))| {
            for (at, (&first, &second)) in from_first.iter().zip(from_second).enumerate() {
                if first.is_nan() || second.is_nan() {
                    continue;
                }
                let found = match direction {
                    Direction::Forward => self.forward(first, second),
                    Direction::Inverse => self.inverse(first, second),
                };
                let failure = |reason: String| GridError::Projection { crs: name(), first, second, reason };
                let (x, y) = found.map_err(|error| failure(error.to_string()))?;
                if !(x.is_finite() && y.is_finite()) {
                    return Err(failure("the point is not on the map".into()));
                }
                (to_first[at], to_second[at]) = (x, y);
            }
            Ok(())
        });
        done.into_iter().collect::<Result<()>>()?;
        Ok(result)
    }

    pub(crate) fn name(&self) -> String {
        self.code.map_or_else(|| self.text.clone(), |code| format!("EPSG:{code}"))
    }
}

/// Which way points are projected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Degrees to metres.
    Forward,
    /// Metres to degrees.
    Inverse,
}

impl PartialEq for Projection {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl std::fmt::Debug for Projection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Projection").field(&self.text).finish()
    }
}

impl TryFrom<String> for Projection {
    type Error = GridError;

    fn try_from(text: String) -> Result<Self> {
        let Some(code) = text.strip_prefix("EPSG:").and_then(|code| code.parse().ok()) else {
            return Self::parse(&text);
        };
        let known = epsg::proj_string(code).ok_or_else(|| GridError::UnknownCrs { found: text.clone() })?;
        Ok(Self::parse(known)?.under_code(code))
    }
}

impl From<Projection> for String {
    fn from(projection: Projection) -> Self {
        projection.code.map_or(projection.text, |code| format!("EPSG:{code}"))
    }
}

#[cfg(test)]
mod tests;
