//! HDF5 attributes as NetCDF has them: those that only encode dimensions are left out, lists of one are scalars.

use hdf5_reader::{Attribute as Raw, Datatype};
use nunatak_array::{Element, Values};

use crate::{Attribute, Attributes};

/// Attributes that netCDF-C and the HDF5 dimension-scale library write for themselves.
const INTERNAL: [&str; 8] = [
    "CLASS",
    "NAME",
    "DIMENSION_LIST",
    "REFERENCE_LIST",
    "_Netcdf4Dimid",
    "_Netcdf4Coordinates",
    "_NCProperties",
    "_nc3_strict",
];

pub(super) fn convert(raw: &[Raw]) -> Attributes {
    raw.iter()
        .filter(|attribute| !INTERNAL.contains(&attribute.name.as_str()))
        .filter_map(|attribute| Some((attribute.name.clone(), convert_one(attribute)?)))
        .collect()
}

/// A text attribute, for the internal ones too.
pub(super) fn text(raw: &Raw) -> Option<String> {
    convert_one(raw)?.as_text().map(str::to_string)
}

fn convert_one(raw: &Raw) -> Option<Attribute> {
    match &raw.datatype {
        Datatype::FixedPoint { .. } | Datatype::FloatingPoint { .. } => numbers(raw, &raw.datatype),
        Datatype::Enum { base, .. } => numbers(raw, base),
        Datatype::String { .. } | Datatype::VarLen { .. } => texts(raw),
        // Compound, opaque and reference attributes have no NetCDF-classic meaning; dimension scales use them.
        _ => None,
    }
}

fn numbers(raw: &Raw, datatype: &Datatype) -> Option<Attribute> {
    let plain = Raw { datatype: datatype.clone(), ..raw.clone() };
    fn read<T: Element + hdf5_reader::H5Type>(raw: &Raw) -> Option<Values> {
        raw.read_1d::<T>().ok().map(T::wrap)
    }
    let values = match datatype {
        Datatype::FixedPoint { size: 1, signed: true, .. } => read::<i8>(&plain),
        Datatype::FixedPoint { size: 1, .. } => read::<u8>(&plain),
        Datatype::FixedPoint { size: 2, signed: true, .. } => read::<i16>(&plain),
        Datatype::FixedPoint { size: 2, .. } => read::<u16>(&plain),
        Datatype::FixedPoint { size: 4, signed: true, .. } => read::<i32>(&plain),
        Datatype::FixedPoint { size: 4, .. } => read::<u32>(&plain),
        Datatype::FixedPoint { size: 8, signed: true, .. } => read::<i64>(&plain),
        Datatype::FixedPoint { size: 8, .. } => read::<u64>(&plain),
        Datatype::FloatingPoint { size: 4, .. } => read::<f32>(&plain),
        Datatype::FloatingPoint { size: 8, .. } => read::<f64>(&plain),
        _ => None,
    }?;
    Some(if values.len() == 1 { Attribute::Number(values) } else { Attribute::Numbers(values) })
}

fn texts(raw: &Raw) -> Option<Attribute> {
    if raw.shape.is_empty()
        && let Ok(text) = raw.read_string()
    {
        return Some(Attribute::Text(text));
    }
    match raw.read_strings() {
        Ok(mut texts) if texts.len() <= 1 => Some(Attribute::Text(texts.pop().unwrap_or_default())),
        Ok(texts) => Some(Attribute::TextList(texts)),
        // Text in an encoding that is neither ASCII nor UTF-8: keep what can be kept.
        Err(_) if matches!(raw.datatype, Datatype::String { .. }) => {
            Some(Attribute::Text(String::from_utf8_lossy(&raw.raw_data).trim_end_matches('\0').to_string()))
        }
        Err(_) => None,
    }
}
