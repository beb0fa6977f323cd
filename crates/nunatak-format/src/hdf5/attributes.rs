//! HDF5 attributes as NetCDF has them: those that only encode dimensions are left out, lists of one are scalars.

use hdf5_reader::StringPadding;
use nunatak_array::Values;

use super::element_type::{Kind, kind};
use super::handle::Handle;
use super::heap;
use super::raw_attribute::RawAttribute;
use crate::manifest::{Element, check_rank, text, widen_halves};
use crate::{Attribute, Attributes, Unreadable};

/// Attributes that netCDF-C and the HDF5 dimension-scale library write for themselves.
const INTERNAL: [&str; 9] = [
    "CLASS",
    "NAME",
    "DIMENSION_LIST",
    "REFERENCE_LIST",
    "_Netcdf4Dimid",
    "_Netcdf4Coordinates",
    "_NCProperties",
    "_nc3_strict",
    "_NCCOPY",
];

/// Why an attribute has no value.
#[derive(Debug)]
pub(super) enum Failure {
    /// Its type has no place here.
    Unsupported(String),
    /// Its bytes are missing or wrong.
    Corrupt(String),
}

impl From<String> for Failure {
    fn from(reason: String) -> Self {
        Self::Unsupported(reason)
    }
}

/// The attributes of the object at `address`; those of a type that has no place here are named in `unreadable`.
///
/// # Errors
/// When the bytes of one are missing or wrong: a file that lost its `units` is not to be read without them.
pub(super) fn convert(
    handle: &Handle,
    object: &str,
    address: u64,
    raw: &[RawAttribute],
    unreadable: &mut Vec<Unreadable>,
) -> crate::Result<Attributes> {
    let mut attributes = Vec::with_capacity(raw.len());
    for attribute in raw.iter().filter(|attribute| !INTERNAL.contains(&attribute.name.as_str())) {
        let place = || format!("{object}@{}", attribute.name);
        match value(handle, attribute) {
            Ok(value) => attributes.push((attribute.name.clone(), value)),
            Err(Failure::Unsupported(reason)) => unreadable.push(Unreadable { object: place(), reason }),
            Err(Failure::Corrupt(problem)) => return Err(handle.malformed(&place(), address, problem)),
        }
    }
    Ok(attributes.into_iter().collect())
}

/// The value of an attribute, or why there is none.
pub(super) fn value(handle: &Handle, raw: &RawAttribute) -> Result<Attribute, Failure> {
    let datatype = raw.datatype.as_ref().map_err(String::clone)?;
    charge(handle, raw.name.len() + raw.bytes.len() + raw.type_bytes)?;
    value_of_kind(handle, raw, kind(datatype)?, &raw.shape)
}

/// Counts bytes that are taken from the file.
fn charge(handle: &Handle, bytes: usize) -> Result<(), Failure> {
    handle.budget.metadata(bytes).map_err(Failure::Corrupt)
}

fn value_of_kind(handle: &Handle, raw: &RawAttribute, kind: Kind, shape: &[usize]) -> Result<Attribute, Failure> {
    check_rank(shape.len())?;
    let count = shape.iter().try_fold(1_usize, |count, &length| count.checked_mul(length));
    let elements = |size: usize| {
        let length = count.and_then(|count| count.checked_mul(size));
        length
            .and_then(|length| raw.bytes.get(..length))
            .ok_or_else(|| Failure::Corrupt("its values are cut off".into()))
    };
    Ok(match kind {
        Kind::Number(element) if matches!(element.data_type, nunatak_array::DataType::Bytes(_)) => {
            let bytes = elements(1)?;
            charge(handle, bytes.len().saturating_mul(size_of::<String>()))?;
            texts(bytes.chunks(1).map(|byte| text(byte, StringPadding::NullPad)).collect(), shape)
        }
        Kind::Number(element) => numbers(element.values(elements(element.size())?), shape),
        Kind::Half(order) => numbers(widen_halves(elements(2)?, order), shape),
        Kind::Structured(element, element_type) => {
            let shape = if shape == [1] { Vec::new() } else { shape.to_vec() };
            Attribute::Records { element_type, shape, bytes: elements(element.size())?.to_vec() }
        }
        Kind::FixedText { width, padding } => {
            let found = elements(width)?.chunks_exact(width.max(1)).map(|bytes| {
                charge(handle, bytes.len())?;
                Ok(text(bytes, padding))
            });
            texts(found.collect::<Result<_, Failure>>()?, shape)
        }
        Kind::HeapText(padding) => {
            let size = heap::reference_size(handle);
            let found = elements(size)?.chunks_exact(size).map(|reference| {
                let found = heap::resolve(handle, reference, 1).map_err(|error| Failure::Corrupt(error.to_string()))?;
                charge(handle, found.bytes().len())?;
                Ok(text(found.bytes(), padding))
            });
            texts(found.collect::<Result<_, Failure>>()?, shape)
        }
        Kind::HeapSequence(element) => sequence(handle, raw, element, count)?,
        Kind::Block(inner, block) => value_of_kind(handle, raw, *inner, &[shape, &block].concat())?,
    })
}

/// One sequence is a list of numbers; a list of sequences has no place.
fn sequence(handle: &Handle, raw: &RawAttribute, element: Element, count: Option<usize>) -> Result<Attribute, Failure> {
    let reference = raw
        .bytes
        .get(..heap::reference_size(handle))
        .ok_or_else(|| Failure::Corrupt("its values are cut off".into()))?;
    if count != Some(1) {
        return Err(Failure::Unsupported("a list of sequences".into()));
    }
    let found =
        heap::resolve(handle, reference, element.size()).map_err(|error| Failure::Corrupt(error.to_string()))?;
    charge(handle, found.bytes().len())?;
    let values = element.values(found.bytes());
    let length = values.len();
    Ok(numbers(values, &[length]))
}

fn numbers(values: Values, shape: &[usize]) -> Attribute {
    match shape.len() {
        0 | 1 if values.len() == 1 => Attribute::Number(values),
        0 | 1 => Attribute::Numbers(values),
        _ => Attribute::Shaped { shape: shape.to_vec(), values },
    }
}

fn texts(mut texts: Vec<String>, shape: &[usize]) -> Attribute {
    match shape.len() {
        0 | 1 if texts.len() <= 1 => Attribute::Text(texts.pop().unwrap_or_default()),
        0 | 1 => Attribute::TextList(texts),
        _ => Attribute::Shaped { shape: shape.to_vec(), values: Values::Text(texts) },
    }
}
