//! Coordinate reference systems: where on the ellipsoid coordinates are.

use nunatak_parallel::map_values;
use serde::{Deserialize, Serialize};

use super::authalic::AuthalicSphere;
use super::ellipsoid::Ellipsoid;
use super::epsg;
use super::polar_stereographic::PolarStereographic;
use super::proj_string::ProjString;
use super::projection::{Direction, Projection};
use crate::error::{GridError, KNOWN_SYSTEMS, Result};
use crate::geometry::vector::Vector;

/// A coordinate reference system: where on the ellipsoid a pair of coordinates is.
///
/// # Examples
///
/// ```
/// use nunatak_grid::Crs;
///
/// let crs = Crs::parse("+proj=stere +lat_0=-90 +lat_ts=-71 +lon_0=0")?;
/// assert_eq!(crs.name(), "EPSG:3031");
/// // On this map of Antarctica 0 degrees is up and 90 degrees east to the right.
/// let (x, y) = crs.forward(&[0.0, 90.0], &[-75.0, -75.0])?;
/// assert!(x[0].abs() < 1e-3 && y[1].abs() < 1e-3);
/// assert!(y[0] > 0.0 && (y[0] - x[1]).abs() < 1e-3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Crs {
    /// Polar stereographic x and y in metres.
    PolarStereographic(PolarStereographic),
    /// Geodetic longitude and latitude in degrees.
    Geographic(Ellipsoid),
    /// x and y in metres of any other projection.
    Projected(Projection),
}

impl Crs {
    /// Examples of what [`Crs::parse`] understands, for messages.
    pub const KNOWN: [&'static str; 6] = KNOWN_SYSTEMS;

    /// The system of a code, under that code.
    pub(super) fn from_epsg(code: u32) -> Result<Option<Self>> {
        let system =
            epsg::proj_string(code).map(|text| Self::from_parameters(&ProjString::parse(text)?)).transpose()?;
        Ok(system.map(|system| match system {
            Self::Projected(projection) => Self::Projected(projection.under_code(code)),
            other => other,
        }))
    }

    /// The system of a PROJ string: polar stereographic and geographic ones in forms of their own.
    pub(super) fn from_parameters(parameters: &ProjString) -> Result<Self> {
        if parameters.is_geographic() && parameters.prime_meridian() != 0.0 {
            let meridian = parameters.prime_meridian();
            let found = parameters.normalised(&parameters.ellipsoid()?);
            let problem = format!("longitudes count from a meridian at {meridian} degrees, expected Greenwich");
            return Err(GridError::UnreadCrs { found, problem });
        }
        if parameters.is_geographic() {
            return Ok(Self::Geographic(parameters.ellipsoid()?));
        }
        match PolarStereographic::from_parameters(parameters)? {
            Some(projection) => Ok(Self::PolarStereographic(projection)),
            None => Projection::from_parameters(parameters).map(Self::Projected),
        }
    }

    /// EPSG code, for systems that have one here.
    pub fn epsg(&self) -> Option<u32> {
        match self {
            Self::Projected(projection) => projection.epsg(),
            Self::PolarStereographic(projection) => projection.epsg(),
            Self::Geographic(ellipsoid) if ellipsoid.is_close(&Ellipsoid::WGS84) => Some(4326),
            Self::Geographic(_) => None,
        }
    }

    /// `EPSG:…`, or the parameters of a system without a code.
    pub fn name(&self) -> String {
        match (self.epsg(), self) {
            (Some(code), _) => format!("EPSG:{code}"),
            (None, Self::PolarStereographic(projection)) => projection.proj_string(),
            (None, Self::Geographic(ellipsoid)) => format!("+proj=longlat {} +no_defs", ellipsoid.proj_parameters()),
            (None, Self::Projected(projection)) => projection.name(),
        }
    }

    /// Whether two systems are the same to the digits that files keep.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::PolarStereographic(own), Self::PolarStereographic(other)) => own.is_close(other),
            (Self::Geographic(own), Self::Geographic(other)) => own.is_close(other),
            (Self::Projected(own), Self::Projected(other)) => own.is_close(other),
            _ => false,
        }
    }

    /// The system with a code instead of one that equals it but for rounding.
    pub(crate) fn snapped(self) -> Self {
        match self.epsg().map(Self::from_epsg) {
            Some(Ok(Some(known))) => known,
            _ => self,
        }
    }

    /// The ellipsoid under it.
    pub fn ellipsoid(&self) -> Ellipsoid {
        match self {
            Self::PolarStereographic(projection) => projection.ellipsoid(),
            Self::Geographic(ellipsoid) => *ellipsoid,
            Self::Projected(projection) => projection.ellipsoid(),
        }
    }

    /// Whether coordinates are longitude and latitude in degrees.
    pub fn is_geographic(&self) -> bool {
        matches!(self, Self::Geographic(_))
    }

    /// Longitudes and latitudes (degrees) to x and y (metres; degrees for a geographic system), element by element.
    /// NaN gives NaN.
    ///
    /// # Errors
    /// [`GridError::Length`], and [`GridError::Projection`] for a latitude beyond 90 degrees or a point that the map
    /// does not reach (the opposite pole).
    pub fn forward(&self, longitude: &[f64], latitude: &[f64]) -> Result<(Vec<f64>, Vec<f64>)> {
        if let Some(at) = latitude.iter().position(|value| value.abs() > 90.0) {
            return Err(GridError::Projection {
                crs: self.name(),
                first: longitude.get(at).copied().unwrap_or(f64::NAN),
                second: latitude.get(at).copied().unwrap_or(f64::NAN),
                reason: "expected a latitude from -90 to 90".into(),
            });
        }
        self.project(longitude, latitude, Direction::Forward)
    }

    /// As [`Self::forward`], with NaN for points that a map other than a polar stereographic one does not hold.
    ///
    /// # Errors
    /// As [`Self::forward`] for the other systems.
    pub fn forward_or_nan(&self, longitude: &[f64], latitude: &[f64]) -> Result<(Vec<f64>, Vec<f64>)> {
        match self {
            Self::Projected(projection) => Ok(projection.forward_or_nan(longitude, latitude)),
            _ => self.forward(longitude, latitude),
        }
    }

    /// x and y (metres; degrees for a geographic system) to longitudes (-180 to 180) and latitudes (degrees),
    /// element by element. NaN gives NaN.
    ///
    /// # Errors
    /// [`GridError::Length`] and [`GridError::Projection`].
    pub fn inverse(&self, x: &[f64], y: &[f64]) -> Result<(Vec<f64>, Vec<f64>)> {
        self.project(x, y, Direction::Inverse)
    }

    /// Unit vectors, on an authalic sphere, of points given in this system (metres; degrees of longitude and latitude
    /// for a geographic one); NaN gives NaN.
    ///
    /// # Errors
    /// [`GridError::Length`] and [`GridError::Projection`].
    pub fn unit_vectors(&self, sphere: &AuthalicSphere, x: &[f64], y: &[f64]) -> Result<Vec<Vector>> {
        let positions;
        let (longitude, latitude) = if self.is_geographic() {
            (x, y)
        } else {
            positions = self.inverse(x, y)?;
            (&positions.0[..], &positions.1[..])
        };
        if longitude.len() != latitude.len() {
            let (expected, found) = (longitude.len(), latitude.len());
            return Err(GridError::Length { what: "coordinates", expected, found });
        }
        Ok(map_values(longitude.len(), |at| sphere.unit_vector(longitude[at], latitude[at])))
    }

    /// True area over projected area at a point: 1 / k^2 for polar stereographic metres; by
    /// differences for other maps; for degrees, m2 per square
    /// degree on the ellipsoid (meridional times prime-vertical radius of curvature times cos latitude).
    pub fn area_factor(&self, x: f64, y: f64) -> f64 {
        match self {
            Self::PolarStereographic(projection) => projection.area_factor(x, y),
            Self::Projected(projection) => projection.area_factor(x, y),
            Self::Geographic(ellipsoid) => {
                let e2 = ellipsoid.eccentricity_squared();
                let (sine, cosine) = y.to_radians().sin_cos();
                let a = ellipsoid.semi_major_axis();
                a * a * (1.0 - e2) * cosine / (1.0 - e2 * sine * sine).powi(2) * 1_f64.to_radians().powi(2)
            }
        }
    }

    fn project(&self, first: &[f64], second: &[f64], direction: Direction) -> Result<(Vec<f64>, Vec<f64>)> {
        if first.len() != second.len() {
            return Err(GridError::Length { what: "coordinates", expected: first.len(), found: second.len() });
        }
        match self {
            Self::Geographic(_) => Ok((first.to_vec(), second.to_vec())),
            Self::Projected(projection) => projection.project(first, second, direction, || self.name()),
            Self::PolarStereographic(polar) => polar.projection().project(first, second, direction, || self.name()),
        }
    }
}

#[cfg(test)]
mod tests;
