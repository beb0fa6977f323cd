//! The HDF5 LZ4 filter: a header in network byte order, then LZ4 blocks behind their lengths.

use super::error::{DecodeError, corrupt};

pub(super) fn decompress(input: &[u8], out: &mut [u8]) -> Result<usize, DecodeError> {
    let mut input = input;
    let length = usize::try_from(take_u64(&mut input)?).unwrap_or(usize::MAX);
    let block_bytes = take_u32(&mut input)? as usize;
    let available = out.len();
    let Some(out) = out.get_mut(..length) else {
        return Err(corrupt("lz4", format!("expected at most {available} bytes, its header says {length}")));
    };
    if block_bytes == 0 && length > 0 {
        return Err(corrupt("lz4", "its blocks are empty"));
    }
    for block in out.chunks_mut(block_bytes.max(1)) {
        let stored = take_u32(&mut input)? as usize;
        let stored = take(&mut input, stored)?;
        if stored.len() == block.len() {
            block.copy_from_slice(stored);
        } else {
            decompress_block(stored, block)?;
        }
    }
    Ok(length)
}

/// One LZ4 block that fills `block`.
pub(super) fn decompress_block(stored: &[u8], block: &mut [u8]) -> Result<(), DecodeError> {
    match lz4_flex::block::decompress_into(stored, block) {
        Ok(length) if length == block.len() => Ok(()),
        Ok(length) => Err(corrupt("lz4", format!("expected a block of {} bytes, found {length}", block.len()))),
        Err(error) => Err(corrupt("lz4", error)),
    }
}

pub(super) fn take<'a>(input: &mut &'a [u8], length: usize) -> Result<&'a [u8], DecodeError> {
    let (bytes, rest) = input.split_at_checked(length).ok_or_else(|| corrupt("block", "it is cut off"))?;
    *input = rest;
    Ok(bytes)
}

pub(super) fn take_u32(input: &mut &[u8]) -> Result<u32, DecodeError> {
    let bytes = take(input, 4)?;
    Ok(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

pub(super) fn take_u64(input: &mut &[u8]) -> Result<u64, DecodeError> {
    Ok((u64::from(take_u32(input)?) << 32) | u64::from(take_u32(input)?))
}
