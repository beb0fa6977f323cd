//! Fletcher's checksum, as HDF5 puts it behind a chunk.

use super::error::DecodeError;

/// The bytes without their trailing checksum, once it is found right.
pub(super) fn without_checksum(bytes: &[u8]) -> Result<&[u8], DecodeError> {
    let Some((bytes, stored)) = bytes.split_last_chunk::<4>() else {
        return Err(DecodeError::Corrupt("chunk is too short for its fletcher32 checksum".into()));
    };
    let stored = u32::from_le_bytes(*stored);
    let computed = fletcher32(bytes);
    // Libraries before 1.6.3 wrote the two halves byte-swapped on little-endian machines; HDF5 accepts both.
    let swapped = ((computed & 0x00ff_00ff) << 8) | ((computed >> 8) & 0x00ff_00ff);
    if stored != computed && stored != swapped {
        return Err(DecodeError::Corrupt(format!(
            "fletcher32 checksum is wrong: expected {stored:#010x}, found {computed:#010x}"
        )));
    }
    Ok(bytes)
}

/// Words of one block: short enough for 32-bit sums, long enough to be summed in vectors.
const BLOCK: usize = 128;

/// Fletcher's checksum over big-endian 16-bit words, as HDF5 computes it (H5checksum.c, `H5_checksum_fletcher32`).
///
/// Over a block of n words w the second sum grows by n times the first plus Σ (n - i) wᵢ: two sums without a
/// dependence from word to word. Both are only wanted modulo 65535, with 65535 for a multiple that is not zero.
pub(super) fn fletcher32(bytes: &[u8]) -> u32 {
    let (mut low, mut high) = (0_u64, 0_u64);
    let mut blocks = bytes.chunks_exact(2 * BLOCK);
    for block in &mut blocks {
        let (mut sum, mut weighted) = (0_u32, 0_u32);
        for (at, word) in block.as_chunks::<2>().0.iter().enumerate() {
            let word = u32::from(u16::from_be_bytes(*word));
            sum += word;
            weighted += (BLOCK - at) as u32 * word;
        }
        high = folded(high + BLOCK as u64 * low + u64::from(weighted));
        low = folded(low + u64::from(sum));
    }
    for word in blocks.remainder().chunks(2) {
        let second = word.get(1).copied().unwrap_or(0);
        low += (u64::from(word[0]) << 8) | u64::from(second);
        high += low;
    }
    ((folded(high) as u32) << 16) | folded(low) as u32
}

/// A sum reduced to 16 bits with end-around carry.
fn folded(mut sum: u64) -> u64 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Against the parser's own, which is the library's loop.
        #[test]
        fn equals_the_library(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(0xff), Just(0)], 0..3000),
        ) {
            prop_assert_eq!(fletcher32(&bytes), hdf5_reader::checksum::fletcher32(&bytes));
        }
    }

    #[test]
    fn multiples_of_65535_keep_their_sign() {
        for bytes in [vec![0xff; 4096], vec![0; 4096], vec![0xff; 4097]] {
            assert_eq!(fletcher32(&bytes), hdf5_reader::checksum::fletcher32(&bytes));
        }
    }
}
