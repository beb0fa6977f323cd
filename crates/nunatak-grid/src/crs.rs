use proj4rs::Proj;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::polar_stereographic::ellipsoid_string;
use crate::vector::Vector;
use crate::{AuthalicSphere, Ellipsoid, GridError, GridMapping, GridMappingWarning, PolarStereographic, Pole, Result};

/// A coordinate reference system: where on the ellipsoid a pair of coordinates is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Crs {
    /// Polar stereographic x and y in metres.
    PolarStereographic(PolarStereographic),
    /// Geodetic longitude and latitude in degrees.
    Geographic(Ellipsoid),
}

/// Points projected by one task.
const POINTS_PER_TASK: usize = 16_384;

impl Crs {
    /// Names that [`Crs::parse`] understands.
    pub const KNOWN: [&'static str; 3] = ["EPSG:3031", "EPSG:3413", "EPSG:4326"];

    /// The system of this name: an EPSG code (`EPSG:3031`, `epsg:3413`, `4326`), `OGC:CRS84`, or WKT that ends in
    /// the authority code of one of them.
    ///
    /// # Errors
    /// [`GridError::UnknownCrs`] for anything else.
    pub fn parse(text: &str) -> Result<Self> {
        let unknown = || GridError::UnknownCrs { found: abbreviated(text) };
        let code = epsg_code(text).ok_or_else(unknown)?;
        Self::from_epsg(code)?.ok_or_else(unknown)
    }

    fn from_epsg(code: u32) -> Result<Option<Self>> {
        let polar = |pole, parallel, meridian| {
            PolarStereographic::new(Ellipsoid::WGS84, pole, parallel, meridian).map(Self::PolarStereographic)
        };
        Ok(match code {
            3031 => Some(polar(Pole::South, -71.0, 0.0)?),
            3413 => Some(polar(Pole::North, 70.0, -45.0)?),
            4326 => Some(Self::Geographic(Ellipsoid::WGS84)),
            _ => None,
        })
    }

    /// The system that a CF grid mapping describes, and what had to be guessed to understand it.
    ///
    /// # Errors
    /// [`GridError::GridMapping`] when an attribute that cannot be guessed is missing or wrong.
    pub fn from_grid_mapping(mapping: &GridMapping) -> Result<(Self, Vec<GridMappingWarning>)> {
        mapping.interpret()
    }

    /// EPSG code, for systems that have one here.
    pub fn epsg(&self) -> Option<u32> {
        [3031, 3413, 4326]
            .into_iter()
            .find(|&code| matches!(Self::from_epsg(code), Ok(Some(known)) if known.is_same(self)))
    }

    /// `EPSG:…`, or the parameters of a system without a code.
    pub fn name(&self) -> String {
        match (self.epsg(), self) {
            (Some(code), _) => format!("EPSG:{code}"),
            (None, Self::PolarStereographic(projection)) => projection.proj_string(),
            (None, Self::Geographic(ellipsoid)) => format!("+proj=longlat {} +no_defs", ellipsoid_string(ellipsoid)),
        }
    }

    /// Whether two systems are the same to the digits that files keep.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::PolarStereographic(own), Self::PolarStereographic(other)) => own.is_close(other),
            (Self::Geographic(own), Self::Geographic(other)) => own.is_close(other),
            _ => false,
        }
    }

    /// The system with a code in place of one that equals it but for rounding.
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
        self.project(longitude, latitude, |geographic, plane, longitude, latitude| {
            proj4rs::adaptors::transform_xy(geographic, plane, longitude.to_radians(), latitude.to_radians())
        })
    }

    /// x and y (metres; degrees for a geographic system) to longitudes (-180 to 180) and latitudes (degrees),
    /// element by element. NaN gives NaN.
    ///
    /// # Errors
    /// [`GridError::Length`] and [`GridError::Projection`].
    pub fn inverse(&self, x: &[f64], y: &[f64]) -> Result<(Vec<f64>, Vec<f64>)> {
        self.project(x, y, |geographic, plane, x, y| {
            let (longitude, latitude) = proj4rs::adaptors::transform_xy(plane, geographic, x, y)?;
            Ok((longitude.to_degrees(), latitude.to_degrees()))
        })
    }

    /// Unit vectors, on an authalic sphere, of points given in this system (metres; degrees of longitude and latitude
    /// for a geographic one); NaN gives NaN.
    ///
    /// # Errors
    /// [`GridError::Length`] and [`GridError::Projection`].
    pub fn unit_vectors(&self, sphere: &AuthalicSphere, x: &[f64], y: &[f64]) -> Result<Vec<Vector>> {
        let places;
        let (longitude, latitude) = if self.is_geographic() {
            (x, y)
        } else {
            places = self.inverse(x, y)?;
            (&places.0[..], &places.1[..])
        };
        if longitude.len() != latitude.len() {
            let (expected, found) = (longitude.len(), latitude.len());
            return Err(GridError::Length { what: "coordinates", expected, found });
        }
        let points = longitude.par_iter().zip(latitude).with_min_len(POINTS_PER_TASK);
        Ok(points.map(|(&longitude, &latitude)| sphere.unit_vector(longitude, latitude)).collect())
    }

    /// True area over projected area at a point: 1 / k^2 for polar stereographic metres; for degrees, m2 per square
    /// degree on the ellipsoid (meridional times prime-vertical radius of curvature times cos latitude).
    pub fn area_factor(&self, x: f64, y: f64) -> f64 {
        match self {
            Self::PolarStereographic(projection) => projection.area_factor(x, y),
            Self::Geographic(ellipsoid) => {
                let e2 = ellipsoid.eccentricity_squared();
                let (sine, cosine) = y.to_radians().sin_cos();
                let a = ellipsoid.semi_major_axis();
                a * a * (1.0 - e2) * cosine / (1.0 - e2 * sine * sine).powi(2) * 1_f64.to_radians().powi(2)
            }
        }
    }

    fn project(
        &self,
        first: &[f64],
        second: &[f64],
        transform: impl Fn(&Proj, &Proj, f64, f64) -> proj4rs::errors::Result<(f64, f64)> + Sync,
    ) -> Result<(Vec<f64>, Vec<f64>)> {
        if first.len() != second.len() {
            return Err(GridError::Length { what: "coordinates", expected: first.len(), found: second.len() });
        }
        let Self::PolarStereographic(projection) = self else {
            return Ok((first.to_vec(), second.to_vec()));
        };
        let failure = |first: f64, second: f64, error: proj4rs::errors::Error| GridError::Projection {
            crs: self.name(),
            first,
            second,
            reason: error.to_string(),
        };
        let build = |text: &str| Proj::from_proj_string(text).map_err(|error| failure(f64::NAN, f64::NAN, error));
        let plane = build(&projection.proj_string())?;
        let geographic = build(&format!("+proj=longlat {} +no_defs", ellipsoid_string(&projection.ellipsoid())))?;
        let mut result = (vec![f64::NAN; first.len()], vec![f64::NAN; first.len()]);
        let tasks = result.0.par_chunks_mut(POINTS_PER_TASK).zip(result.1.par_chunks_mut(POINTS_PER_TASK));
        let sources = first.par_chunks(POINTS_PER_TASK).zip(second.par_chunks(POINTS_PER_TASK));
        tasks.zip(sources).try_for_each(|((to_first, to_second), (from_first, from_second))| {
            for (at, (&first, &second)) in from_first.iter().zip(from_second).enumerate() {
                if first.is_nan() || second.is_nan() {
                    continue;
                }
                (to_first[at], to_second[at]) =
                    transform(&geographic, &plane, first, second).map_err(|error| failure(first, second, error))?;
            }
            Ok(())
        })?;
        Ok(result)
    }
}

/// The EPSG code that a text names, if any.
pub(crate) fn epsg_code(text: &str) -> Option<u32> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("OGC:CRS84") || text.eq_ignore_ascii_case("CRS84") {
        return Some(4326);
    }
    if let Ok(code) = text.parse() {
        return Some(code);
    }
    let upper = text.to_ascii_uppercase();
    if upper.contains("EPSG") && ["URN:", "HTTP"].iter().any(|start| upper.starts_with(start)) {
        return upper.rsplit([':', '/']).next()?.parse().ok();
    }
    let after = &upper[upper.rfind("EPSG")? + 4..];
    let digits: String =
        after.trim_start_matches([':', '"', ',', ' ', '/']).chars().take_while(char::is_ascii_digit).collect();
    let code: u32 = digits.parse().ok()?;
    // WKT without an outer authority ends in the code of one of its parts.
    let is_projected = ["PROJ", "BOUND", "COMPOUND", "COMPD"].iter().any(|word| upper.starts_with(word));
    (!(is_projected && code == 4326)).then_some(code)
}

fn abbreviated(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}

#[cfg(test)]
mod tests;
