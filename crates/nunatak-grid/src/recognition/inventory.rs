//! What a dataset says of itself, without any value of its variables.

use super::attributes::AttributeList;
use super::repeated::{find_repeats, take_repeats};
pub use super::variable_entry::VariableEntry;
use super::wording;

/// What stands in an [`Inventory`].
#[derive(Debug, Clone, PartialEq)]
enum Object {
    /// A dataset, and the file it is from.
    Dataset { source: Option<String> },
    /// A variable taken out of its dataset, with its coordinates; its name, when it has one.
    Array { name: Option<String>, field: Box<VariableEntry> },
}

/// What a dataset, or a variable taken out of one, says of itself: dimensions, attributes and variables without their
/// values. It is made once and read by every family of grids.
///
/// # Examples
///
/// ```
/// use nunatak_grid::recognition::{AttributeList, Inventory, VariableEntry};
///
/// let sizes = vec![("y".to_string(), 3), ("x".to_string(), 4)];
/// let coordinates = vec![VariableEntry::new("y", &["y"], &[3]), VariableEntry::new("x", &["x"], &[4])];
/// let data = vec![VariableEntry::new("lithk", &["y", "x"], &[3, 4])];
/// let inventory = Inventory::of_dataset(sizes, AttributeList::new(), coordinates, data);
/// assert_eq!(inventory.length("x"), Some(4));
/// assert_eq!(inventory.fields()[0].name, "lithk");
/// assert_eq!(inventory.description(), "Dataset with dimensions ('y', 'x')");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Inventory {
    object: Object,
    sizes: Vec<(String, usize)>,
    attributes: AttributeList,
    encoding: AttributeList,
    variables: Vec<VariableEntry>,
    coordinates: usize,
    /// Coordinates that repeat along further dimensions, as they are in the object.
    repeated: Vec<VariableEntry>,
}

impl Inventory {
    /// A dataset: its dimensions in order, its own attributes, its coordinates, and its data variables.
    pub fn of_dataset(
        sizes: Vec<(String, usize)>,
        attributes: AttributeList,
        coordinates: Vec<VariableEntry>,
        data: Vec<VariableEntry>,
    ) -> Self {
        let (object, encoding) = (Object::Dataset { source: None }, AttributeList::new());
        let number = coordinates.len();
        let mut variables: Vec<VariableEntry> = coordinates.into_iter().chain(data).collect();
        let found = find_repeats(&variables, &variables[number..]);
        let repeated = take_repeats(&mut variables, found);
        Self { object, sizes, attributes, encoding, variables, coordinates: number, repeated }
    }

    /// A variable taken out of its dataset, with the coordinates that came along.
    pub fn of_array(name: Option<String>, mut field: VariableEntry, mut coordinates: Vec<VariableEntry>) -> Self {
        let sizes = field.lengths().map(|(dim, length)| (dim.to_string(), length)).collect();
        let (attributes, encoding) = (field.attributes.clone(), field.encoding.clone());
        field.name = name.clone().unwrap_or_default();
        let found = find_repeats(&coordinates, std::slice::from_ref(&field));
        let repeated = take_repeats(&mut coordinates, found);
        let (object, number) = (Object::Array { name, field: Box::new(field) }, coordinates.len());
        Self { object, sizes, attributes, encoding, variables: coordinates, coordinates: number, repeated }
    }

    /// The same with the file that a dataset is from, for messages.
    #[must_use]
    pub fn with_source(mut self, file: Option<String>) -> Self {
        if let Object::Dataset { source } = &mut self.object {
            *source = file;
        }
        self
    }

    /// The same with attributes of the dataset that decoding moved.
    #[must_use]
    pub fn with_encoding(mut self, encoding: AttributeList) -> Self {
        self.encoding = encoding;
        self
    }

    /// How messages name it.
    pub fn description(&self) -> String {
        match &self.object {
            Object::Array { name, field } => {
                let name = name.as_ref().map_or("None".into(), |name| wording::quoted(name));
                format!("DataArray {name} with dimensions {}", wording::names(&field.dims))
            }
            Object::Dataset { source } => {
                let dims: Vec<String> = self.sizes.iter().map(|(dim, _)| dim.clone()).collect();
                let text = format!("Dataset with dimensions {}", wording::names(&dims));
                source.as_ref().map_or(text.clone(), |source| format!("{text} from {source}"))
            }
        }
    }

    /// Whether it is a variable taken out of its dataset.
    pub fn is_array(&self) -> bool {
        matches!(self.object, Object::Array { .. })
    }

    /// Its own attributes.
    pub fn attributes(&self) -> &AttributeList {
        &self.attributes
    }

    /// Its own attributes that decoding moved.
    pub fn encoding(&self) -> &AttributeList {
        &self.encoding
    }

    /// Names and lengths of its dimensions.
    pub fn sizes(&self) -> impl Iterator<Item = (&str, usize)> {
        self.sizes.iter().map(|(name, length)| (name.as_str(), *length))
    }

    /// Length of a dimension.
    pub fn length(&self, dim: &str) -> Option<usize> {
        self.sizes().find(|(name, _)| *name == dim).map(|(_, length)| length)
    }

    /// What may describe its grid: coordinates, and then the other variables of a dataset.
    pub fn variables(&self) -> &[VariableEntry] {
        &self.variables
    }

    /// Its coordinates.
    pub fn coordinates(&self) -> &[VariableEntry] {
        &self.variables[..self.coordinates]
    }

    /// Its data variables: those of a dataset, or the one that was taken out of it.
    pub fn fields(&self) -> &[VariableEntry] {
        match &self.object {
            Object::Dataset { .. } => &self.variables[self.coordinates..],
            Object::Array { field, .. } => std::slice::from_ref(&**field),
        }
    }

    /// The variable of this name, as far as it may describe the grid.
    pub fn get(&self, name: &str) -> Option<&VariableEntry> {
        self.variables.iter().find(|entry| entry.name == name)
    }

    /// A coordinate that repeats along further dimensions, as it is in the object.
    pub(super) fn repeated(&self, name: &str) -> Option<&VariableEntry> {
        self.repeated.iter().find(|entry| entry.name == name)
    }

    /// Whether all these variables are there.
    pub(super) fn has_all(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.get(name).is_some())
    }
}
