//! Bitshuffle: the bits of a block of elements grouped by their place in the element, then LZ4 or Zstandard.

use super::buffers::resized;
use super::codecs::Codecs;
use super::error::{DecodeError, corrupt};
use super::filter::Compression;
use super::lz4_blocks::{decompress_block, take, take_u32, take_u64};

/// Undoes the filter; the number of bytes written.
pub(super) fn decompress(
    input: &[u8],
    element_size: usize,
    block_elements: usize,
    compression: Compression,
    out: &mut [u8],
    codecs: &mut Codecs,
) -> Result<usize, DecodeError> {
    let mut input = input;
    let (length, block_elements) = match compression {
        Compression::None => (input.len(), block_elements),
        Compression::Lz4 | Compression::Zstd => {
            let length = usize::try_from(take_u64(&mut input)?).unwrap_or(usize::MAX);
            (length, take_u32(&mut input)? as usize / element_size)
        }
        Compression::Unknown(code) => {
            return Err(DecodeError::Unsupported(format!("bitshuffle with compression {code}; 0, 2 and 3 are known")));
        }
    };
    let available = out.len();
    let Some(out) = out.get_mut(..length) else {
        return Err(corrupt("bitshuffle", format!("expected at most {available} bytes, found {length}")));
    };
    let block_elements = if block_elements == 0 { default_block(element_size) } else { block_elements };
    if block_elements % 8 != 0 {
        return Err(corrupt(
            "bitshuffle",
            format!("its blocks of {block_elements} elements are not whole bytes of bits"),
        ));
    }
    let shuffled = length / (8 * element_size) * 8 * element_size;
    let (shuffled, rest) = out.split_at_mut(shuffled);
    let mut bits = Vec::new();
    for block in shuffled.chunks_mut(block_elements.saturating_mul(element_size)) {
        let stored = match compression {
            Compression::None => take(&mut input, block.len())?,
            _ => {
                let stored = take_u32(&mut input)? as usize;
                let bits = resized(&mut bits, block.len());
                expand(take(&mut input, stored)?, compression, bits, codecs)?;
                bits
            }
        };
        unshuffle_bits(stored, element_size, block);
    }
    rest.copy_from_slice(take(&mut input, rest.len())?);
    Ok(length)
}

fn expand(stored: &[u8], compression: Compression, block: &mut [u8], codecs: &mut Codecs) -> Result<(), DecodeError> {
    if compression == Compression::Lz4 {
        return decompress_block(stored, block);
    }
    match codecs.zstd(stored, block)? {
        length if length == block.len() => Ok(()),
        length => Err(corrupt("zstd", format!("expected a block of {} bytes, found {length}", block.len()))),
    }
}

/// The library's block: near 8 KiB, in whole bytes of bits.
fn default_block(element_size: usize) -> usize {
    (8192 / element_size / 8 * 8).max(128)
}

/// Undoes the transposition of the bits of one block of elements, whose number is a multiple of eight.
///
/// Row `8 b + k` of the stored bits has bit `k` of byte `b` of every element, eight elements to a byte.
pub(super) fn unshuffle_bits(bits: &[u8], element_size: usize, elements: &mut [u8]) {
    let row = elements.len() / element_size / 8;
    for (group, eight) in elements.chunks_exact_mut(8 * element_size).enumerate() {
        for byte in 0..element_size {
            let rows: [u8; 8] = std::array::from_fn(|bit| bits[(8 * byte + bit) * row + group]);
            for (at, value) in transposed(u64::from_le_bytes(rows)).to_le_bytes().into_iter().enumerate() {
                eight[at * element_size + byte] = value;
            }
        }
    }
}

/// The transpose of an 8 x 8 matrix of bits (Warren, Hacker's Delight, 7-3).
fn transposed(mut bits: u64) -> u64 {
    for (shift, mask) in [(7, 0x00aa_00aa_00aa_00aa), (14, 0x0000_cccc_0000_cccc), (28, 0x0000_0000_f0f0_f0f0)] {
        let swapped = (bits ^ (bits >> shift)) & mask;
        bits ^= swapped ^ (swapped << shift);
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_bit_comes_back(groups in 1_usize..9, element_size in 1_usize..9, seed in any::<u64>()) {
            let count = 8 * groups;
            let elements: Vec<u8> = (0..(count * element_size) as u64)
                .map(|at| (seed.wrapping_mul(at * 2 + 1) >> 32) as u8)
                .collect();
            let mut bits = vec![0_u8; elements.len()];
            for element in 0..count {
                for bit in 0..8 * element_size {
                    let set = elements[element * element_size + bit / 8] >> (bit % 8) & 1;
                    bits[bit * count / 8 + element / 8] |= set << (element % 8);
                }
            }
            let mut found = vec![0; elements.len()];
            unshuffle_bits(&bits, element_size, &mut found);
            prop_assert_eq!(found, elements);
        }
    }
}
