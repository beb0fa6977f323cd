//! Datasets from files and to files.

use std::path::Path;
use std::sync::Arc;

use nunatak_array::{CastArray, DataType, Progress, SharedArray};
use nunatak_format::{Attribute, Group, Location, StorageOptions, open_with, write_netcdf};
use nunatak_tree::{Dataset, DecodeOptions, Variable, from_group};

use crate::Result;

/// Values of whole numbers that are read to see whether they fit a smaller type.
const MOST_VALUES_CHECKED: usize = 1 << 27;

/// The dataset in the root group of a file, its variables decoded lazily.
///
/// # Errors
/// Those of the file, and [`TreeError`](nunatak_tree::TreeError) when its variables make no sense together.
pub fn open_dataset(location: impl Into<Location>, options: &StorageOptions) -> Result<Dataset> {
    let file = open_with(&location.into(), options)?;
    let tree = from_group(file.root(), &DecodeOptions::default())?;
    Ok(tree.get("").cloned().unwrap_or_default())
}

/// Writes a dataset to a NetCDF file (64-bit offset), replacing a file of this name once the new one is whole.
///
/// Values are read and written block by block. Missing values of floating-point data are NaN, which `_FillValue` says;
/// whole numbers are written as `int` where all fit. Data variables name their coordinates in `coordinates`.
///
/// # Errors
/// Those of [`write_netcdf`], and of reading what is written.
pub fn write_dataset(path: impl AsRef<Path>, dataset: &Dataset, progress: &dyn Progress) -> Result<()> {
    let described = described_by_others(dataset);
    let mut group = Group { attributes: dataset.attributes.clone(), ..Group::default() };
    for (name, variable) in dataset.coordinates() {
        group.variables.push(stored(name, variable)?);
    }
    for (name, variable) in dataset.variables() {
        let mut stored = stored(name, variable)?;
        if variable.array.data_type().is_float() && !described.contains(&name.to_string()) {
            let missing = match variable.array.data_type() {
                DataType::F32 => Attribute::number(f32::NAN),
                _ => Attribute::number(f64::NAN),
            };
            stored.attributes.set("_FillValue", missing);
        }
        let own = |coordinate: &Variable| coordinate.dimensions.iter().all(|dim| variable.dimensions.contains(dim));
        let auxiliary: Vec<&str> = dataset
            .coordinates()
            .filter(|(other, coordinate)| {
                let is_axis = coordinate.dimensions == [other.to_string()];
                !coordinate.dimensions.is_empty()
                    && !is_axis
                    && own(coordinate)
                    && !described.contains(&other.to_string())
            })
            .map(|(other, _)| other)
            .collect();
        if !auxiliary.is_empty() && !described.contains(&name.to_string()) {
            stored.attributes.set("coordinates", Attribute::Text(auxiliary.join(" ")));
        }
        group.variables.push(stored);
    }
    Ok(write_netcdf(path.as_ref(), &group, progress)?)
}

/// Bounds, connectivity and grid mappings: variables that others name, which are neither data nor coordinates of data.
fn described_by_others(dataset: &Dataset) -> Vec<String> {
    let mut named = Vec::new();
    for (_, variable) in dataset.coordinates().chain(dataset.variables()) {
        let is_mesh = variable.attributes.get("cf_role").is_some();
        for (name, value) in variable.attributes.iter() {
            let is_name = matches!(name, "bounds" | "climatology" | "grid_mapping" | "mesh");
            if is_name || (is_mesh && (name.ends_with("_connectivity") || name.ends_with("_coordinates"))) {
                named.extend(value.to_string().split([' ', ':']).map(ToString::to_string));
            }
        }
    }
    named
}

/// A variable as it is stored: in a type that every reader has, where its values fit.
fn stored(name: &str, variable: &Variable) -> Result<nunatak_format::Variable> {
    let array = narrowed(&variable.array)?;
    let (dimensions, attributes) = (variable.dimensions.clone(), variable.attributes.clone());
    Ok(nunatak_format::Variable { name: name.into(), dimensions, attributes, array, storage: Default::default() })
}

fn narrowed(array: &SharedArray) -> Result<SharedArray> {
    let to = match array.data_type() {
        DataType::U8 => DataType::I16,
        DataType::U16 => DataType::I32,
        DataType::U32 | DataType::I64 | DataType::U64 if array.len() <= MOST_VALUES_CHECKED => {
            let fits = |value: &f64| value.abs() <= f64::from(i32::MAX);
            if !array.read_all()?.to_f64()?.iter().all(fits) {
                return Ok(Arc::clone(array));
            }
            DataType::I32
        }
        _ => return Ok(Arc::clone(array)),
    };
    Ok(Arc::new(CastArray::new(Arc::clone(array), to)?))
}
