//! Records of a variable on the axis of the whole experiment.

use std::sync::Arc;

use nunatak_array::{CastArray, DataType, SharedArray, TakeArray};

use crate::error::Result;

/// The array with the records of the joined axis; integers become floats where records are missing.
pub(crate) fn on_joined_axis(
    array: SharedArray,
    axis: usize,
    indices: Option<Vec<Option<usize>>>,
) -> Result<SharedArray> {
    let Some(indices) = indices else { return Ok(array) };
    let data_type = array.data_type();
    let padded = indices.contains(&None) && data_type.is_numeric() && !data_type.is_float();
    let array: SharedArray = if padded { Arc::new(CastArray::new(array, DataType::F64)?) } else { array };
    Ok(Arc::new(TakeArray::new(array, axis, indices)?))
}
