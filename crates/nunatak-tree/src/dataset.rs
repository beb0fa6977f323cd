//! Datasets: variables that share dimensions.

use nunatak_format::Attributes;

use crate::{Result, TreeError, Variable};

/// Variables that share dimensions, in order.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{MemoryArray, Values};
/// use nunatak_format::Attributes;
/// use nunatak_tree::{Dataset, Variable};
///
/// let array = Arc::new(MemoryArray::new(vec![2, 3], Values::F32(vec![0.0; 6]))?);
/// let lithk = Variable::new(vec!["y".into(), "x".into()], array, Attributes::new())?;
/// let mut dataset = Dataset::default();
/// dataset.insert("lithk", lithk)?;
/// assert_eq!((dataset.length("x"), dataset.length("time")), (Some(3), None));
/// # Ok::<(), nunatak_tree::TreeError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Dataset {
    /// Attributes of the whole dataset.
    pub attributes: Attributes,
    variables: Vec<(String, Variable)>,
    coordinates: Vec<(String, Variable)>,
}

impl Dataset {
    /// A dataset without variables.
    pub fn new(attributes: Attributes) -> Self {
        Self { attributes, ..Self::default() }
    }

    /// Data variables, in order.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &Variable)> {
        self.variables.iter().map(|(name, variable)| (name.as_str(), variable))
    }

    /// Coordinates, in order.
    pub fn coordinates(&self) -> impl Iterator<Item = (&str, &Variable)> {
        self.coordinates.iter().map(|(name, variable)| (name.as_str(), variable))
    }

    /// The data variable or coordinate of this name.
    pub fn get(&self, name: &str) -> Option<&Variable> {
        self.variables.iter().chain(&self.coordinates).find(|(own, _)| own == name).map(|(_, variable)| variable)
    }

    /// The length of a dimension.
    pub fn length(&self, dimension: &str) -> Option<usize> {
        let mut all = self.coordinates.iter().chain(&self.variables);
        all.find_map(|(_, variable)| variable.lengths().find(|(name, _)| *name == dimension).map(|(_, length)| length))
    }

    /// Adds a data variable, or replaces the one of this name.
    ///
    /// # Errors
    /// [`TreeError::DimensionLength`] when a dimension has another length in the dataset.
    pub fn insert(&mut self, name: impl Into<String>, variable: Variable) -> Result<()> {
        let name = name.into();
        self.check_lengths(&name, &variable)?;
        put(&mut self.variables, name, variable);
        Ok(())
    }

    /// Adds a coordinate, or replaces the one of this name.
    ///
    /// # Errors
    /// [`TreeError::DimensionLength`] when a dimension has another length in the dataset.
    pub fn insert_coordinate(&mut self, name: impl Into<String>, variable: Variable) -> Result<()> {
        let name = name.into();
        self.check_lengths(&name, &variable)?;
        put(&mut self.coordinates, name, variable);
        Ok(())
    }

    fn check_lengths(&self, name: &str, variable: &Variable) -> Result<()> {
        for (dimension, found) in variable.lengths() {
            match self.length(dimension) {
                Some(expected) if expected != found => {
                    return Err(TreeError::DimensionLength {
                        variable: name.into(),
                        dimension: dimension.into(),
                        expected,
                        found,
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn put(list: &mut Vec<(String, Variable)>, name: String, variable: Variable) {
    match list.iter_mut().find(|(own, _)| *own == name) {
        Some((_, own)) => *own = variable,
        None => list.push((name, variable)),
    }
}
