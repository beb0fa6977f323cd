//! What stands where in a NetCDF file that is to be written.

use std::path::Path;

use nunatak_array::{DataType, Region, SharedArray, memory_budget};

use super::values::fixed_width;
use crate::{Attribute, Attributes, FormatError, Group, Result, Variable};

/// Bytes of values that are read and written at a time, unless the memory budget is small.
const COMFORTABLE_SLAB: usize = 64 << 20;
/// Variables of `CDF-2` are smaller.
const LARGEST_OF_CDF2: u64 = (1 << 32) - 4;

/// A file: its dimensions and its variables, in order.
pub(super) struct Layout {
    /// Whether the file is `CDF-5`, whose counts have 64 bits.
    pub(super) wide: bool,
    pub(super) dimensions: Vec<(String, usize)>,
    pub(super) variables: Vec<PlacedVariable>,
}

/// A variable of the file.
pub(super) struct PlacedVariable {
    pub(super) name: String,
    /// Numbers of its dimensions.
    pub(super) dimensions: Vec<usize>,
    pub(super) attributes: Attributes,
    pub(super) array: SharedArray,
    /// Bytes of its values, without padding.
    pub(super) length: u64,
    /// Regions that follow one another in the file.
    pub(super) slabs: Vec<Region>,
}

impl Layout {
    pub(super) fn of(path: &Path, group: &Group) -> Result<Self> {
        let mut dimensions = Vec::new();
        let mut variables: Vec<PlacedVariable> = Vec::new();
        for variable in &group.variables {
            let unwritable =
                |problem: String| FormatError::Unwritable { path: path.into(), object: variable.name.clone(), problem };
            if variables.iter().any(|other| other.name == variable.name) {
                return Err(unwritable("there are two variables of this name".into()));
            }
            variables.push(place(path, variable, &mut dimensions)?);
        }
        let names = variables.iter().map(|variable| &variable.name).chain(dimensions.iter().map(|(name, _)| name));
        let attributes =
            variables.iter().flat_map(|variable| variable.attributes.iter()).chain(group.attributes.iter());
        for name in names.map(String::as_str).chain(attributes.map(|(name, _)| name)) {
            check_name(path, name)?;
        }
        let wide = variables.iter().any(|variable| {
            variable.length > LARGEST_OF_CDF2
                || matches!(
                    variable.array.data_type(),
                    DataType::U8 | DataType::U16 | DataType::U32 | DataType::I64 | DataType::U64
                )
        }) || dimensions.iter().any(|(_, length)| i32::try_from(*length).is_err());
        Ok(Self { wide, dimensions, variables })
    }
}

fn place(path: &Path, variable: &Variable, dimensions: &mut Vec<(String, usize)>) -> Result<PlacedVariable> {
    let object = || variable.name.clone();
    let unwritable = |problem: String| FormatError::Unwritable { path: path.into(), object: object(), problem };
    let reading = |source| FormatError::Values { path: path.into(), object: object(), source };
    let array = fixed_width(&variable.array).map_err(reading)?;
    let mut attributes = variable.attributes.clone();
    let mut lengths: Vec<(String, usize)> =
        variable.dimensions.iter().cloned().zip(array.shape().iter().copied()).collect();
    if let DataType::Bytes(width) = array.data_type() {
        lengths.push((format!("string{width}"), width));
        attributes.set("_Encoding", Attribute::Text("utf-8".into()));
    }
    let mut numbers = Vec::with_capacity(lengths.len());
    for (name, length) in lengths {
        let number = match dimensions.iter().position(|(own, _)| *own == name) {
            Some(number) if dimensions[number].1 == length => number,
            Some(number) => {
                let expected = dimensions[number].1;
                return Err(unwritable(format!("dimension {name}: found length {length}, expected {expected}")));
            }
            // A length of zero would be the unlimited dimension.
            None if length == 0 => return Err(unwritable(format!("dimension {name}: it has no length"))),
            None => {
                dimensions.push((name, length));
                dimensions.len() - 1
            }
        };
        numbers.push(number);
    }
    for (name, attribute) in attributes.iter() {
        if matches!(attribute, Attribute::Shaped { .. } | Attribute::Records { .. }) {
            return Err(unwritable(format!("attribute {name}: {attribute} cannot be in a NetCDF-3 file")));
        }
    }
    let size = array.data_type().size();
    let length = array.len() as u64 * size as u64;
    let slabs = slabs(array.shape(), size, COMFORTABLE_SLAB.min(memory_budget() / 4));
    Ok(PlacedVariable { name: object(), dimensions: numbers, attributes, array, length, slabs })
}

/// Regions of at most `most` bytes (but at least one element) that follow one another in row-major order.
pub(super) fn slabs(shape: &[usize], size: usize, most: usize) -> Vec<Region> {
    let Some(cut) = (0..shape.len()).find(|&axis| shape[axis + 1..].iter().product::<usize>() * size <= most) else {
        return vec![Region::whole(shape)];
    };
    let inner: usize = shape[cut + 1..].iter().product();
    let rows = (most / (inner * size).max(1)).clamp(1, shape[cut]);
    let outer: usize = shape[..cut].iter().product();
    let whole = Region::whole(shape);
    let mut slabs = Vec::with_capacity(outer * shape[cut].div_ceil(rows));
    for number in 0..outer {
        let mut slab = whole.clone();
        let mut rest = number;
        for axis in (0..cut).rev() {
            slab = slab.with_axis(axis, rest % shape[axis], 1);
            rest /= shape[axis];
        }
        for start in (0..shape[cut]).step_by(rows) {
            slabs.push(slab.with_axis(cut, start, rows.min(shape[cut] - start)));
        }
    }
    slabs
}

fn check_name(path: &Path, name: &str) -> Result<()> {
    if name.is_empty() || name.contains(['/', '\0']) || name.ends_with(' ') {
        let problem = "the name is empty, ends with a space or contains a slash".to_string();
        return Err(FormatError::Unwritable { path: path.into(), object: format!("{name:?}"), problem });
    }
    Ok(())
}
