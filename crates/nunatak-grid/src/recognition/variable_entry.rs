//! A variable of a dataset without its values.

use super::attributes::{AttributeList, AttributeValue};

/// A variable of an [`Inventory`](super::Inventory): everything but its values.
///
/// # Examples
///
/// ```
/// use nunatak_grid::recognition::VariableEntry;
///
/// let thickness = VariableEntry::new("lithk", &["time", "y", "x"], &[2, 3, 4]).with("units", "m");
/// assert_eq!(thickness.len(), 24);
/// assert_eq!(thickness.lengths().next(), Some(("time", 2)));
/// assert_eq!(thickness.metadata("units"), Some(&"m".into()));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct VariableEntry {
    /// Its name.
    pub name: String,
    /// Names of its dimensions, one per axis.
    pub dims: Vec<String>,
    /// Lengths of its dimensions.
    pub shape: Vec<usize>,
    /// Its attributes.
    pub attributes: AttributeList,
    /// Attributes that decoding used up or moved (`_FillValue`, `grid_mapping`, `bounds`, `coordinates`).
    pub encoding: AttributeList,
}

impl VariableEntry {
    /// A variable without attributes.
    pub fn new(name: impl Into<String>, dims: &[&str], shape: &[usize]) -> Self {
        let dims = dims.iter().map(ToString::to_string).collect();
        Self { name: name.into(), dims, shape: shape.to_vec(), ..Self::default() }
    }

    /// The same with an attribute more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<AttributeValue>) -> Self {
        self.attributes.set(name, value);
        self
    }

    /// An attribute, also one that decoding moved.
    pub fn metadata(&self, name: &str) -> Option<&AttributeValue> {
        self.attributes.get(name).or_else(|| self.encoding.get(name))
    }

    /// Name of its bounds, also when decoding moved it.
    pub(super) fn bounds(&self) -> Option<&str> {
        self.metadata("bounds")?.as_text()
    }

    /// Number of values.
    #[expect(clippy::len_without_is_empty, reason = "variables are asked for their number of values alone")]
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it has all these dimensions.
    pub(super) fn has_dims(&self, dims: &[String]) -> bool {
        dims.iter().all(|dim| self.dims.contains(dim))
    }

    /// Whether it has these dimensions and no others, in any order.
    pub(super) fn has_only_dims(&self, dims: &[String]) -> bool {
        self.has_dims(dims) && self.dims.iter().all(|dim| dims.contains(dim))
    }

    /// Names and lengths of its dimensions.
    pub fn lengths(&self) -> impl Iterator<Item = (&str, usize)> {
        self.dims.iter().map(String::as_str).zip(self.shape.iter().copied())
    }
}
