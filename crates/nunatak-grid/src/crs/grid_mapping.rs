//! CF grid mappings: the attributes of their variables.

use std::collections::BTreeMap;

use crate::error::GridError;

/// Value of an attribute of a grid mapping variable.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Crs, GridMapping, GridMappingValue};
///
/// // A code is understood as a text and as a number.
/// for code in [GridMappingValue::Text("EPSG:3031".into()), GridMappingValue::Number(3031.0)] {
///     let mapping = GridMapping::new("mapping", [("epsg_code".to_string(), code)]);
///     assert_eq!(Crs::from_grid_mapping(&mapping)?.0.name(), "EPSG:3031");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum GridMappingValue {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// Numbers, as the two standard parallels of a conic projection.
    Numbers(Vec<f64>),
}

impl std::fmt::Display for GridMappingValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::Numbers(numbers) => write!(f, "{numbers:?}"),
        }
    }
}

/// Attributes whose text may name or describe a system, most trusted first.
pub(super) const TEXTS: [&str; 10] = [
    "crs_wkt",
    "spatial_ref",
    "epsg_code",
    "EPSG_code",
    "EPSG",
    "epsg",
    "spatial_epsg",
    "proj4",
    "proj4text",
    "proj4_string",
];

/// A CF grid mapping variable: its name and attributes.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Crs, GridMapping, GridMappingValue};
///
/// let attributes = [
///     ("grid_mapping_name", GridMappingValue::Text("latitude_longitude".into())),
///     ("earth_radius", GridMappingValue::Number(6_371_000.0)),
/// ];
/// let mapping = GridMapping::new("crs", attributes.map(|(name, value)| (name.to_string(), value)));
/// let (crs, warnings) = Crs::from_grid_mapping(&mapping)?;
/// assert_eq!(crs.name(), "+proj=longlat +R=6371000 +no_defs");
/// assert!(warnings.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct GridMapping {
    name: String,
    attributes: BTreeMap<String, GridMappingValue>,
}

/// Something in a grid mapping that is wrong or missing, and what was assumed instead.
///
/// # Examples
///
/// ```
/// use nunatak_grid::{Crs, GridMapping, GridMappingValue};
///
/// # let numbers = [("latitude_of_projection_origin", 90.0), ("straight_vertical_longitude_from_pole", -45.0)];
/// # let numbers = numbers.map(|(name, number)| (name.to_string(), GridMappingValue::Number(number)));
/// # let name = ("grid_mapping_name".to_string(), GridMappingValue::Text("polar_stereographic".into()));
/// # let attributes = numbers.into_iter().chain([name]);
/// // Attributes of a map of Greenland without the latitude of true scale.
/// let (crs, warnings) = Crs::from_grid_mapping(&GridMapping::new("mapping", attributes))?;
/// assert_eq!(crs.name(), "EPSG:3413");
/// assert_eq!(warnings[0].attribute, "standard_parallel");
/// assert_eq!(warnings[0].expected, "70 (assumed: the usual one)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GridMappingWarning {
    /// Name of the grid mapping variable.
    pub name: String,
    /// The attribute.
    pub attribute: String,
    /// Its value, or `nothing`.
    pub found: String,
    /// What it should have been, and what was assumed.
    pub expected: String,
}

impl std::fmt::Display for GridMappingWarning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, attribute, found, expected } = self;
        write!(f, "grid mapping `{name}`: {attribute}: found {found}, expected {expected}; pass crs= to override it")
    }
}

impl GridMapping {
    /// A grid mapping from the attributes of the variable `name`.
    pub fn new(name: impl Into<String>, attributes: impl IntoIterator<Item = (String, GridMappingValue)>) -> Self {
        Self { name: name.into(), attributes: attributes.into_iter().collect() }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn value(&self, name: &str) -> Option<&GridMappingValue> {
        self.attributes.get(name)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.attributes.get(name)? {
            GridMappingValue::Text(text) => Some(text),
            GridMappingValue::Number(_) | GridMappingValue::Numbers(_) => None,
        }
    }

    pub(super) fn number(&self, name: &str) -> Option<f64> {
        match self.attributes.get(name)? {
            GridMappingValue::Text(text) => text.trim().parse().ok(),
            GridMappingValue::Number(number) => Some(*number),
            GridMappingValue::Numbers(numbers) => numbers.first().copied(),
        }
    }

    /// All numbers of an attribute.
    pub(super) fn numbers(&self, name: &str) -> Vec<f64> {
        match self.attributes.get(name) {
            Some(GridMappingValue::Numbers(numbers)) => numbers.clone(),
            _ => self.number(name).into_iter().collect(),
        }
    }

    /// Whether the mapping has a false origin by CF's attributes alone: CF has it in the unit of x and y, many files in
    /// metres.
    pub(crate) fn has_vague_origin(&self) -> bool {
        let is_moved = |name| self.number(name).is_some_and(|length| length != 0.0);
        let has_text = TEXTS.iter().any(|name| self.attributes.contains_key(*name));
        !has_text && (is_moved("false_easting") || is_moved("false_northing"))
    }

    pub(super) fn found(&self, attribute: &str) -> String {
        self.attributes.get(attribute).map_or_else(|| "nothing".into(), ToString::to_string)
    }

    pub(super) fn warning(&self, attribute: &str, found: String, expected: &str) -> GridMappingWarning {
        GridMappingWarning { name: self.name.clone(), attribute: attribute.into(), found, expected: expected.into() }
    }

    pub(super) fn error(&self, attribute: &str, found: &str, expected: &str) -> GridError {
        GridError::GridMapping {
            name: self.name.clone(),
            attribute: attribute.into(),
            found: found.into(),
            expected: expected.into(),
        }
    }
}
