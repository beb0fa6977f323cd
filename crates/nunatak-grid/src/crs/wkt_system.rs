//! What well-known text says about a coordinate reference system.

use super::ellipsoid::Ellipsoid;
use super::map_unit::MapUnit;
use super::proj_string::ProjString;
use super::wkt_method::{parameter_of, projection};
use super::wkt_tree::Node;

/// What a text says about a coordinate reference system.
pub(crate) struct Described {
    /// Parameters in metres, degrees and from Greenwich; none when the text has no projection that is known here.
    pub(crate) parameters: Option<ProjString>,
    /// The code that its authority gave it.
    pub(crate) code: Option<u32>,
    /// Whether it gives lengths and angles in metres and degrees.
    pub(crate) is_plain: bool,
}

/// Why a text that describes a system cannot be used.
type Problem = String;

/// The system that a text describes, or why it cannot be used; nothing when it is no well-known text.
pub(crate) fn parse(text: &str) -> Option<Result<Described, Problem>> {
    let root = Node::parse(text)?;
    Some(
        described(&root)
            .unwrap_or_else(|| Err(format!("found {}, expected a map, or longitudes and latitudes", root.keyword))),
    )
}

fn described(node: &Node) -> Option<Result<Described, Problem>> {
    match node.keyword.as_str() {
        "PROJCS" | "PROJCRS" | "PROJECTEDCRS" => Some(projected(node)),
        "GEOGCS" | "GEOGCRS" | "GEOGRAPHICCRS" | "GEODCRS" | "GEODETICCRS" => Some(geographic(node)),
        "COMPD_CS" | "COMPOUNDCRS" | "BOUNDCRS" | "SOURCECRS" => node.children.iter().find_map(described),
        _ => None,
    }
}

/// Degrees and metres in the units of a text.
const DEGREE: f64 = std::f64::consts::PI / 180.0;

fn projected(node: &Node) -> Result<Described, Problem> {
    let code = node.code();
    let unit = unit_of_map(node)?;
    let base = node.child(&["GEOGCS", "BASEGEOGCRS", "BASEGEODCRS"]).unwrap_or(node);
    let angle = angle_unit(base);
    let in_degrees = node.all("ANGLEUNIT", |unit| unit.numbers.first().is_none_or(|own| is_close(*own, DEGREE)));
    let is_plain = unit.as_ref().is_none_or(MapUnit::is_metre) && is_close(angle, DEGREE) && in_degrees;
    let meridian = prime_meridian(base, angle)?;
    let parameters = match parameters(node, base, unit.as_ref().map_or(1.0, MapUnit::metres), angle)? {
        None if meridian != 0.0 || !is_plain => return Err(unknown_method(node)),
        parameters => parameters.map(|own| own.with_unit(unit).with_prime_meridian(meridian)),
    };
    Ok(Described { parameters, code, is_plain })
}

fn geographic(node: &Node) -> Result<Described, Problem> {
    if let Some(conversion) = node.child(&["DERIVINGCONVERSION"]) {
        let method = conversion.child(&["METHOD"]).map_or("a conversion", Node::name);
        return Err(format!("found {method}, expected longitudes and latitudes of the Earth"));
    }
    let angle = angle_unit(node);
    if !is_close(angle, DEGREE) {
        return Err(format!("found angles of {angle} radians, expected degrees"));
    }
    let Some(ellipsoid) = ellipsoid(node)? else {
        return Ok(Described { parameters: None, code: node.code(), is_plain: true });
    };
    let meridian = prime_meridian(node, angle)?;
    let parameters = ProjString::new("longlat", &[], &ellipsoid).with_prime_meridian(meridian);
    Ok(Described { parameters: Some(parameters), code: node.code(), is_plain: true })
}

fn unknown_method(node: &Node) -> Problem {
    let conversion = node.child(&["CONVERSION"]).unwrap_or(node);
    let method = conversion.child(&["METHOD", "PROJECTION"]).map_or("no projection", Node::name);
    format!("found {method}, expected a projection that is known here")
}

/// The unit of x and y: of the system (WKT 1, and WKT 2 behind its axes), or of each axis.
fn unit_of_map(node: &Node) -> Result<Option<MapUnit>, Problem> {
    let of_axes = || node.children.iter().filter(|child| child.keyword == "AXIS").find_map(length_unit);
    let Some(unit) = length_unit(node).or_else(of_axes) else { return Ok(None) };
    let metres = unit.numbers.first().copied().unwrap_or(f64::NAN);
    let metres = if is_close(metres, 1.0) { 1.0 } else { metres };
    let length = MapUnit::new(unit.name(), metres);
    length.map(Some).ok_or_else(|| format!("unit {}: found no length in metres", unit.name()))
}

fn length_unit(node: &Node) -> Option<&Node> {
    node.child(&["UNIT", "LENGTHUNIT"])
}

/// Radians in the unit of the angles of a geographic system; degrees where it does not say.
fn angle_unit(node: &Node) -> f64 {
    let of_axis = || node.child(&["AXIS"]).and_then(|axis| axis.child(&["ANGLEUNIT", "UNIT"]));
    let unit = node.child(&["UNIT", "ANGLEUNIT"]).or_else(of_axis);
    unit.and_then(|unit| unit.numbers.first().copied()).unwrap_or(DEGREE)
}

/// Degrees east of Greenwich of the meridian from which longitudes count.
fn prime_meridian(node: &Node, angle: f64) -> Result<f64, Problem> {
    let Some(meridian) = node.find(&["PRIMEM", "PRIMEMERIDIAN"]) else { return Ok(0.0) };
    let value = meridian.numbers.first().copied().unwrap_or(0.0);
    if value == 0.0 {
        return Ok(0.0);
    }
    match meridian.child(&["ANGLEUNIT", "UNIT"]).and_then(|unit| unit.numbers.first()) {
        Some(unit) => Ok(in_degrees(value, *unit)),
        None if is_close(angle, DEGREE) => Ok(value),
        // Programs disagree on whether WKT 1 has it in degrees or in the unit of the other angles.
        None => Err(format!("prime meridian {}: found {value} beside angles that are not in degrees", meridian.name())),
    }
}

/// The ellipsoid, where the text has one.
fn ellipsoid(node: &Node) -> Result<Option<Ellipsoid>, Problem> {
    let Some(own) = node.find(&["SPHEROID", "ELLIPSOID"]) else { return Ok(None) };
    let (Some(&a), Some(&inverse)) = (own.numbers.first(), own.numbers.get(1)) else { return Ok(None) };
    let metres = length_unit(own).and_then(|unit| unit.numbers.first().copied()).unwrap_or(1.0);
    let flattening = if inverse == 0.0 { 0.0 } else { 1.0 / inverse };
    Ellipsoid::new(a * metres, flattening).map(Some).map_err(|error| error.to_string())
}

/// The parameters of a map's projection on its ellipsoid; none when one of them is not known here.
fn parameters(node: &Node, base: &Node, length: f64, angle: f64) -> Result<Option<ProjString>, Problem> {
    if let Some(extension) = node.child(&["EXTENSION"]).filter(|own| own.name().eq_ignore_ascii_case("PROJ4")) {
        let text = extension.texts.get(1).map_or("", String::as_str);
        return ProjString::parse(text).map(Some).map_err(|error| error.to_string());
    }
    let conversion = node.child(&["CONVERSION"]).unwrap_or(node);
    let Some(method) = conversion.child(&["METHOD", "PROJECTION"]) else { return Ok(None) };
    let (method, Some(ellipsoid)) = (letters(method.name()), ellipsoid(base)?) else { return Ok(None) };
    let Some(name) = projection(&method) else { return Ok(None) };
    if method.ends_with("spherical") && ellipsoid.flattening() > 0.0 {
        // Its radius is in the registry alone.
        return Ok(None);
    }
    let mut numbers: Vec<(&str, f64)> = Vec::new();
    for own in conversion.children.iter().filter(|child| child.keyword == "PARAMETER") {
        let Some(&value) = own.numbers.first() else { continue };
        let Some(parameter) = parameter_of(name, &letters(own.name())) else {
            if value == 0.0 {
                continue;
            }
            return Err(format!("{name}: found {} of {value}, which is not read here", own.name()));
        };
        numbers.push((parameter, in_own_units(own, parameter, value, length, angle)));
    }
    match method.as_str() {
        "stereographic" => {}
        _ if name == "stere" => polar_origin(&mut numbers),
        _ if name == "lcc" => single_parallel(&mut numbers),
        _ => {}
    }
    Ok(Some(ProjString::new(name, &numbers, &ellipsoid)))
}

/// The value of a parameter in metres or degrees: from its own unit, or that of the system.
fn in_own_units(own: &Node, parameter: &str, value: f64, length: f64, angle: f64) -> f64 {
    let unit = |keywords: &[&str], usual: f64| {
        own.child(keywords).and_then(|unit| unit.numbers.first().copied()).unwrap_or(usual)
    };
    match parameter {
        "x_0" | "y_0" => value * unit(&["LENGTHUNIT", "UNIT"], length),
        "k_0" => value * unit(&["SCALEUNIT"], 1.0),
        _ => in_degrees(value, unit(&["ANGLEUNIT", "UNIT"], angle)),
    }
}

fn in_degrees(value: f64, unit: f64) -> f64 {
    if is_close(unit, DEGREE) { value } else { value * unit / DEGREE }
}

/// Whether two units are the same to the digits that texts keep.
fn is_close(one: f64, other: f64) -> bool {
    (one / other - 1.0).abs() < 1e-9
}

/// A polar map whose text gives the parallel of true scale as the latitude of its origin.
fn polar_origin(numbers: &mut Vec<(&str, f64)>) {
    let parallel = numbers.iter().find(|(name, _)| *name == "lat_ts" || *name == "lat_0").map(|(_, value)| *value);
    let origin = numbers.iter_mut().find(|(name, _)| *name == "lat_0");
    match (origin, parallel) {
        (Some(origin), _) if origin.1.abs() == 90.0 => {}
        (Some(origin), Some(parallel)) => {
            origin.1 = 90.0_f64.copysign(parallel);
            numbers.push(("lat_ts", parallel));
        }
        (None, Some(parallel)) => numbers.push(("lat_0", 90.0_f64.copysign(parallel))),
        _ => {}
    }
}

/// A cone of one parallel touches at the latitude of its origin.
fn single_parallel(numbers: &mut Vec<(&str, f64)>) {
    let origin = numbers.iter().find(|(name, _)| *name == "lat_0").map(|(_, value)| *value);
    if let (Some(origin), None) = (origin, numbers.iter().find(|(name, _)| *name == "lat_1")) {
        numbers.push(("lat_1", origin));
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

#[cfg(test)]
mod tests;
