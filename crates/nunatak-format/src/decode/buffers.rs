//! Scratch buffers of a thread, kept for its next chunk unless they are large.

use super::error::DecodeError;
use super::expansion::check_expansion;
use super::filter::Filter;

/// Buffers up to this size are kept for the thread's next chunk.
const KEPT_BYTES: usize = 16 << 20;

/// Gives a buffer back that is too large to be kept.
pub(crate) fn release_large(buffer: &mut Vec<u8>) {
    if buffer.capacity() > KEPT_BYTES {
        *buffer = Vec::new();
    }
}

/// `buffer` with `length` bytes, of any values. New ones take no memory before they are written.
pub(super) fn resized(buffer: &mut Vec<u8>, length: usize) -> &mut [u8] {
    if buffer.capacity() < length {
        *buffer = vec![0; length];
    } else {
        buffer.resize(length, 0);
    }
    buffer
}

/// Room for the `chunk_bytes` decoded bytes of a chunk, unless the `stored` bytes cannot be as many.
pub(crate) fn decoded_room<'a>(
    buffer: &'a mut Vec<u8>,
    filters: &[Filter],
    skipped: u32,
    stored: usize,
    chunk_bytes: usize,
) -> Result<&'a mut [u8], DecodeError> {
    check_expansion(filters, skipped, stored, chunk_bytes)?;
    Ok(resized(buffer, chunk_bytes))
}
