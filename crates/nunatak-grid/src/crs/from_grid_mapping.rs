//! Coordinate reference systems from CF grid mappings, also of mappings that files write badly.

use super::cf_projection;
use super::ellipsoid::Ellipsoid;
use super::epsg;
use super::grid_mapping::{GridMapping, GridMappingWarning};
use super::polar_stereographic::{PolarStereographic, Pole};
use super::system::Crs;
use crate::error::Result;

/// Attributes whose text may name a known system, most trusted first.
const TEXTS: [&str; 9] =
    ["crs_wkt", "spatial_ref", "epsg_code", "EPSG_code", "EPSG", "epsg", "spatial_epsg", "proj4", "proj4text"];

/// Latitude of true scale of the maps ice-sheet data use, where a file does not say.
fn usual_parallel(pole: Pole) -> f64 {
    match pole {
        Pole::South => -71.0,
        Pole::North => 70.0,
    }
}

impl Crs {
    /// The system that a CF grid mapping describes, and what had to be guessed to understand it.
    ///
    /// # Errors
    /// [`crate::GridError::GridMapping`] when an attribute that cannot be guessed is missing or wrong.
    pub fn from_grid_mapping(mapping: &GridMapping) -> Result<(Self, Vec<GridMappingWarning>)> {
        mapping.interpret()
    }
}

impl GridMapping {
    /// What [`Crs::from_grid_mapping`] does.
    fn interpret(&self) -> Result<(Crs, Vec<GridMappingWarning>)> {
        let named = self.named();
        match self.text("grid_mapping_name") {
            Some("polar_stereographic") => match (self.polar_stereographic(), named) {
                (Ok((own, mut warnings)), Some((attribute, code, named))) => {
                    if !own.is_same(&named) && warnings.is_empty() {
                        warnings.push(self.warning(
                            attribute,
                            code,
                            &format!("{}, as the other attributes say", own.name()),
                        ));
                        return Ok((own, warnings));
                    }
                    Ok((named, Vec::new()))
                }
                (Err(_), Some((_, _, named))) => Ok((named, Vec::new())),
                (own, None) => own,
            },
            Some("latitude_longitude") => Ok((Crs::Geographic(self.ellipsoid()?).snapped(), Vec::new())),
            other => match named.map(|(_, _, named)| named).or_else(|| self.described(other)) {
                Some(named) => Ok((named, Vec::new())),
                None => Err(self.error(
                    "grid_mapping_name",
                    other.unwrap_or("nothing"),
                    "a projection of CF that proj4rs has, or crs_wkt, spatial_ref or proj4 of one",
                )),
            },
        }
    }

    /// The known system that one of the texts names.
    fn named(&self) -> Option<(&'static str, String, Crs)> {
        TEXTS.iter().find_map(|&attribute| {
            let text = self.value(attribute)?.to_string();
            let code = epsg::code_in(&text)?;
            let name = format!("EPSG:{code}");
            Some((attribute, name.clone(), Crs::parse(&name).ok()?))
        })
    }

    /// The system that a text or CF's attributes describe.
    fn described(&self, name: Option<&str>) -> Option<Crs> {
        let texts = TEXTS.iter().filter_map(|&attribute| self.text(attribute));
        texts.into_iter().find_map(|text| Crs::parse(text).ok()).or_else(|| {
            let ellipsoid = self.ellipsoid().ok()?;
            let crs = Crs::from_parameters(&cf_projection::proj_string(self, name?, &ellipsoid)?).ok()?;
            Some(crs.snapped())
        })
    }

    fn polar_stereographic(&self) -> Result<(Crs, Vec<GridMappingWarning>)> {
        let mut warnings = Vec::new();
        let pole = self.pole(&mut warnings)?;
        let parallel = self.parallel(pole, &mut warnings)?;
        let meridian = self.meridian(pole, &mut warnings);
        let origin = |name| self.number(name).unwrap_or(0.0);
        let projection = PolarStereographic::new(self.ellipsoid()?, pole, parallel, meridian)?
            .with_false_origin(origin("false_easting"), origin("false_northing"))?;
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
    fn parallel(&self, pole: Pole, warnings: &mut Vec<GridMappingWarning>) -> Result<f64> {
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
            (None, Some(scale)) => return self.parallel_of_scale(pole, scale),
            (None, None) => (usual_parallel(pole), "the usual one"),
        };
        let expected = format!("{parallel} (assumed: {reason})");
        warnings.push(self.warning(PARALLEL, self.found(PARALLEL), &expected));
        Ok(parallel)
    }

    fn scale_at_pole(&self) -> Option<f64> {
        self.number("scale_factor_at_projection_origin")
    }

    /// The parallel of true scale that gives this scale at the pole (Snyder 1987, eq. 21-33 and 21-34), by bisection.
    fn parallel_of_scale(&self, pole: Pole, scale: f64) -> Result<f64> {
        let ellipsoid = self.ellipsoid()?;
        let sign = pole.latitude().signum();
        let at_pole = |parallel: f64| -> Result<f64> {
            Ok(PolarStereographic::new(ellipsoid, pole, parallel * sign, 0.0)?.area_factor(0.0, 0.0).powf(-0.5))
        };
        let (mut low, mut high) = (1.0, 90.0);
        if !(at_pole(low)?..=1.0).contains(&scale) {
            return Err(self.error("scale_factor_at_projection_origin", &scale.to_string(), "a scale from 0.51 to 1"));
        }
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if at_pole(middle)? < scale { low = middle } else { high = middle }
        }
        Ok(high * sign)
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

    fn ellipsoid(&self) -> Result<Ellipsoid> {
        if let Some(radius) = self.number("earth_radius") {
            return Ellipsoid::new(radius, 0.0);
        }
        let Some(a) = self.number("semi_major_axis") else {
            return Ok(Ellipsoid::WGS84);
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

#[cfg(test)]
mod tests;
