//! Reading well-known text (WKT 1 and WKT 2) as far as a projection needs it.

use super::ellipsoid::Ellipsoid;
use super::epsg;
use super::proj_string::ProjString;
use crate::error::{GridError, Result};

/// What a text says about a coordinate reference system.
pub(crate) enum Described {
    /// An EPSG code that is known here.
    Code(u32),
    /// Parameters of a projection.
    Projected(ProjString),
    /// Longitude and latitude on an ellipsoid.
    Geographic(Ellipsoid),
}

/// `KEYWORD["text", number, CHILD[...], ...]`.
#[derive(Debug, Default)]
struct Node {
    keyword: String,
    texts: Vec<String>,
    numbers: Vec<f64>,
    children: Vec<Node>,
}

/// The system that a text describes; nothing when it is no well-known text.
pub(crate) fn parse(text: &str) -> Option<Result<Described>> {
    let mut rest = text.trim();
    let root = Node::read(&mut rest, 0)?;
    Some(root.described().unwrap_or_else(|| Err(GridError::UnknownCrs { found: text.chars().take(60).collect() })))
}

/// Deepest nesting that is read.
const DEEPEST: usize = 32;

impl Node {
    fn read(rest: &mut &str, depth: usize) -> Option<Self> {
        let open = rest.find(['[', '('])?;
        let keyword = rest[..open].trim().to_ascii_uppercase();
        if depth > DEEPEST || keyword.is_empty() || !keyword.chars().all(|letter| letter.is_ascii_alphabetic()) {
            return None;
        }
        let mut node = Self { keyword, ..Self::default() };
        *rest = &rest[open + 1..];
        loop {
            *rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == ',');
            let first = rest.chars().next()?;
            if first == ']' || first == ')' {
                *rest = &rest[1..];
                return Some(node);
            }
            if first == '"' {
                let end = rest[1..].find('"')? + 1;
                node.texts.push(rest[1..end].to_string());
                *rest = &rest[end + 1..];
                continue;
            }
            let end = rest.find([',', ']', ')', '[', '('])?;
            if matches!(rest[end..].chars().next(), Some('[' | '(')) {
                node.children.push(Self::read(rest, depth + 1)?);
            } else {
                node.numbers.extend(rest[..end].trim().parse::<f64>());
                *rest = &rest[end..];
            }
        }
    }

    fn child(&self, keywords: &[&str]) -> Option<&Self> {
        self.children.iter().find(|child| keywords.contains(&child.keyword.as_str()))
    }

    /// The first node of these keywords anywhere below.
    fn find(&self, keywords: &[&str]) -> Option<&Self> {
        self.child(keywords).or_else(|| self.children.iter().find_map(|child| child.find(keywords)))
    }

    fn described(&self) -> Option<Result<Described>> {
        match self.keyword.as_str() {
            "PROJCS" | "PROJCRS" | "PROJECTEDCRS" => {
                self.known().or_else(|| Some(Ok(Described::Projected(self.proj_string()?))))
            }
            "GEOGCS" | "GEOGCRS" | "GEOGRAPHICCRS" | "GEODCRS" | "GEODETICCRS" => {
                self.known().or_else(|| Some(self.ellipsoid()?.map(Described::Geographic)))
            }
            "COMPD_CS" | "COMPOUNDCRS" | "BOUNDCRS" | "SOURCECRS" => self.children.iter().find_map(Self::described),
            _ => None,
        }
    }

    /// The system of the authority's code, when it is known here.
    fn known(&self) -> Option<Result<Described>> {
        let authority = self.child(&["AUTHORITY", "ID"])?;
        let name = authority.texts.first()?;
        let code =
            authority.numbers.first().map(|code| *code as u32).or_else(|| authority.texts.get(1)?.parse().ok())?;
        if !["EPSG", "ESRI"].contains(&name.to_ascii_uppercase().as_str()) {
            return None;
        }
        epsg::proj_string(code).map(|_| Ok(Described::Code(code)))
    }

    fn ellipsoid(&self) -> Option<Result<Ellipsoid>> {
        let ellipsoid = self.find(&["SPHEROID", "ELLIPSOID"])?;
        let (&a, &inverse) = (ellipsoid.numbers.first()?, ellipsoid.numbers.get(1)?);
        Some(Ellipsoid::new(a, if inverse == 0.0 { 0.0 } else { 1.0 / inverse }))
    }

    fn proj_string(&self) -> Option<ProjString> {
        let conversion = self.child(&["CONVERSION"]).unwrap_or(self);
        let method = conversion.child(&["METHOD", "PROJECTION"])?.texts.first()?;
        let parameters: Vec<(String, f64)> = conversion
            .children
            .iter()
            .filter(|child| child.keyword == "PARAMETER")
            .filter_map(|child| Some((letters(child.texts.first()?), *child.numbers.first()?)))
            .collect();
        // Lengths in other units than metres would have to be converted.
        let units = self.child(&["UNIT", "LENGTHUNIT"]).or_else(|| self.find(&["LENGTHUNIT"]))?;
        if units.numbers.first() != Some(&1.0) {
            return None;
        }
        let name = projection(&letters(method))?;
        let mut numbers: Vec<(&str, f64)> =
            parameters.iter().filter_map(|(parameter, value)| Some((parameter_of(name, parameter)?, *value))).collect();
        if name == "stere" {
            polar_origin(&mut numbers);
        }
        Some(ProjString::new(name, &numbers, &self.ellipsoid()?.ok()?))
    }
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

fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// PROJ's name of a method.
fn projection(method: &str) -> Option<&'static str> {
    Some(match method {
        "lambertazimuthalequalarea" => "laea",
        "lambertconformalconic"
        | "lambertconformalconic2sp"
        | "lambertconicconformal2sp"
        | "lambertconformalconic1sp"
        | "lambertconicconformal1sp" => "lcc",
        "albersconicequalarea" | "albersequalarea" | "albers" => "aea",
        "transversemercator" => "tmerc",
        "cylindricalequalarea" | "lambertcylindricalequalarea" => "cea",
        "mercator" | "mercator1sp" | "mercator2sp" | "mercatorvarianta" | "mercatorvariantb" => "merc",
        "polarstereographic"
        | "polarstereographicvarianta"
        | "polarstereographicvariantb"
        | "stereographicnorthpole"
        | "stereographicsouthpole" => "stere",
        "sinusoidal" => "sinu",
        "mollweide" => "moll",
        "robinson" => "robin",
        "equalearth" => "eqearth",
        _ => return None,
    })
}

/// PROJ's name of a parameter of a projection.
fn parameter_of(projection: &str, parameter: &str) -> Option<&'static str> {
    Some(match parameter {
        "latitudeoforigin"
        | "latitudeofcenter"
        | "latitudeofcentre"
        | "latitudeofnaturalorigin"
        | "latitudeoffalseorigin"
        | "latitudeofprojectioncentre" => "lat_0",
        "centralmeridian"
        | "longitudeofcenter"
        | "longitudeofcentre"
        | "longitudeofnaturalorigin"
        | "longitudeoffalseorigin"
        | "longitudeoforigin"
        | "longitudeofprojectioncentre" => "lon_0",
        "standardparallel1" | "latitudeof1ststandardparallel" | "standardparallel" | "latitudeofstandardparallel" => {
            match projection {
                "stere" | "cea" | "merc" => "lat_ts",
                _ => "lat_1",
            }
        }
        "standardparallel2" | "latitudeof2ndstandardparallel" => "lat_2",
        "scalefactor" | "scalefactoratnaturalorigin" => "k_0",
        "falseeasting" | "eastingatfalseorigin" => "x_0",
        "falsenorthing" | "northingatfalseorigin" => "y_0",
        _ => return None,
    })
}
