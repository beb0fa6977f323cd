//! A dataset in memory that counts what is read of it.

use std::cell::RefCell;

use crate::recognition::{
    AttributeList, AttributeValue, CoordinateSource, CoordinateValues, HorizontalGrid, Inventory, RecognitionWarning,
    VariableEntry, find_horizontal,
};
use crate::{Crs, GridError, Result};

/// Variables with their values, coordinates first.
#[derive(Default)]
pub(super) struct MemorySource {
    coordinates: Vec<(VariableEntry, CoordinateValues)>,
    data: Vec<(VariableEntry, CoordinateValues)>,
    attributes: AttributeList,
    inventory: Option<Inventory>,
    in_file: Vec<(String, AttributeList)>,
    read: RefCell<Vec<String>>,
}

impl MemorySource {
    pub(super) fn coordinate(mut self, entry: VariableEntry, values: impl IntoValues) -> Self {
        self.coordinates.push((entry, values.into_values()));
        self
    }

    pub(super) fn data(mut self, entry: VariableEntry, values: impl IntoValues) -> Self {
        self.data.push((entry, values.into_values()));
        self
    }

    pub(super) fn attribute(mut self, name: &str, value: impl Into<AttributeValue>) -> Self {
        self.attributes.set(name, value);
        self
    }

    pub(super) fn in_file(mut self, name: &str, attributes: AttributeList) -> Self {
        self.in_file.push((name.into(), attributes));
        self
    }

    /// The dataset as it stands.
    pub(super) fn dataset(mut self) -> Self {
        let mut sizes: Vec<(String, usize)> = Vec::new();
        for (entry, _) in self.coordinates.iter().chain(&self.data) {
            let new = entry.lengths().filter(|(dim, _)| !sizes.iter().any(|(own, _)| own == dim));
            let new: Vec<_> = new.map(|(dim, length)| (dim.to_string(), length)).collect();
            sizes.extend(new);
        }
        let entries =
            |list: &[(VariableEntry, CoordinateValues)]| list.iter().map(|(entry, _)| entry.clone()).collect();
        let (coordinates, data) = (entries(&self.coordinates), entries(&self.data));
        self.inventory = Some(Inventory::of_dataset(sizes, self.attributes.clone(), coordinates, data));
        self
    }

    /// The data variable of this name, taken out of the dataset.
    pub(super) fn array(mut self, name: &str) -> Self {
        let (field, _) = self.data.iter().find(|(entry, _)| entry.name == name).unwrap();
        let coordinates = self.coordinates.iter().map(|(entry, _)| entry.clone()).collect();
        self.inventory = Some(Inventory::of_array(Some(name.into()), field.clone(), coordinates));
        self
    }

    /// Names of the variables that were read.
    pub(super) fn read(&self) -> Vec<String> {
        self.read.borrow().clone()
    }

    pub(super) fn find(&self, crs: Option<&str>) -> Result<HorizontalGrid> {
        Ok(self.find_with_warnings(crs)?.0)
    }

    pub(super) fn find_with_warnings(&self, crs: Option<&str>) -> Result<(HorizontalGrid, Vec<RecognitionWarning>)> {
        let crs = crs.map(Crs::parse).transpose()?;
        let mut warnings = Vec::new();
        let horizontal = find_horizontal(self, crs.as_ref(), &mut warnings)?;
        Ok((horizontal, warnings))
    }

    pub(super) fn message(&self, crs: Option<&str>) -> String {
        self.find(crs).unwrap_err().to_string()
    }
}

impl CoordinateSource for MemorySource {
    fn inventory(&self) -> &Inventory {
        self.inventory.as_ref().unwrap()
    }

    fn values(&self, variable: &str) -> Result<CoordinateValues> {
        self.read.borrow_mut().push(variable.into());
        let found = self.coordinates.iter().chain(&self.data).find(|(entry, _)| entry.name == variable);
        found
            .map(|(_, values)| values.clone())
            .ok_or_else(|| GridError::Unreadable { variable: variable.into(), problem: "it is not there".into() })
    }

    fn mappings_in_file(&self) -> Result<Vec<(String, AttributeList)>> {
        Ok(self.in_file.clone())
    }
}

/// What tests write as the values of a variable.
pub(super) trait IntoValues {
    fn into_values(self) -> CoordinateValues;
}

impl<const N: usize> IntoValues for [f64; N] {
    fn into_values(self) -> CoordinateValues {
        CoordinateValues::Floats(self.to_vec())
    }
}

impl IntoValues for Vec<f64> {
    fn into_values(self) -> CoordinateValues {
        CoordinateValues::Floats(self)
    }
}

impl<const N: usize> IntoValues for [i64; N] {
    fn into_values(self) -> CoordinateValues {
        CoordinateValues::Integers(self.to_vec())
    }
}

impl IntoValues for CoordinateValues {
    fn into_values(self) -> CoordinateValues {
        self
    }
}

/// A variable along one dimension.
pub(super) fn along(name: &str, dim: &str, length: usize) -> VariableEntry {
    VariableEntry::new(name, &[dim], &[length])
}

/// A grid mapping variable.
pub(super) fn mapping(name: &str, epsg: &str) -> VariableEntry {
    VariableEntry::new(name, &[], &[]).with("spatial_ref", epsg)
}
