//! Attributes of datasets and variables, as far as they are text or numbers.

use crate::GridMappingValue;

/// Value of an attribute.
///
/// # Examples
///
/// ```
/// use nunatak_grid::recognition::AttributeValue;
///
/// // Files write numbers as numbers, and now and then as text.
/// assert_eq!(AttributeValue::from(-71.0).as_number(), Some(-71.0));
/// assert_eq!(AttributeValue::from("-71.0").as_number(), Some(-71.0));
/// assert_eq!(AttributeValue::from("degrees_north").as_number(), None);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum AttributeValue {
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Numbers, none or several.
    Numbers(Vec<f64>),
}

impl AttributeValue {
    /// The text, when it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, the first of several, or the one that a text spells out.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Text(text) => text.trim().parse().ok(),
            Self::Integer(number) => Some(*number as f64),
            Self::Number(number) => Some(*number),
            Self::Numbers(numbers) => numbers.first().copied(),
        }
    }
}

impl std::fmt::Display for AttributeValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Numbers(numbers) => write!(f, "{numbers:?}"),
        }
    }
}

impl From<AttributeValue> for GridMappingValue {
    fn from(value: AttributeValue) -> Self {
        match value {
            AttributeValue::Text(text) => Self::Text(text),
            AttributeValue::Integer(number) => Self::Number(number as f64),
            AttributeValue::Number(number) => Self::Number(number),
            AttributeValue::Numbers(numbers) => Self::Numbers(numbers),
        }
    }
}

impl From<&str> for AttributeValue {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<f64> for AttributeValue {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<i64> for AttributeValue {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

/// Attributes in order.
///
/// # Examples
///
/// ```
/// use nunatak_grid::recognition::AttributeList;
///
/// let mut attributes: AttributeList = [("units", "KM"), ("coordinates", "lon lat")].into_iter().collect();
/// attributes.set("standard_parallel", 70.0);
/// assert_eq!(attributes.lower("units"), "km");
/// assert_eq!(attributes.words("coordinates").collect::<Vec<_>>(), ["lon", "lat"]);
/// assert_eq!(attributes.number("standard_parallel"), Some(70.0));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AttributeList(Vec<(String, AttributeValue)>);

impl AttributeList {
    /// A list without attributes.
    pub fn new() -> Self {
        Self::default()
    }

    /// The attribute of this name.
    pub fn get(&self, name: &str) -> Option<&AttributeValue> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// Whether there is an attribute of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The text of this name.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_text()
    }

    /// The number of this name.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.get(name)?.as_number()
    }

    /// The attribute of this name as it reads, in small letters and without blanks round it; empty when there is none.
    pub fn lower(&self, name: &str) -> String {
        match self.get(name) {
            Some(AttributeValue::Text(text)) => text.trim().to_lowercase(),
            Some(value) => value.to_string(),
            None => String::new(),
        }
    }

    /// The words of a text.
    pub fn words<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.text(name).unwrap_or_default().split_whitespace()
    }

    /// Sets an attribute; one of the same name keeps its place.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<AttributeValue>) {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(own, _)| *own == name) {
            Some((_, own)) => *own = value,
            None => self.0.push((name, value)),
        }
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &AttributeValue)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether these are the attributes of a grid mapping variable.
    pub fn is_grid_mapping(&self) -> bool {
        GRID_MAPPING_ATTRIBUTES.iter().any(|name| self.contains(name))
    }
}

/// Attributes by which a grid mapping variable is known.
pub const GRID_MAPPING_ATTRIBUTES: [&str; 3] = ["grid_mapping_name", "crs_wkt", "spatial_ref"];

impl<Name: Into<String>, Value: Into<AttributeValue>> FromIterator<(Name, Value)> for AttributeList {
    fn from_iter<I: IntoIterator<Item = (Name, Value)>>(attributes: I) -> Self {
        Self(attributes.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}
