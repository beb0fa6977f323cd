//! Parameters of PROJ strings.

use std::collections::BTreeMap;

use super::ellipsoid::Ellipsoid;
use super::ellipsoid_names;
use super::map_unit::MapUnit;
use super::proj_parameters::{DROPPED, NUMBERS, OTHERS};
use crate::error::{GridError, Result};

/// The parameters of a PROJ string, longitudes from Greenwich and lengths in metres, and what the string says besides.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ProjString {
    parameters: BTreeMap<String, String>,
    unit: Option<MapUnit>,
    prime_meridian: f64,
}

impl ProjString {
    /// The parameters of a text such as `+proj=laea +lat_0=90`.
    ///
    /// # Errors
    /// [`GridError::UnreadCrs`] for one that is unknown here, because it may move every point.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let refused = |problem: String| GridError::UnreadCrs { found: text.to_string(), problem };
        let words = text.split_whitespace().map(|word| word.trim_start_matches('+'));
        let parameters: BTreeMap<String, String> = words
            .map(|word| word.split_once('=').unwrap_or((word, "")))
            .map(|(name, value)| (if ["k", "k0"].contains(&name) { "k_0" } else { name }, value))
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect();
        for (name, value) in &parameters {
            let is_number = NUMBERS.contains(&name.as_str());
            if !is_number && !OTHERS.contains(&name.as_str()) {
                return Err(refused(format!("found +{name}, which is not read here")));
            }
            if is_number && !value.parse::<f64>().is_ok_and(f64::is_finite) {
                return Err(refused(format!("+{name}: found `{value}`, expected a number")));
            }
        }
        if !parameters.contains_key("proj") {
            return Err(GridError::UnknownCrs { found: text.to_string() });
        }
        // An axis order other than east and north would swap what coordinates are called.
        if let Some(axis) = parameters.get("axis").filter(|axis| *axis != "enu") {
            return Err(refused(format!("+axis: found {axis}, expected enu")));
        }
        let mut parsed = Self { parameters, ..Self::default() };
        parsed.unit = parsed.stated_unit().map_err(&refused)?;
        let meridian = parsed.stated_meridian().map_err(&refused)?;
        Ok(parsed.into_web_mercator().with_prime_meridian(meridian))
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
        Self { parameters, ..Self::default() }
    }

    /// The same for x and y in a unit.
    pub(crate) fn with_unit(mut self, unit: Option<MapUnit>) -> Self {
        self.unit = unit;
        self
    }

    /// The same whose longitudes so far were from a meridian these degrees east of Greenwich.
    pub(crate) fn with_prime_meridian(mut self, degrees: f64) -> Self {
        self.prime_meridian = degrees;
        if degrees == 0.0 || self.is_geographic() {
            return self;
        }
        let mut shifted = self.without_zones();
        let name = if shifted.has("lonc") { "lonc" } else { "lon_0" };
        let longitude = shifted.number(name).unwrap_or(0.0) + degrees;
        shifted.parameters.insert(name.into(), longitude.to_string());
        shifted
    }

    /// The unit of x and y, where the string states one.
    fn stated_unit(&self) -> std::result::Result<Option<MapUnit>, String> {
        if let Some(metres) = self.number("to_meter") {
            let unit = MapUnit::new(&format!("{metres} m"), metres);
            return unit.map(Some).ok_or(format!("+to_meter: found {metres}, expected a length"));
        }
        let name = self.text("units");
        if name.is_empty() || self.is_geographic() {
            return Ok(None);
        }
        MapUnit::of_proj(name).map(Some).ok_or(format!("+units: found {name}, expected m, km or feet"))
    }

    /// Degrees east of Greenwich of the prime meridian that the string states.
    fn stated_meridian(&self) -> std::result::Result<f64, String> {
        let name = self.text("pm");
        if name.is_empty() {
            return Ok(0.0);
        }
        let meridian =
            ellipsoid_names::prime_meridian(name).or_else(|| name.parse().ok().filter(|at: &f64| at.is_finite()));
        meridian.ok_or(format!("+pm: found {name}, expected degrees or the name of a prime meridian"))
    }

    /// The Mercator map of web tiles by its own name: ellipsoidal latitudes on the map of a sphere.
    fn into_web_mercator(mut self) -> Self {
        let radius = Ellipsoid::WGS84.semi_major_axis();
        let is_sphere = self.number("a") == Some(radius) && self.number("b") == Some(radius);
        if self.name() == "merc" && is_sphere && self.text("nadgrids") == "@null" {
            self.parameters.insert("proj".into(), "webmerc".into());
            for name in ["a", "b", "lat_ts", "k_0"] {
                self.parameters.remove(name);
            }
        }
        self
    }

    fn text(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    /// Name of the projection.
    pub(crate) fn name(&self) -> &str {
        self.text("proj")
    }

    /// Whether it is of longitudes and latitudes.
    pub(crate) fn is_geographic(&self) -> bool {
        ["longlat", "latlong", "lonlat", "latlon"].contains(&self.name())
    }

    /// The unit of x and y that the text states; parameters are in metres.
    pub(crate) fn unit(&self) -> Option<&MapUnit> {
        self.unit.as_ref()
    }

    /// Degrees east of Greenwich of the meridian from which the text counts; parameters count from Greenwich.
    pub(crate) fn prime_meridian(&self) -> f64 {
        self.prime_meridian
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
            plain.parameters.retain(|name, _| name != "zone" && name != "south");
        }
        plain
    }

    /// Names of the parameters that differ from what PROJ takes for granted, but for those of ellipsoid and unit.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let is_usual = |name: &str| {
            let number = self.number(name);
            number == Some(0.0) || (name == "k_0" && number == Some(1.0))
        };
        let names = self.parameters.keys().map(String::as_str);
        names.filter(move |name| !DROPPED.contains(name) && !is_usual(name))
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
        let name = if name.is_empty() { "WGS84" } else { name };
        let known = ellipsoid_names::ellipsoid(name).map(snapped);
        known.ok_or_else(|| GridError::UnknownCrs { found: format!("ellipsoid {name}") })
    }

    /// The parameters in one order and spelling, the ellipsoid by its numbers.
    pub(crate) fn normalised(&self, ellipsoid: &Ellipsoid) -> String {
        let own = self.with_defaults().with_zones();
        let mut text = format!("+proj={}", own.name());
        for (name, value) in &own.parameters {
            if DROPPED.contains(&name.as_str()) {
                continue;
            }
            let number = value.parse::<f64>().ok().map(|number| if name == "lon_0" { wrapped(number) } else { number });
            // What PROJ takes for granted.
            if number == Some(0.0) || (name == "k_0" && number == Some(1.0)) {
                continue;
            }
            let value = number.map_or_else(|| value.clone(), |number| number.to_string());
            text += &if value.is_empty() { format!(" +{name}") } else { format!(" +{name}={value}") };
        }
        format!("{text} {}", ellipsoid.proj_parameters())
    }

    /// A cone of one parallel with both parallels and its origin written out.
    fn with_defaults(&self) -> Self {
        let mut own = self.clone();
        if let (true, Some(parallel), false) = (self.name() == "lcc", self.parameters.get("lat_1"), self.has("lat_2")) {
            own.parameters.insert("lat_2".into(), parallel.clone());
            own.parameters.entry("lat_0".into()).or_insert_with(|| parallel.clone());
        }
        own
    }

    /// A transverse Mercator projection that is a zone of UTM by the number of the zone.
    fn with_zones(&self) -> Self {
        let number = |name| self.number(name).unwrap_or(0.0);
        let zone = (wrapped(number("lon_0")) + 183.0) / 6.0;
        let is_northing = |northing: f64| northing == 0.0 || northing == 10_000_000.0;
        let is_zone = self.name() == "tmerc"
            && (1.0..=60.0).contains(&zone)
            && zone.fract() == 0.0
            && [number("k_0"), number("x_0"), number("lat_0")] == [0.9996, 500_000.0, 0.0]
            && is_northing(number("y_0"));
        if !is_zone {
            return self.clone();
        }
        let mut own = self.clone();
        own.parameters.retain(|name, _| !["k_0", "x_0", "y_0", "lat_0", "lon_0"].contains(&name.as_str()));
        own.parameters.extend([("proj".into(), "utm".into()), ("zone".into(), zone.to_string())]);
        if number("y_0") != 0.0 {
            own.parameters.insert("south".into(), String::new());
        }
        own
    }

    /// Whether the parameters are those of another string to the digits that files keep, whatever the ellipsoids.
    pub(crate) fn is_close(&self, other: &Self) -> bool {
        let plain = |own: &Self| own.with_defaults().without_zones();
        let (own, other) = (plain(self), plain(other));
        let names = own.parameters.keys().chain(other.parameters.keys());
        own.name() == other.name()
            && names.filter(|name| !DROPPED.contains(&name.as_str())).all(|name| own.is_close_in(&other, name))
    }

    /// Whether a parameter is the same in both; lengths to a micrometre, angles and scales to nine digits.
    fn is_close_in(&self, other: &Self, name: &str) -> bool {
        let default = if name == "k_0" { 1.0 } else { 0.0 };
        let value = |own: &Self| match own.parameters.get(name) {
            None => Some(default),
            Some(text) => text.parse::<f64>().ok(),
        };
        let (Some(one), Some(two)) = (value(self), value(other)) else { return self.text(name) == other.text(name) };
        let difference = if name == "lon_0" { wrapped(one - two) } else { one - two };
        difference.abs() < if name.ends_with("_0") && !name.starts_with(['l', 'k']) { 1e-5 } else { 1e-9 }
    }
}

/// Degrees above -180 and to 180.
fn wrapped(degrees: f64) -> f64 {
    if degrees > -180.0 && degrees <= 180.0 {
        return degrees;
    }
    180.0 - (180.0 - degrees).rem_euclid(360.0)
}

/// WGS84 itself instead of an ellipsoid that equals it but for rounding (GRS80 does not).
fn snapped(ellipsoid: Ellipsoid) -> Ellipsoid {
    let is_wgs84 = ellipsoid.semi_major_axis() == Ellipsoid::WGS84.semi_major_axis()
        && (ellipsoid.flattening() - Ellipsoid::WGS84.flattening()).abs() < 5e-12;
    if is_wgs84 { Ellipsoid::WGS84 } else { ellipsoid }
}
