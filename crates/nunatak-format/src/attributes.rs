//! Attributes of files, groups and variables.

use nunatak_array::{Element, Values};
use serde::{Deserialize, Serialize};

use crate::ElementType;

/// Value of one attribute.
///
/// # Examples
/// ```
/// use nunatak_format::Attribute;
///
/// assert_eq!(Attribute::number(-9999_i16).as_f64(), Some(-9999.0));
/// assert_eq!(Attribute::number(-9999_i16).to_string(), "-9999");
/// assert_eq!(Attribute::Text("m".into()).as_text(), Some("m"));
/// assert_eq!(Attribute::Text("1".into()).as_f64(), None);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Attribute {
    /// One text.
    Text(String),
    /// A list of texts.
    TextList(Vec<String>),
    /// One number: `Values` of length one.
    Number(Values),
    /// A list of numbers.
    Numbers(Values),
    /// Numbers or texts along two axes or more.
    Shaped {
        /// Their lengths.
        shape: Vec<usize>,
        /// The values, the last axis fastest.
        values: Values,
    },
    /// Records or opaque bytes.
    Records {
        /// Type of one.
        element_type: ElementType,
        /// Lengths of the axes; empty for one record.
        shape: Vec<usize>,
        /// All records, one after the other.
        bytes: Vec<u8>,
    },
}

impl Attribute {
    /// One number as an attribute.
    pub fn number<T: Element>(value: T) -> Self {
        Self::Number(T::wrap(vec![value]))
    }

    /// The text, when it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::TextList(texts) => match texts.as_slice() {
                [text] => Some(text),
                _ => None,
            },
            Self::Number(_) | Self::Numbers(_) | Self::Shaped { .. } | Self::Records { .. } => None,
        }
    }

    /// The numbers, when it is one or more.
    pub fn values(&self) -> Option<&Values> {
        match self {
            Self::Number(values) | Self::Numbers(values) => Some(values),
            Self::Text(_) | Self::TextList(_) | Self::Shaped { .. } | Self::Records { .. } => None,
        }
    }

    /// The first number as double precision (scalar or list of one, as writers disagree).
    pub fn as_f64(&self) -> Option<f64> {
        self.values()?.to_f64().ok()?.first().copied()
    }
}

impl std::fmt::Display for Attribute {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::TextList(texts) => write!(f, "{texts:?}"),
            Self::Number(values) | Self::Numbers(values) => {
                nunatak_array::for_each_numeric!(values, values => match values.as_slice() {
                    [value] => write!(f, "{value}"),
                    values => write!(f, "{values:?}"),
                }, _ => Ok(()))
            }
            Self::Shaped { shape, values } => write!(f, "{} of shape {shape:?}", values.data_type()),
            Self::Records { element_type, .. } => write!(f, "{element_type}"),
        }
    }
}

/// Named attributes in the file's order.
///
/// # Examples
/// ```
/// use nunatak_format::{Attribute, Attributes};
///
/// let mut attributes = Attributes::new();
/// attributes.set("units", Attribute::Text("m".into()));
/// attributes.set("_FillValue", Attribute::number(1e20));
/// assert_eq!(attributes.text("units"), Some("m"));
/// assert_eq!(attributes.number("_FillValue"), Some(1e20));
/// assert_eq!(attributes.get("standard_name"), None);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Attributes(Vec<(String, Attribute)>);

impl Attributes {
    /// No attribute.
    pub fn new() -> Self {
        Self::default()
    }

    /// The attribute of this name.
    pub fn get(&self, name: &str) -> Option<&Attribute> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// The text of this name, when it is one.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_text()
    }

    /// The first number of this name, when it is one.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.get(name)?.as_f64()
    }

    /// Sets an attribute; one of the same name keeps its place.
    pub fn set(&mut self, name: impl Into<String>, value: Attribute) {
        let name = name.into();
        match self.0.iter_mut().find(|(own, _)| *own == name) {
            Some((_, own)) => *own = value,
            None => self.0.push((name, value)),
        }
    }

    /// Removes and returns an attribute.
    pub fn remove(&mut self, name: &str) -> Option<Attribute> {
        let at = self.0.iter().position(|(own, _)| own == name)?;
        Some(self.0.remove(at).1)
    }

    /// Gives an attribute another name, in its place.
    pub fn rename(&mut self, from: &str, to: &str) {
        if let Some((name, _)) = self.0.iter_mut().find(|(own, _)| own == from) {
            *name = to.to_string();
        }
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Attribute)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Number of attributes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(String, Attribute)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (String, Attribute)>>(attributes: I) -> Self {
        Self(attributes.into_iter().collect())
    }
}
