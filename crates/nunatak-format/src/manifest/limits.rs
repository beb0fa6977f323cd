//! Limits on what a file may declare: a flipped bit in a shape must be an error, not an allocation that ends the process.

use crate::source::ByteSource;
use crate::{FormatError, Result};

/// More chunks than any file lists; their places alone would take gigabytes.
const MOST_CHUNKS: usize = 1 << 26;
/// HDF5 keeps the size of a chunk in 32 bits.
const MOST_CHUNK_BYTES: usize = u32::MAX as usize;

/// Most axes of an array: NumPy has no more.
pub(crate) const MOST_DIMENSIONS: usize = 64;

/// Fails when something has more axes than an array can have.
pub(crate) fn check_rank(rank: usize) -> std::result::Result<(), String> {
    if rank <= MOST_DIMENSIONS {
        return Ok(());
    }
    Err(format!("{rank} dimensions, an array has at most {MOST_DIMENSIONS}"))
}

/// Fails when a variable declares more than can be addressed, or chunks that no file can hold.
pub(crate) fn check_shape(
    source: &ByteSource,
    object: &str,
    offset: u64,
    shape: &[usize],
    element_size: usize,
    chunk_shape: Option<&[usize]>,
) -> Result<()> {
    let malformed = |problem: String| FormatError::Malformed {
        path: source.path().clone(),
        object: object.to_string(),
        offset,
        problem,
    };
    let bytes = |lengths: &[usize]| lengths.iter().try_fold(element_size, |bytes, &length| bytes.checked_mul(length));
    if bytes(shape).is_none_or(|bytes| bytes > isize::MAX as usize) {
        return Err(malformed(format!("its shape {shape:?} is larger than memory can address")));
    }
    let Some(chunk_shape) = chunk_shape else { return Ok(()) };
    if bytes(chunk_shape).is_none_or(|bytes| bytes > MOST_CHUNK_BYTES) {
        return Err(malformed(format!("its chunk shape {chunk_shape:?} is larger than HDF5's 4 GiB")));
    }
    if has_too_many_chunks(shape, chunk_shape) {
        let length = source.len();
        return Err(malformed(format!(
            "its shape {shape:?} in chunks of {chunk_shape:?} has more chunks than a file of {length} bytes can hold"
        )));
    }
    Ok(())
}

/// Whether there are more chunks along the axes than any file has; an axis without elements makes no other one shorter.
pub(crate) fn has_too_many_chunks(shape: &[usize], chunk_shape: &[usize]) -> bool {
    let counts = shape.iter().zip(chunk_shape).map(|(&length, &chunk)| length.div_ceil(chunk.max(1)).max(1));
    counts.into_iter().try_fold(1_usize, usize::checked_mul).is_none_or(|chunks| chunks > MOST_CHUNKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_axis_excuses_no_other() {
        assert!(has_too_many_chunks(&[1 << 45, 0], &[1, 1]));
        assert!(has_too_many_chunks(&[1 << 27], &[1]));
        assert!(!has_too_many_chunks(&[0, 761, 761], &[1, 761, 761]));
        assert!(!has_too_many_chunks(&[], &[]));
    }
}
