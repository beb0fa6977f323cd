//! Trees of datasets, and how a group of a file becomes one.

use nunatak_format::Group;

use crate::decode::decode_variable;
use crate::{Dataset, DecodeOptions, Result};

/// Datasets at `/`-separated paths; a path between two datasets that holds none is an empty dataset.
///
/// # Examples
/// ```
/// use nunatak_tree::{DataTree, Dataset};
///
/// let mut tree = DataTree::new();
/// tree.insert("JPL1/ISSM/exp05", Dataset::default());
/// assert!(tree.get("/JPL1/ISSM/exp05/").is_some());
/// assert!(tree.get("JPL1/ISSM/exp06").is_none());
/// ```
#[derive(Debug, Clone, Default)]
pub struct DataTree {
    nodes: Vec<(String, Dataset)>,
}

impl DataTree {
    /// A tree without nodes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a dataset at a path such as `JPL1/ISSM/exp05`; the empty path is the root.
    pub fn insert(&mut self, path: &str, dataset: Dataset) {
        let path = normalised(path);
        match self.nodes.iter_mut().find(|(own, _)| *own == path) {
            Some((_, own)) => *own = dataset,
            None => self.nodes.push((path, dataset)),
        }
    }

    /// The dataset at a path.
    pub fn get(&self, path: &str) -> Option<&Dataset> {
        let path = normalised(path);
        self.nodes.iter().find(|(own, _)| *own == path).map(|(_, dataset)| dataset)
    }

    /// Paths and datasets, in the order they were put in.
    pub fn nodes(&self) -> impl Iterator<Item = (&str, &Dataset)> {
        self.nodes.iter().map(|(path, dataset)| (path.as_str(), dataset))
    }

    /// Number of datasets.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

fn normalised(path: &str) -> String {
    path.split('/').filter(|name| !name.is_empty()).collect::<Vec<_>>().join("/")
}

/// A group of a file and all groups below it, decoded lazily.
///
/// Coordinates are the variables named as their only dimension and those that a `coordinates` attribute lists;
/// everything else is data. Text and time variables stay raw.
///
/// # Errors
/// [`TreeError`](crate::TreeError) when packing attributes cannot be used or dimensions disagree.
pub fn from_group(group: &Group, options: &DecodeOptions) -> Result<DataTree> {
    let mut tree = DataTree::new();
    add_group(&mut tree, "", group, options)?;
    Ok(tree)
}

fn add_group(tree: &mut DataTree, path: &str, group: &Group, options: &DecodeOptions) -> Result<()> {
    let mut dataset = Dataset::new(group.attributes.clone());
    let listed: Vec<&str> = group
        .variables
        .iter()
        .filter_map(|variable| variable.attributes.text("coordinates"))
        .flat_map(str::split_whitespace)
        .collect();
    for variable in &group.variables {
        let decoded = decode_variable(variable, options)?;
        if variable.dimensions == [variable.name.clone()] || listed.contains(&variable.name.as_str()) {
            dataset.insert_coordinate(&variable.name, decoded)?;
        } else {
            dataset.insert(&variable.name, decoded)?;
        }
    }
    tree.insert(path, dataset);
    for child in &group.groups {
        add_group(tree, &format!("{path}/{}", child.name), child, options)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use nunatak_array::{MemoryArray, Values};
    use nunatak_format::{Attribute, Storage, Variable};

    use super::*;

    fn variable(name: &str, dimensions: &[&str], length: usize) -> Variable {
        let shape = vec![length; dimensions.len()];
        let values = Values::F64(vec![0.0; shape.iter().product()]);
        Variable {
            name: name.into(),
            dimensions: dimensions.iter().map(ToString::to_string).collect(),
            attributes: Default::default(),
            array: Arc::new(MemoryArray::new(shape, values).unwrap()),
            storage: Storage::default(),
        }
    }

    #[test]
    fn groups_become_nodes_and_listed_variables_coordinates() {
        let mut field = variable("lithk", &["y", "x"], 3);
        field.attributes.set("coordinates", Attribute::Text("lat lon".into()));
        let places = [variable("lat", &["y", "x"], 3), variable("lon", &["y", "x"], 3)];
        let child = Group {
            name: "exp05".into(),
            variables: [field, variable("x", &["x"], 3)].into_iter().chain(places).collect(),
            ..Group::default()
        };
        let root = Group { groups: vec![child], ..Group::default() };
        let tree = from_group(&root, &DecodeOptions::default()).unwrap();
        assert_eq!(tree.nodes().map(|(path, _)| path).collect::<Vec<_>>(), ["", "exp05"]);
        let node = tree.get("/exp05/").unwrap();
        assert_eq!(node.variables().map(|(name, _)| name).collect::<Vec<_>>(), ["lithk"]);
        assert_eq!(node.coordinates().map(|(name, _)| name).collect::<Vec<_>>(), ["x", "lat", "lon"]);
        assert_eq!((node.length("x"), node.length("z")), (Some(3), None));
    }

    #[test]
    fn a_dimension_has_one_length() {
        let root = Group { variables: vec![variable("a", &["x"], 3), variable("b", &["x"], 4)], ..Group::default() };
        let error = from_group(&root, &DecodeOptions::default()).unwrap_err().to_string();
        assert_eq!(error, "variable `b`: dimension `x` has length 4, elsewhere in the dataset 3");
    }
}
