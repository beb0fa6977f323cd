//! The polar stereographic projection.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ellipsoid::Ellipsoid;
use super::epsg;
use super::polar_area::PolarArea;
use super::polar_scale::{parallel_of_scale, radius_ratio, scale_at_pole, scale_length};
use super::proj_string::ProjString;
use super::projection::Projection;
use crate::error::{GridError, Result};
use crate::geometry::quadrature::{GaussLegendre, panels};

/// The pole a projection is centred on.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Crs, Pole};
///
/// let Crs::PolarStereographic(map) = Crs::parse("EPSG:3031")? else { return Err("not a polar map".into()) };
/// assert_eq!(map.pole(), Pole::South);
/// assert_eq!(map.pole().latitude(), -90.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pole {
    /// 90 degrees north.
    North,
    /// 90 degrees south.
    South,
}

impl Pole {
    /// Latitude in degrees: 90 or -90.
    pub fn latitude(self) -> f64 {
        match self {
            Self::North => 90.0,
            Self::South => -90.0,
        }
    }
}

/// The polar stereographic projection of an ellipsoid (Snyder 1987, chapter 21).
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Ellipsoid, PolarStereographic, Pole};
///
/// let map = PolarStereographic::new(Ellipsoid::WGS84, Pole::South, -71.0, 0.0)?;
/// // Areas are true at the standard parallel; the map shrinks what is nearer to the pole.
/// let parallel = map.distance_of_latitude(-71.0);
/// assert!((map.area_factor(0.0, parallel) - 1.0).abs() < 1e-12);
/// assert!(map.area_factor(0.0, 0.0) > 1.05);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parameters", into = "Parameters")]
pub struct PolarStereographic {
    parameters: Parameters,
    area: Arc<PolarArea>,
    projection: Projection,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Parameters {
    ellipsoid: Ellipsoid,
    pole: Pole,
    standard_parallel: f64,
    central_meridian: f64,
    false_easting: f64,
    false_northing: f64,
}

impl Parameters {
    fn proj_string(&self) -> String {
        format!(
            "+proj=stere +lat_0={} +lat_ts={} +lon_0={} +x_0={} +y_0={} {} +units=m +no_defs",
            self.pole.latitude(),
            self.standard_parallel,
            self.central_meridian,
            self.false_easting,
            self.false_northing,
            self.ellipsoid.proj_parameters(),
        )
    }

    fn projection(&self) -> Result<Projection> {
        Projection::without_code(self.proj_string(), self.ellipsoid)
    }
}

impl TryFrom<Parameters> for PolarStereographic {
    type Error = GridError;

    fn try_from(parameters: Parameters) -> Result<Self> {
        Self::new(parameters.ellipsoid, parameters.pole, parameters.standard_parallel, parameters.central_meridian)?
            .with_false_origin(parameters.false_easting, parameters.false_northing)
    }
}

impl From<PolarStereographic> for Parameters {
    fn from(projection: PolarStereographic) -> Self {
        projection.parameters
    }
}

impl PolarStereographic {
    /// A projection that is true to scale at `standard_parallel` (degrees, in the hemisphere of `pole`), with
    /// `central_meridian` (degrees east) pointing down the map from the north pole, up from the south pole.
    ///
    /// # Errors
    /// [`GridError::Parameter`] for a parallel in the other hemisphere or values that are not finite.
    pub fn new(ellipsoid: Ellipsoid, pole: Pole, standard_parallel: f64, central_meridian: f64) -> Result<Self> {
        let colatitude = 90.0 - standard_parallel * pole.latitude().signum();
        if !(0.0..90.0).contains(&colatitude) {
            return Err(GridError::Parameter {
                parameter: "standard_parallel",
                found: standard_parallel,
                expected: "a latitude in the hemisphere of the projection's pole",
            });
        }
        if !central_meridian.is_finite() {
            return Err(GridError::Parameter {
                parameter: "straight_vertical_longitude_from_pole",
                found: central_meridian,
                expected: "degrees east",
            });
        }
        let area = Arc::new(PolarArea::new(&ellipsoid, scale_length(&ellipsoid, colatitude.to_radians())));
        let parameters = Parameters {
            ellipsoid,
            pole,
            standard_parallel,
            central_meridian,
            false_easting: 0.0,
            false_northing: 0.0,
        };
        Ok(Self { parameters, area, projection: parameters.projection()? })
    }

    /// The same projection with the pole at these coordinates (m).
    ///
    /// # Errors
    /// [`GridError::Parameter`] when one is not finite.
    pub fn with_false_origin(mut self, easting: f64, northing: f64) -> Result<Self> {
        for (parameter, value) in [("false_easting", easting), ("false_northing", northing)] {
            if !value.is_finite() {
                return Err(GridError::Parameter { parameter, found: value, expected: "a length in metres" });
            }
        }
        self.parameters.false_easting = easting;
        self.parameters.false_northing = northing;
        self.projection = self.parameters.projection()?;
        Ok(self)
    }

    /// The projection that the parameters of a PROJ string describe, when it is one: by its parallel of true scale, or
    /// its scale at the pole.
    pub(crate) fn from_parameters(parameters: &ProjString) -> Result<Option<Self>> {
        let origin = parameters.number("lat_0").unwrap_or(0.0);
        let scale = parameters.number("k_0").unwrap_or(1.0);
        if parameters.name() != "stere" || origin.abs() != 90.0 {
            return Ok(None);
        }
        let ellipsoid = parameters.ellipsoid()?;
        let parallel = match parameters.number("lat_ts") {
            Some(parallel) => Some(parallel).filter(|_| scale == 1.0),
            None => parallel_of_scale(&ellipsoid, scale).map(|parallel| parallel.copysign(origin)),
        };
        // A scale that no parallel has is left to PROJ.
        let Some(parallel) = parallel else { return Ok(None) };
        let pole = if origin > 0.0 { Pole::North } else { Pole::South };
        let meridian = parameters.number("lon_0").unwrap_or(0.0);
        let projection = Self::new(ellipsoid, pole, parallel, meridian)?;
        let origin = |name| parameters.number(name).unwrap_or(0.0);
        projection.with_false_origin(origin("x_0"), origin("y_0")).map(Some)
    }

    /// EPSG code, when it has one here.
    pub(crate) fn epsg(&self) -> Option<u32> {
        let known = epsg::codes_of("stere")
            .find(|(_, text)| ProjString::parse(text).is_ok_and(|text| self.is_described_by(&text)));
        known.map(|(code, _)| code)
    }

    /// Whether a PROJ string describes it to the digits that files keep.
    fn is_described_by(&self, text: &ProjString) -> bool {
        let number = |name| text.number(name).unwrap_or(0.0);
        let turn = (self.central_meridian() - number("lon_0")).rem_euclid(360.0);
        let has_scale = match text.number("lat_ts") {
            Some(parallel) => (self.standard_parallel() - parallel).abs() < 1e-9,
            None => (scale_at_pole(&self.ellipsoid(), self.scale_length()) - number("k_0")).abs() < 1e-11,
        };
        has_scale
            && number("lat_0") == self.pole().latitude()
            && turn.min(360.0 - turn) < 1e-9
            && (self.false_easting() - number("x_0")).abs() < 1e-6
            && (self.false_northing() - number("y_0")).abs() < 1e-6
            && text.ellipsoid().is_ok_and(|ellipsoid| ellipsoid.is_close(&self.ellipsoid()))
    }

    /// The ellipsoid.
    pub fn ellipsoid(&self) -> Ellipsoid {
        self.parameters.ellipsoid
    }

    /// The pole at the centre.
    pub fn pole(&self) -> Pole {
        self.parameters.pole
    }

    /// Latitude of true scale (degrees).
    pub fn standard_parallel(&self) -> f64 {
        self.parameters.standard_parallel
    }

    /// Longitude that runs straight down (north) or up (south) the map (degrees east).
    pub fn central_meridian(&self) -> f64 {
        self.parameters.central_meridian
    }

    /// x of the pole (m).
    pub fn false_easting(&self) -> f64 {
        self.parameters.false_easting
    }

    /// y of the pole (m).
    pub fn false_northing(&self) -> f64 {
        self.parameters.false_northing
    }

    /// True area over projected area at a point (m): 1 / k^2, k of Snyder (1987, eq. 21-32).
    pub fn area_factor(&self, x: f64, y: f64) -> f64 {
        self.area.factor(self.distance_squared(x, y))
    }

    /// [`Self::area_factor`] at a squared distance (m2) from the pole.
    pub(crate) fn factor_at(&self, distance_squared: f64) -> f64 {
        self.area.factor(distance_squared)
    }

    /// True area (m2) within this distance (m) of the pole on the map, over 2 pi.
    pub fn cap_area(&self, distance: f64) -> f64 {
        self.area.cap(distance * distance)
    }

    /// [`Self::cap_area`] over the distance squared, as a function of the distance squared (m2); finite at the
    /// pole. Its integral along a straight edge, times the cross product of the edge's ends, is the true area of
    /// the triangle that the edge makes with the pole.
    pub fn cap_ratio(&self, distance_squared: f64) -> f64 {
        self.area.cap_ratio(distance_squared)
    }

    /// Distance from the pole on the map (m) of a latitude (degrees); infinite at the other pole.
    pub fn distance_of_latitude(&self, latitude: f64) -> f64 {
        let colatitude = 90.0 - latitude * self.pole().latitude().signum();
        if colatitude >= 180.0 {
            return f64::INFINITY;
        }
        self.scale_length() * radius_ratio(&self.ellipsoid(), colatitude.to_radians())
    }

    /// True area (m2) of the rectangle of the map between two x and two y (m); negative when one pair is reversed.
    ///
    /// Gauss-Legendre quadrature of the area factor. Panels are narrow against the length over which the factor
    /// changes (an Earth's diameter), so that the error is below round-off and areas of parts add up.
    pub fn rectangle_area(&self, x: (f64, f64), y: (f64, f64)) -> f64 {
        let (width, height) = (x.1 - x.0, y.1 - y.0);
        let rule = GaussLegendre::for_width(width.abs().max(height.abs()));
        let columns = panels(width);
        let rows = panels(height);
        let mut sum = 0.0;
        for row in 0..rows {
            for &(v, row_weight) in rule.nodes {
                let at_y = y.0 + height * (row as f64 + v) / rows as f64 - self.false_northing();
                for column in 0..columns {
                    for &(u, weight) in rule.nodes {
                        let at_x = x.0 + width * (column as f64 + u) / columns as f64 - self.false_easting();
                        sum += row_weight * weight * self.area.factor(at_x * at_x + at_y * at_y);
                    }
                }
            }
        }
        sum * width / columns as f64 * (height / rows as f64)
    }

    /// Whether another projection has the same pole on the same ellipsoid, so that a rotation and a stretch turn
    /// one map into the other.
    pub fn is_similar(&self, other: &Self) -> bool {
        self.pole() == other.pole() && self.ellipsoid().is_close(&other.ellipsoid())
    }

    /// Stretch of distances from this map to `other`, when [`Self::is_similar`].
    pub fn stretch_to(&self, other: &Self) -> f64 {
        other.scale_length() / self.scale_length()
    }

    /// The projection as PROJ writes it.
    pub(crate) fn proj_string(&self) -> String {
        self.parameters.proj_string()
    }

    /// What PROJ makes of it.
    pub(crate) fn projection(&self) -> &Projection {
        &self.projection
    }

    /// Whether two projections are the same to the digits that files keep.
    pub(crate) fn is_close(&self, other: &Self) -> bool {
        let turn = (self.central_meridian() - other.central_meridian()).rem_euclid(360.0);
        self.is_similar(other)
            && (self.standard_parallel() - other.standard_parallel()).abs() < 1e-9
            && turn.min(360.0 - turn) < 1e-9
            && (self.false_easting() - other.false_easting()).abs() < 1e-6
            && (self.false_northing() - other.false_northing()).abs() < 1e-6
    }

    pub(crate) fn scale_length(&self) -> f64 {
        let colatitude = 90.0 - self.standard_parallel() * self.pole().latitude().signum();
        scale_length(&self.ellipsoid(), colatitude.to_radians())
    }

    fn distance_squared(&self, x: f64, y: f64) -> f64 {
        let (x, y) = (x - self.false_easting(), y - self.false_northing());
        x * x + y * y
    }
}

#[cfg(test)]
mod tests;
