//! Parameters of PROJ strings.

use std::collections::BTreeMap;

use super::ellipsoid::Ellipsoid;
use crate::error::{GridError, Result};

/// The parameters of a PROJ string.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ProjString {
    parameters: BTreeMap<String, String>,
}

/// Semi-major axis and inverse flattening of the ellipsoids, and of those of datums, by their names in PROJ.
const ELLIPSOIDS: [(&str, f64, f64); 14] = [
    ("wgs84", 6_378_137.0, 298.257_223_563),
    ("grs80", 6_378_137.0, 298.257_222_101),
    ("nad83", 6_378_137.0, 298.257_222_101),
    ("etrs89", 6_378_137.0, 298.257_222_101),
    ("wgs72", 6_378_135.0, 298.26),
    ("intl", 6_378_388.0, 297.0),
    ("clrk66", 6_378_206.4, 294.978_698_213_898_2),
    ("nad27", 6_378_206.4, 294.978_698_213_898_2),
    ("bessel", 6_377_397.155, 299.152_812_8),
    ("krass", 6_378_245.0, 298.3),
    ("airy", 6_377_563.396, 299.324_964_6),
    ("hughes", 6_378_273.0, 298.279_411_123_064),
    ("grs67", 6_378_160.0, 298.247_167_427),
    ("sphere", 6_370_997.0, 0.0),
];

/// Parameters that say nothing about where points are once the ellipsoid is known.
const DROPPED: [&str; 18] = [
    "type",
    "no_defs",
    "wktext",
    "units",
    "vunits",
    "to_meter",
    "vto_meter",
    "towgs84",
    "nadgrids",
    "datum",
    "ellps",
    "a",
    "b",
    "rf",
    "f",
    "R",
    "over",
    "title",
];

impl ProjString {
    /// The parameters of a text such as `+proj=laea +lat_0=90`.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let words = text.split_whitespace().map(|word| word.trim_start_matches('+'));
        let parameters: BTreeMap<String, String> = words
            .map(|word| word.split_once('=').unwrap_or((word, "")))
            .map(|(name, value)| (if name == "k" { "k_0" } else { name }.to_string(), value.to_string()))
            .collect();
        let unknown = || GridError::UnknownCrs { found: text.to_string() };
        let metres = parameters.get("units").is_none_or(|units| units == "m")
            && parameters.get("to_meter").is_none_or(|length| length.parse() == Ok(1.0));
        // An axis order other than east and north would swap what coordinates are called.
        if !parameters.contains_key("proj") || parameters.contains_key("axis") || !metres {
            return Err(unknown());
        }
        Ok(Self { parameters })
    }

    /// A projection with these parameters on an ellipsoid.
    pub(crate) fn new(name: &str, numbers: &[(&str, f64)], ellipsoid: &Ellipsoid) -> Self {
        let mut parameters: BTreeMap<String, String> =
            numbers.iter().map(|(name, value)| ((*name).to_string(), value.to_string())).collect();
        parameters.insert("proj".into(), name.into());
        parameters.insert("a".into(), ellipsoid.semi_major_axis().to_string());
        if ellipsoid.flattening() > 0.0 {
            parameters.insert("rf".into(), (1.0 / ellipsoid.flattening()).to_string());
        }
        Self { parameters }
    }

    fn text(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    /// Name of the projection.
    pub(crate) fn name(&self) -> &str {
        self.text("proj")
    }

    /// The same with a UTM zone as the transverse Mercator projection that it is.
    pub(crate) fn without_zones(&self) -> Self {
        let mut plain = self.clone();
        if let (true, Some(zone)) = (self.name() == "utm", self.number("zone")) {
            let northing = if self.parameters.contains_key("south") { "10000000" } else { "0" };
            let meridian = (6.0 * zone - 183.0).to_string();
            let values =
                [("proj", "tmerc"), ("k_0", "0.9996"), ("x_0", "500000"), ("y_0", northing), ("lon_0", &meridian)];
            plain.parameters.extend(values.map(|(name, value)| (name.to_string(), value.to_string())));
        }
        plain
    }

    /// Whether a parameter is given.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.parameters.contains_key(name)
    }

    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        self.parameters.get(name)?.parse().ok()
    }

    /// The ellipsoid that it names or describes.
    pub(crate) fn ellipsoid(&self) -> Result<Ellipsoid> {
        if let Some(radius) = self.number("R") {
            return Ellipsoid::new(radius, 0.0);
        }
        if let Some(a) = self.number("a") {
            let flattening = match (self.number("rf"), self.number("f"), self.number("b")) {
                (Some(inverse), ..) if inverse > 0.0 => 1.0 / inverse,
                (None, Some(flattening), _) => flattening,
                (None, None, Some(b)) => (a - b) / a,
                _ => 0.0,
            };
            return Ellipsoid::new(a, flattening).map(snapped);
        }
        let name = if self.text("ellps").is_empty() { self.text("datum") } else { self.text("ellps") };
        named_ellipsoid(if name.is_empty() { "WGS84" } else { name })
    }

    /// The parameters in one order and spelling, the ellipsoid by its numbers.
    pub(crate) fn normalised(&self, ellipsoid: &Ellipsoid) -> String {
        let mut text = format!("+proj={}", self.text("proj"));
        for (name, value) in &self.parameters {
            if name == "proj" || DROPPED.contains(&name.as_str()) {
                continue;
            }
            let number = value.parse::<f64>().ok();
            // What PROJ takes for granted.
            if number == Some(0.0) || (name == "k_0" && number == Some(1.0)) {
                continue;
            }
            let value = number.map_or_else(|| value.clone(), |number| number.to_string());
            text += &if value.is_empty() { format!(" +{name}") } else { format!(" +{name}={value}") };
        }
        format!("{text} {}", ellipsoid.proj_parameters())
    }
}

fn named_ellipsoid(name: &str) -> Result<Ellipsoid> {
    let lower = name.to_ascii_lowercase();
    let Some(&(_, a, inverse)) = ELLIPSOIDS.iter().find(|(known, ..)| *known == lower) else {
        return Err(GridError::UnknownCrs { found: format!("ellipsoid {name}") });
    };
    Ellipsoid::new(a, if inverse == 0.0 { 0.0 } else { 1.0 / inverse }).map(snapped)
}

/// WGS84 itself instead of an ellipsoid that equals it but for rounding (GRS80 does not).
fn snapped(ellipsoid: Ellipsoid) -> Ellipsoid {
    let is_wgs84 = ellipsoid.semi_major_axis() == Ellipsoid::WGS84.semi_major_axis()
        && (ellipsoid.flattening() - Ellipsoid::WGS84.flattening()).abs() < 5e-12;
    if is_wgs84 { Ellipsoid::WGS84 } else { ellipsoid }
}
