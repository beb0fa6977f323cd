//! Datasets of the library as sources of coordinates, so that their grids are recognised.

use nunatak_array::{DataType, Values};
use nunatak_format::{Attribute, Attributes};
use nunatak_grid::recognition::{
    AttributeList, AttributeValue, CoordinateSource, CoordinateValues, Inventory, VariableEntry,
};
use nunatak_grid::{GridError, Result};
use nunatak_tree::{Dataset, Variable};

/// A dataset whose grid is to be found: its inventory, made once, and its coordinates, read when a grid is built.
///
/// # Examples
///
/// ```
/// # use std::sync::Arc;
/// use nunatak::DatasetView;
/// use nunatak::array::{MemoryArray, Values};
/// use nunatak::format::{Attribute, Attributes};
/// use nunatak::grid::recognition::find_horizontal;
/// use nunatak::tree::{Dataset, Variable};
///
/// let mut dataset = Dataset::default();
/// for (name, units) in [("lat", "degrees_north"), ("lon", "degrees_east")] {
///     let array = MemoryArray::new(vec![3], Values::F64(vec![0.0, 1.0, 2.0]))?;
///     let mut attributes = Attributes::new();
///     attributes.set("units", Attribute::Text(units.into()));
///     dataset.insert_coordinate(name, Variable::new(vec![name.into()], Arc::new(array), attributes)?)?;
/// }
/// let horizontal = find_horizontal(&DatasetView::new(&dataset), None, &mut Vec::new())?;
/// assert_eq!(horizontal.dims, ["lat", "lon"]);
/// assert_eq!(horizontal.grid.len(), 9);
/// # Ok::<(), nunatak::NunatakError>(())
/// ```
#[derive(Debug)]
pub struct DatasetView<'a> {
    dataset: &'a Dataset,
    inventory: Inventory,
}

impl<'a> DatasetView<'a> {
    /// A view of a dataset.
    pub fn new(dataset: &'a Dataset) -> Self {
        let mut sizes: Vec<(String, usize)> = Vec::new();
        for (_, variable) in dataset.coordinates().chain(dataset.variables()) {
            for (dim, length) in variable.lengths() {
                if !sizes.iter().any(|(own, _)| own == dim) {
                    sizes.push((dim.to_string(), length));
                }
            }
        }
        let coordinates = dataset.coordinates().map(|(name, variable)| entry(name, variable)).collect();
        let data = dataset.variables().map(|(name, variable)| entry(name, variable)).collect();
        let inventory = Inventory::of_dataset(sizes, attribute_list(&dataset.attributes), coordinates, data);
        Self { dataset, inventory }
    }

    /// The same with the file that the dataset is from, for messages.
    #[must_use]
    pub fn with_source(mut self, file: impl Into<String>) -> Self {
        self.inventory = self.inventory.with_source(Some(file.into()));
        self
    }
}

impl CoordinateSource for DatasetView<'_> {
    fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    fn values(&self, variable: &str) -> Result<CoordinateValues> {
        let unreadable = |problem: String| GridError::Unreadable { variable: variable.into(), problem };
        let found = self.dataset.get(variable).ok_or_else(|| unreadable("it is not in the dataset".into()))?;
        match found.array.data_type() {
            DataType::Bytes(_) | DataType::Text => Ok(CoordinateValues::Other("text".into())),
            _ => found.array.read_all().and_then(coordinate_values).map_err(|error| unreadable(error.to_string())),
        }
    }
}

fn coordinate_values(values: Values) -> nunatak_array::Result<CoordinateValues> {
    fn whole<T: Into<i64>>(values: Vec<T>) -> CoordinateValues {
        CoordinateValues::Integers(values.into_iter().map(Into::into).collect())
    }
    Ok(match values {
        Values::I8(values) => whole(values),
        Values::I16(values) => whole(values),
        Values::I32(values) => whole(values),
        Values::I64(values) => CoordinateValues::Integers(values),
        Values::U8(values) => whole(values),
        Values::U16(values) => whole(values),
        Values::U32(values) => whole(values),
        Values::U64(values) => CoordinateValues::Unsigned(values),
        other => CoordinateValues::Floats(other.into_f64()?),
    })
}

fn entry(name: &str, variable: &Variable) -> VariableEntry {
    VariableEntry {
        name: name.to_string(),
        dims: variable.dimensions.clone(),
        shape: variable.array.shape().to_vec(),
        attributes: attribute_list(&variable.attributes),
        encoding: attribute_list(&variable.encoding.attributes),
    }
}

/// The attributes that are text or numbers.
pub(crate) fn attribute_list(attributes: &Attributes) -> AttributeList {
    attributes.iter().filter_map(|(name, attribute)| Some((name, attribute_value(attribute)?))).collect()
}

fn attribute_value(attribute: &Attribute) -> Option<AttributeValue> {
    if let Some(text) = attribute.as_text() {
        return Some(AttributeValue::Text(text.into()));
    }
    let values = attribute.values()?;
    let numbers = values.clone().into_f64().ok()?;
    Some(match numbers[..] {
        [number] if !values.data_type().is_float() => AttributeValue::Integer(number as i64),
        [number] => AttributeValue::Number(number),
        _ => AttributeValue::Numbers(numbers),
    })
}

/// Attributes that recognition gives, as those of a file.
pub fn attributes_of(list: &AttributeList) -> Attributes {
    list.iter()
        .map(|(name, value)| {
            let value = match value {
                AttributeValue::Text(text) => Attribute::Text(text.clone()),
                AttributeValue::Integer(number) => Attribute::number(*number),
                AttributeValue::Number(number) => Attribute::number(*number),
                AttributeValue::Numbers(numbers) => Attribute::Numbers(Values::F64(numbers.clone())),
            };
            (name.to_string(), value)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use nunatak_array::MemoryArray;
    use nunatak_grid::recognition::{GridFamily, find_horizontal, recognise};

    use super::*;

    fn variable(dimensions: &[&str], shape: &[usize], values: Values, attributes: &[(&str, Attribute)]) -> Variable {
        let array = Arc::new(MemoryArray::new(shape.to_vec(), values).unwrap());
        let attributes = attributes.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
        Variable::new(dimensions.iter().map(ToString::to_string).collect(), array, attributes).unwrap()
    }

    fn text(text: &str) -> Attribute {
        Attribute::Text(text.into())
    }

    /// A file as ISMIP6 has them in Greenland: `xc` and `yc` in kilometres, the mapping among the data.
    fn greenland() -> Dataset {
        let mut dataset = Dataset::default();
        let km = [("units", text("km"))];
        let x = variable(&["xc"], &[3], Values::F32(vec![-720.0, -704.0, -688.0]), &km);
        let y = variable(&["yc"], &[2], Values::F32(vec![-3450.0, -3434.0]), &km);
        dataset.insert_coordinate("xc", x).unwrap();
        dataset.insert_coordinate("yc", y).unwrap();
        let mapping = [
            ("grid_mapping_name", text("polar_stereographic")),
            ("latitude_of_projection_origin", Attribute::number(90.0)),
            ("standard_parallel", Attribute::number(70_i32)),
            ("straight_vertical_longitude_from_pole", Attribute::number(-45.0)),
        ];
        dataset.insert("mapping", variable(&[], &[], Values::I32(vec![0]), &mapping)).unwrap();
        let field = [("grid_mapping", text("mapping"))];
        dataset.insert("lithk", variable(&["yc", "xc"], &[2, 3], Values::F32(vec![0.0; 6]), &field)).unwrap();
        dataset
    }

    #[test]
    fn a_dataset_is_recognised() {
        let dataset = greenland();
        let view = DatasetView::new(&dataset).with_source("lithk.nc");
        let found = recognise(view.inventory()).unwrap();
        assert_eq!((found.len(), found[0].family()), (1, GridFamily::Rectilinear));
        let mut warnings = Vec::new();
        let horizontal = find_horizontal(&view, None, &mut warnings).unwrap();
        assert_eq!((horizontal.dims.join(", "), horizontal.mapping_name), ("yc, xc".into(), Some("mapping".into())));
        let grid = horizontal.grid.rectilinear().unwrap();
        assert_eq!((grid.crs().epsg(), grid.x().centres()), (Some(3413), &[-720e3, -704e3, -688e3][..]));
        assert_eq!(warnings, []);
    }

    #[test]
    fn what_is_missing_is_named_with_the_file() {
        let mut dataset = greenland();
        dataset.insert("mapping", variable(&[], &[], Values::I32(vec![0]), &[])).unwrap();
        let view = DatasetView::new(&dataset).with_source("lithk.nc");
        let error = find_horizontal(&view, None, &mut Vec::new()).unwrap_err().to_string();
        let expected = "Dataset with dimensions ('xc', 'yc') from lithk.nc has no coordinate reference system";
        assert!(error.starts_with(expected), "{error}");
    }

    #[test]
    fn text_is_no_coordinate() {
        let mut dataset = greenland();
        let names = Values::Text(["a", "b", "c"].map(str::to_string).to_vec());
        dataset.insert_coordinate("xc", variable(&["xc"], &[3], names, &[])).unwrap();
        let error = find_horizontal(&DatasetView::new(&dataset), None, &mut Vec::new()).unwrap_err().to_string();
        assert_eq!(error, "coordinate xc: expected numbers, found text");
    }
}
