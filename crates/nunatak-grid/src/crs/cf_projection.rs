//! Between the projections of CF (Appendix F) and those of PROJ.

use super::ellipsoid::Ellipsoid;
use super::grid_mapping::GridMapping;
use super::proj_string::ProjString;

/// CF's attributes of a projection and their values.
pub type CfParameters = Vec<(&'static str, Vec<f64>)>;

/// A projection: its names in CF and in PROJ, and pairs of their parameters.
type Names = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const ORIGIN: (&str, &str) = ("latitude_of_projection_origin", "lat_0");
const LONGITUDE: (&str, &str) = ("longitude_of_projection_origin", "lon_0");
const MERIDIAN: (&str, &str) = ("longitude_of_central_meridian", "lon_0");
const PARALLELS: [(&str, &str); 2] = [("standard_parallel", "lat_1"), ("standard_parallel", "lat_2")];
const EASTING: (&str, &str) = ("false_easting", "x_0");
const NORTHING: (&str, &str) = ("false_northing", "y_0");

/// Names of the central meridian that files exchange.
const LONGITUDES: [&str; 2] = [LONGITUDE.0, MERIDIAN.0];

/// Parameters that have no usual value.
const NEEDED: [&str; 3] = ["lat_0", "lon_0", "lat_1"];

const PROJECTIONS: [Names; 10] = [
    ("albers_conical_equal_area", "aea", &[ORIGIN, MERIDIAN, PARALLELS[0], PARALLELS[1], EASTING, NORTHING]),
    ("azimuthal_equidistant", "aeqd", &[ORIGIN, LONGITUDE, EASTING, NORTHING]),
    ("lambert_azimuthal_equal_area", "laea", &[ORIGIN, LONGITUDE, EASTING, NORTHING]),
    ("lambert_conformal_conic", "lcc", &[ORIGIN, MERIDIAN, PARALLELS[0], PARALLELS[1], EASTING, NORTHING]),
    (
        "lambert_cylindrical_equal_area",
        "cea",
        &[MERIDIAN, ("standard_parallel", "lat_ts"), ("scale_factor_at_projection_origin", "k_0"), EASTING, NORTHING],
    ),
    (
        "mercator",
        "merc",
        &[LONGITUDE, ("standard_parallel", "lat_ts"), ("scale_factor_at_projection_origin", "k_0"), EASTING, NORTHING],
    ),
    ("orthographic", "ortho", &[ORIGIN, LONGITUDE, EASTING, NORTHING]),
    ("sinusoidal", "sinu", &[LONGITUDE, EASTING, NORTHING]),
    ("stereographic", "stere", &[ORIGIN, LONGITUDE, ("scale_factor_at_projection_origin", "k_0"), EASTING, NORTHING]),
    (
        "transverse_mercator",
        "tmerc",
        &[ORIGIN, MERIDIAN, ("scale_factor_at_central_meridian", "k_0"), EASTING, NORTHING],
    ),
];

/// The PROJ string of a CF grid mapping of one of these names, where CF has the projection. What the attributes lack is
/// taken from `text`, the parameters that a text of the mapping gives. Their longitudes count from a meridian these
/// degrees east of Greenwich.
///
/// # Errors
/// The attribute without which there is no place for the map.
pub(crate) fn proj_string(
    mapping: &GridMapping,
    name: &str,
    (ellipsoid, meridian): (&Ellipsoid, f64),
    text: Option<&ProjString>,
) -> Option<Result<ProjString, &'static str>> {
    let (_, projection, parameters) = PROJECTIONS.iter().find(|(known, ..)| *known == name)?;
    let text = text.map(ProjString::without_zones).filter(|text| text.name() == *projection);
    let mut numbers = Vec::new();
    for (attribute, parameter) in *parameters {
        let names: &[&str] = if *parameter == "lon_0" { &LONGITUDES } else { &[] };
        let mut given = std::iter::once(attribute).chain(names).map(|name| mapping.numbers(name));
        let values = given.find(|values| !values.is_empty()).unwrap_or_default();
        // One parallel of true scale counts as both.
        let at = usize::from(*parameter == "lat_2").min(values.len().saturating_sub(1));
        let shift = if *parameter == "lon_0" { meridian } else { 0.0 };
        let own = values.get(at).map(|value| value + shift);
        match own.or_else(|| text.as_ref()?.number(parameter)) {
            Some(value) => numbers.push((*parameter, value)),
            None if text.is_none() && NEEDED.contains(parameter) => return Some(Err(*attribute)),
            None => {}
        }
    }
    Some(Ok(ProjString::new(projection, &numbers, ellipsoid)))
}

/// Whether CF's attributes can say all that a PROJ string does.
pub(crate) fn can_express(text: &ProjString) -> bool {
    let text = text.without_zones();
    let Some((_, _, parameters)) = PROJECTIONS.iter().find(|(_, known, _)| *known == text.name()) else { return false };
    text.names().all(|name| parameters.iter().any(|(_, known)| *known == name))
}

/// CF's attributes of a PROJ string, where CF has the projection: its name, and its parameters.
pub(crate) fn attributes(text: &ProjString) -> Option<(&'static str, CfParameters)> {
    let text = text.without_zones();
    let (name, _, parameters) = PROJECTIONS.iter().find(|(_, known, _)| *known == text.name())?;
    let mut found = CfParameters::new();
    for (attribute, parameter) in *parameters {
        let default = match *parameter {
            "k_0" if text.number("lat_ts").is_some() => continue,
            "k_0" => Some(1.0),
            "lat_ts" if text.number("k_0").is_some() => continue,
            "lat_2" => None,
            _ => Some(0.0),
        };
        let Some(value) = text.number(parameter).or(default) else { continue };
        match found.iter_mut().find(|(known, _)| known == attribute) {
            Some((_, values)) => values.push(value),
            None => found.push((attribute, vec![value])),
        }
    }
    Some((name, found))
}
