use nunatak_format::Group;

use crate::decode::decode_variable;
use crate::{Dataset, DecodeOptions, Result};

/// Datasets at `/`-separated paths; a path between two datasets that holds none is an empty dataset.
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
