//! Frames of Blosc 1: blocks that are split by byte of the element, compressed and shuffled.

use super::bitshuffle::unshuffle_bits;
use super::buffers::{release_large, resized};
use super::byte_shuffle::unshuffle;
use super::codecs::Codecs;
use super::error::{DecodeError, corrupt};
use super::lz4_blocks::decompress_block;
use super::lzf::decompress_blosclz;

const HEADER: usize = 16;
/// Blocks of elements larger than this, or with shorter parts than the next, are not split.
const MOST_SPLITS: usize = 16;
const SHORTEST_SPLIT: usize = 128;

/// A block before it is unshuffled; used again for the next.
#[derive(Default)]
pub(super) struct BlockBuffers {
    shuffled: Vec<u8>,
}

impl BlockBuffers {
    pub(super) fn release_large(&mut self) {
        release_large(&mut self.shuffled);
    }
}

struct Frame {
    flags: u8,
    element_size: usize,
    block_bytes: usize,
}

impl Frame {
    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

const BYTE_SHUFFLED: u8 = 1;
const COPIED: u8 = 2;
const BIT_SHUFFLED: u8 = 4;
const NOT_SPLIT: u8 = 16;

/// Undoes the filter; the number of bytes written.
pub(super) fn decompress(
    input: &[u8],
    out: &mut [u8],
    buffers: &mut BlockBuffers,
    codecs: &mut Codecs,
) -> Result<usize, DecodeError> {
    let Some(header) = input.first_chunk::<HEADER>() else { return Err(corrupt("blosc", "it has no header")) };
    let word = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]) as usize;
    let length = word(4);
    let frame = Frame { flags: header[2], element_size: usize::from(header[3]).max(1), block_bytes: word(8) };
    let available = out.len();
    let Some(out) = out.get_mut(..length) else {
        return Err(corrupt("blosc", format!("expected at most {available} bytes, its header says {length}")));
    };
    if frame.has(COPIED) {
        let stored = input.get(HEADER..HEADER + length).ok_or_else(|| corrupt("blosc", "it is cut off"))?;
        out.copy_from_slice(stored);
        return Ok(length);
    }
    if length > 0 && (frame.block_bytes == 0 || frame.block_bytes > length) {
        return Err(corrupt("blosc", format!("its blocks have {} bytes of {length}", frame.block_bytes)));
    }
    for (at, block) in out.chunks_mut(frame.block_bytes.max(1)).enumerate() {
        let start = signed_word(input, HEADER + 4 * at)?;
        let stored = input.get(start..).ok_or_else(|| corrupt("blosc", "a block begins past its end"))?;
        decompress_block_of(&frame, stored, block, buffers, codecs)?;
    }
    Ok(length)
}

/// A 32-bit signed number that cannot be negative.
fn signed_word(input: &[u8], at: usize) -> Result<usize, DecodeError> {
    let bytes = input.get(at..).and_then(|bytes| bytes.first_chunk::<4>());
    let word = bytes.and_then(|bytes| usize::try_from(i32::from_le_bytes(*bytes)).ok());
    word.ok_or_else(|| corrupt("blosc", "it is cut off"))
}

fn decompress_block_of(
    frame: &Frame,
    stored: &[u8],
    block: &mut [u8],
    buffers: &mut BlockBuffers,
    codecs: &mut Codecs,
) -> Result<(), DecodeError> {
    let byte_shuffled = frame.has(BYTE_SHUFFLED) && frame.element_size > 1;
    let elements = block.len() / frame.element_size;
    // A block of elements that do not fill whole bytes of bits was left as it is.
    let bit_shuffled = frame.has(BIT_SHUFFLED) && elements > 0 && elements.is_multiple_of(8);
    if !byte_shuffled && !bit_shuffled {
        return decompress_splits(frame, stored, block, codecs);
    }
    decompress_splits(frame, stored, resized(&mut buffers.shuffled, block.len()), codecs)?;
    if bit_shuffled {
        let whole = elements * frame.element_size;
        unshuffle_bits(&buffers.shuffled[..whole], frame.element_size, &mut block[..whole]);
        block[whole..].copy_from_slice(&buffers.shuffled[whole..]);
    } else {
        unshuffle(&buffers.shuffled, frame.element_size, block);
    }
    Ok(())
}

fn decompress_splits(
    frame: &Frame,
    mut stored: &[u8],
    block: &mut [u8],
    codecs: &mut Codecs,
) -> Result<(), DecodeError> {
    let is_whole = block.len() == frame.block_bytes;
    let splits = match frame.element_size {
        size if !frame.has(NOT_SPLIT) && is_whole && size <= MOST_SPLITS && block.len() / size >= SHORTEST_SPLIT => {
            size
        }
        _ => 1,
    };
    let part_bytes = block.len() / splits;
    for part in block.chunks_exact_mut(part_bytes.max(1)).take(splits) {
        let length = signed_word(stored, 0)?;
        let bytes = stored.get(4..4 + length).ok_or_else(|| corrupt("blosc", "a block is cut off"))?;
        stored = &stored[4 + length..];
        if length == part.len() {
            part.copy_from_slice(bytes);
        } else {
            decompress_part(frame, bytes, part, codecs)?;
        }
    }
    Ok(())
}

fn decompress_part(frame: &Frame, stored: &[u8], part: &mut [u8], codecs: &mut Codecs) -> Result<(), DecodeError> {
    let length = match frame.flags >> 5 {
        0 => decompress_blosclz(stored, part)?,
        1 => return decompress_block(stored, part),
        3 => codecs.inflate(stored, part)?,
        4 => codecs.zstd(stored, part)?,
        2 => return Err(DecodeError::Unsupported("blosc with snappy".into())),
        code => return Err(DecodeError::Unsupported(format!("blosc with codec {code}"))),
    };
    if length != part.len() {
        return Err(corrupt("blosc", format!("expected a block of {} bytes, found {length}", part.len())));
    }
    Ok(())
}
