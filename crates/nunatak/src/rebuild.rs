//! The registry that rebuilds arrays from their descriptions.

use nunatak_array::{Description, Result, SharedArray};

/// Builds an array again from its description: the one place that knows every crate's kinds of array.
///
/// # Errors
/// [`ArrayError::Rebuild`](nunatak_array::ArrayError::Rebuild) for an unknown kind, and the error of the source (a
/// file that is gone, say).
pub fn rebuild_array(description: &Description) -> Result<SharedArray> {
    let inputs: Vec<SharedArray> = description.inputs.iter().map(rebuild_array).collect::<Result<_>>()?;
    if let Some(array) = nunatak_format::rebuild(description)? {
        return Ok(array);
    }
    if let Some(array) = nunatak_tree::rebuild(description, &inputs)? {
        return Ok(array);
    }
    if let Some(array) = nunatak_regrid::rebuild(description, &inputs)? {
        return Ok(array);
    }
    if let Some(array) = nunatak_scalars::rebuild(description, &inputs)? {
        return Ok(array);
    }
    if let Some(array) = description.rebuild_operator(&inputs)? {
        return Ok(array);
    }
    Err(description.broken("no crate of this version of nunatak has such an array"))
}
