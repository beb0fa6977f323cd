//! Coordinate reference systems from CF grid mappings, also of mappings that files write badly.

use super::cf_projection;
use super::ellipsoid::Ellipsoid;
use super::ellipsoid_names;
use super::grid_mapping::{GridMapping, GridMappingWarning, TEXTS};
use super::map_unit::MapUnit;
use super::polar_scale::parallel_of_scale;
use super::polar_stereographic::{PolarStereographic, Pole};
use super::proj_string::ProjString;
use super::system::Crs;
use super::text::SystemText;
use crate::error::{GridError, Result};

/// Latitude of true scale of the maps ice-sheet data use, where a file does not say.
fn usual_parallel(pole: Pole) -> f64 {
    match pole {
        Pole::South => -71.0,
        Pole::North => 70.0,
    }
}

/// A system and what had to be guessed to understand it.
type Interpreted = (Crs, Vec<GridMappingWarning>);

impl Crs {
    /// The system that a CF grid mapping describes, x and y in metres, and what had to be guessed to understand it.
    ///
    /// The attributes of CF are trusted most; what they lack is taken from `crs_wkt` and the other texts, and so is all
    /// of it where a text says what they cannot.
    ///
    /// # Errors
    /// [`crate::GridError::GridMapping`] when an attribute that cannot be guessed is missing or wrong, and
    /// [`crate::GridError::UnreadCrs`] when there is no other description than a text that cannot be read whole.
    pub fn from_grid_mapping(mapping: &GridMapping) -> Result<(Self, Vec<GridMappingWarning>)> {
        mapping.interpret()
    }
}

impl GridMapping {
    /// The unit of x and y that a text of the mapping states; data may be in another, and say so.
    pub fn map_unit(&self) -> Option<MapUnit> {
        self.text_of_system().ok()?.and_then(|(_, text)| text.unit().cloned())
    }

    /// What [`Crs::from_grid_mapping`] does.
    fn interpret(&self) -> Result<Interpreted> {
        let (text, unread) = match self.text_of_system() {
            Ok(text) => (text, None),
            Err(error) => (None, Some(error)),
        };
        let parameters = text.as_ref().map(|(_, text)| &text.parameters);
        match (self.text("grid_mapping_name"), text.as_ref()) {
            (Some(name @ "rotated_latitude_longitude"), _) => Err(self.error("grid_mapping_name", name, PROJECTIONS)),
            (Some("latitude_longitude"), _) => Ok((self.geographic(parameters)?, Vec::new())),
            (Some("polar_stereographic"), Some((_, text))) if !text.is_plain => Ok((text.crs.clone(), Vec::new())),
            (Some("polar_stereographic"), Some(text)) => {
                self.checked(self.polar_stereographic(Some(&text.1.parameters)), text)
            }
            (Some("polar_stereographic"), None) => self.polar_stereographic(None),
            (name, Some(text)) => self.cf_or_text(name.unwrap_or_default(), text),
            (name, None) => {
                let name = name.unwrap_or("nothing");
                let own = self.cf_projection(name, None).unwrap_or_else(|| {
                    Err(unread.unwrap_or_else(|| self.error("grid_mapping_name", name, PROJECTIONS)))
                });
                Ok((own?, Vec::new()))
            }
        }
    }

    /// The system of the text, unless CF's attributes say all of it, too.
    fn cf_or_text(&self, name: &str, text: &(&'static str, SystemText)) -> Result<Interpreted> {
        let SystemText { crs, parameters, is_plain } = &text.1;
        match self.cf_projection(name, Some(parameters)) {
            // The text is of the longitudes and latitudes under the map.
            Some(own) if crs.is_geographic() => Ok((own?, Vec::new())),
            Some(own) if *is_plain && cf_projection::can_express(parameters) => {
                self.checked(own.map(|own| (own, Vec::new())), text)
            }
            _ => Ok((crs.clone(), Vec::new())),
        }
    }

    /// The system of the text where the attributes say the same or had to be guessed, else that of the attributes, with
    /// a warning.
    fn checked(&self, own: Result<Interpreted>, text: &(&'static str, SystemText)) -> Result<Interpreted> {
        let (attribute, SystemText { crs, .. }) = text;
        match own {
            Ok((own, warnings)) if warnings.is_empty() && !own.is_same(crs) => {
                let expected = format!("{}, as the other attributes say", own.name());
                Ok((own, vec![self.warning(attribute, crs.name(), &expected)]))
            }
            _ => Ok((crs.clone(), Vec::new())),
        }
    }

    /// The first text that gives a system, and its attribute.
    ///
    /// # Errors
    /// Why the most trusted of the texts that describe one cannot be read, when none can.
    fn text_of_system(&self) -> Result<Option<(&'static str, SystemText)>> {
        let mut unread = None;
        for attribute in TEXTS {
            let Some(value) = self.value(attribute) else { continue };
            match SystemText::parse(&value.to_string()) {
                Ok(text) => return Ok(Some((attribute, text))),
                Err(GridError::UnreadCrs { problem, .. }) if unread.is_none() => {
                    let found = format!("{attribute} of grid mapping {}", self.name());
                    unread = Some(GridError::UnreadCrs { found, problem });
                }
                Err(_) => {}
            }
        }
        unread.map_or(Ok(None), Err)
    }

    /// Longitudes and latitudes on the ellipsoid that the attributes give, or else the text.
    fn geographic(&self, text: Option<&ProjString>) -> Result<Crs> {
        let meridian = self.prime_meridian(text);
        if meridian != 0.0 {
            return Err(self.error(
                "longitude_of_prime_meridian",
                &meridian.to_string(),
                "0, longitudes from Greenwich",
            ));
        }
        Ok(Crs::Geographic(self.ellipsoid(text)?).snapped())
    }

    /// The system of CF's attributes of a projection of this name, where CF has it.
    fn cf_projection(&self, name: &str, text: Option<&ProjString>) -> Option<Result<Crs>> {
        let ellipsoid = match self.ellipsoid(text) {
            Ok(ellipsoid) => ellipsoid,
            Err(error) => return Some(Err(error)),
        };
        let parameters = cf_projection::proj_string(self, name, (&ellipsoid, self.prime_meridian(text)), text)?;
        Some(match parameters {
            Ok(parameters) => Crs::from_parameters(&parameters).map(Crs::snapped),
            Err(missing) => {
                Err(self.error("grid_mapping_name", &format!("{name} without {missing}"), "all of its attributes"))
            }
        })
    }

    /// Degrees east of Greenwich of the meridian from which the attributes count longitudes.
    fn prime_meridian(&self, text: Option<&ProjString>) -> f64 {
        let named = self.text("prime_meridian_name").and_then(ellipsoid_names::prime_meridian);
        let own = named.or_else(|| self.number("longitude_of_prime_meridian"));
        own.or_else(|| text.map(ProjString::prime_meridian)).unwrap_or(0.0)
    }

    fn polar_stereographic(&self, text: Option<&ProjString>) -> Result<Interpreted> {
        let mut warnings = Vec::new();
        let ellipsoid = self.ellipsoid(text)?;
        let pole = self.pole(&mut warnings)?;
        let parallel = self.parallel(pole, &ellipsoid, &mut warnings)?;
        let meridian = self.meridian(pole, &mut warnings) + self.prime_meridian(text);
        let origin = |own, other| self.number(own).or_else(|| text?.number(other)).unwrap_or(0.0);
        let projection = PolarStereographic::new(ellipsoid, pole, parallel, meridian)?
            .with_false_origin(origin("false_easting", "x_0"), origin("false_northing", "y_0"))?;
        Ok((Crs::PolarStereographic(projection).snapped(), warnings))
    }

    /// The pole, from the latitude of the projection's origin or what else tells the hemisphere.
    fn pole(&self, warnings: &mut Vec<GridMappingWarning>) -> Result<Pole> {
        const ORIGIN: &str = "latitude_of_projection_origin";
        let origin = self.number(ORIGIN);
        let hint = origin.or_else(|| self.number("standard_parallel")).filter(|latitude| *latitude != 0.0);
        let Some(hint) = hint else {
            return Err(self.error(ORIGIN, &self.found(ORIGIN), "90 or -90"));
        };
        let pole = if hint > 0.0 { Pole::North } else { Pole::South };
        if origin.is_none_or(|latitude| (latitude.abs() - 90.0).abs() > 1e-9) {
            warnings.push(self.warning(ORIGIN, self.found(ORIGIN), &format!("{} (assumed)", pole.latitude())));
        }
        Ok(pole)
    }

    /// The latitude of true scale.
    fn parallel(&self, pole: Pole, ellipsoid: &Ellipsoid, warnings: &mut Vec<GridMappingWarning>) -> Result<f64> {
        const PARALLEL: &str = "standard_parallel";
        let sign = pole.latitude().signum();
        if let Some(parallel) = self.number(PARALLEL) {
            if parallel * sign < 0.0 {
                let expected = format!("{} (assumed): the pole is at {}", -parallel, pole.latitude());
                warnings.push(self.warning(PARALLEL, self.found(PARALLEL), &expected));
            }
            return Ok(parallel.abs() * sign);
        }
        let origin = self.number("latitude_of_projection_origin").unwrap_or(pole.latitude());
        if origin.abs() < 90.0 - 1e-9 {
            // The pole's warning names the attribute; a latitude short of the pole is the parallel of true scale.
            return Ok(origin);
        }
        let (parallel, reason) = match (self.number("angle_of_oblique_tangent"), self.scale_at_pole()) {
            (Some(angle), _) => ((90.0 - angle) * sign, "from angle_of_oblique_tangent"),
            (None, Some(scale)) => {
                let parallel = parallel_of_scale(ellipsoid, scale).map(|parallel| parallel * sign);
                let wrong =
                    || self.error("scale_factor_at_projection_origin", &scale.to_string(), "a scale from 0.51 to 1");
                return parallel.ok_or_else(wrong);
            }
            (None, None) => (usual_parallel(pole), "the usual one"),
        };
        let expected = format!("{parallel} (assumed: {reason})");
        warnings.push(self.warning(PARALLEL, self.found(PARALLEL), &expected));
        Ok(parallel)
    }

    fn scale_at_pole(&self) -> Option<f64> {
        self.number("scale_factor_at_projection_origin")
    }

    fn meridian(&self, pole: Pole, warnings: &mut Vec<GridMappingWarning>) -> f64 {
        const MERIDIAN: &str = "straight_vertical_longitude_from_pole";
        let other =
            self.number("longitude_of_projection_origin").or_else(|| self.number("longitude_of_central_meridian"));
        self.number(MERIDIAN).unwrap_or_else(|| {
            let assumed = other.unwrap_or(if pole == Pole::South { 0.0 } else { -45.0 });
            warnings.push(self.warning(MERIDIAN, self.found(MERIDIAN), &format!("{assumed} (assumed)")));
            assumed
        })
    }

    /// The ellipsoid that the attributes give, or else the text; WGS84 where neither says.
    fn ellipsoid(&self, text: Option<&ProjString>) -> Result<Ellipsoid> {
        if let Some(radius) = self.number("earth_radius") {
            return Ellipsoid::new(radius, 0.0);
        }
        let Some(a) = self.number("semi_major_axis") else {
            return match (text, self.text("reference_ellipsoid_name")) {
                (Some(text), _) => text.ellipsoid(),
                (None, Some(name)) => ellipsoid_names::ellipsoid(name)
                    .ok_or_else(|| self.error("reference_ellipsoid_name", name, "a known one, or semi_major_axis")),
                (None, None) => Ok(Ellipsoid::WGS84),
            };
        };
        let flattening = match (self.number("inverse_flattening"), self.number("semi_minor_axis")) {
            (Some(inverse), _) if inverse > 0.0 => 1.0 / inverse,
            (Some(_), _) => 0.0,
            (None, Some(b)) => (a - b) / a,
            (None, None) if (a - Ellipsoid::WGS84.semi_major_axis()).abs() < 0.01 => Ellipsoid::WGS84.flattening(),
            (None, None) => return Err(self.error("inverse_flattening", "nothing", "a number beside semi_major_axis")),
        };
        Ellipsoid::new(a, flattening)
    }
}

/// What a mapping is expected to be.
const PROJECTIONS: &str = "a projection of CF that proj4rs has, or crs_wkt, spatial_ref or proj4 of one";

#[cfg(test)]
mod tests;
