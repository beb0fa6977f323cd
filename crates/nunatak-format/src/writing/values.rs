//! Values as the bytes of a NetCDF file.

use std::sync::Arc;

use nunatak_array::{DataType, MemoryArray, SharedArray, Values, for_each_numeric};

/// Numbers in big-endian order, as the format has them; characters as they are.
pub(super) fn big_endian(values: Values) -> Vec<u8> {
    for_each_numeric!(values, values => values.iter().flat_map(|value| value.to_be_bytes()).collect(), other => match other {
        Values::Bytes { data, .. } => data,
        Values::Text(texts) => texts.concat().into_bytes(),
        _ => Vec::new(),
    })
}

/// Text of any length as strings of one length, padded with zeros; other arrays as they are.
pub(super) fn fixed_width(array: &SharedArray) -> nunatak_array::Result<SharedArray> {
    if array.data_type() != DataType::Text {
        return Ok(Arc::clone(array));
    }
    let Values::Text(texts) = array.read_all()? else { return Ok(Arc::clone(array)) };
    let width = texts.iter().map(String::len).max().unwrap_or(0).max(1);
    let mut data = Vec::with_capacity(width * texts.len());
    for (number, text) in texts.iter().enumerate() {
        data.extend_from_slice(text.as_bytes());
        data.resize((number + 1) * width, 0);
    }
    Ok(Arc::new(MemoryArray::new(array.shape().to_vec(), Values::Bytes { width, data })?))
}
