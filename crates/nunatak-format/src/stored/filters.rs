//! HDF5 filters, undone in reverse order: fletcher32, deflate, shuffle.

use std::cell::RefCell;

use libdeflater::Decompressor;
use serde::{Deserialize, Serialize};

/// One filter of a chunk's pipeline, in the order it was applied when written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Filter {
    Deflate {
        level: u32,
    },
    Shuffle {
        element_size: usize,
    },
    Fletcher32,
    /// A filter that cannot be undone here, by name.
    Unknown {
        id: u16,
        name: String,
    },
}

impl Filter {
    /// Its name among codecs, and its parameters.
    pub(crate) fn name_and_parameters(&self) -> (String, Vec<u32>) {
        match self {
            Self::Deflate { level } => ("zlib".into(), vec![*level]),
            Self::Shuffle { element_size } => ("shuffle".into(), vec![u32::try_from(*element_size).unwrap_or(0)]),
            Self::Fletcher32 => ("fletcher32".into(), Vec::new()),
            Self::Unknown { id, name } => (format!("{id}:{name}"), Vec::new()),
        }
    }
}

/// Why a chunk could not be decoded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum DecodeError {
    Corrupt(String),
    Unsupported(String),
}

thread_local! {
    static INFLATE: RefCell<Decompressor> = RefCell::new(Decompressor::new());
}

/// The `chunk_bytes` decoded bytes of a chunk. Bit `i` of `skipped` says that filter `i` was not applied to it.
pub(crate) fn decode(
    mut bytes: Vec<u8>,
    filters: &[Filter],
    skipped: u32,
    chunk_bytes: usize,
) -> Result<Vec<u8>, DecodeError> {
    for (at, filter) in filters.iter().enumerate().rev() {
        if at < 32 && skipped & (1 << at) != 0 {
            continue;
        }
        bytes = match filter {
            Filter::Deflate { .. } => inflate(&bytes, chunk_bytes + 4 * checksums(&filters[..at]))?,
            Filter::Shuffle { element_size } => unshuffle(&bytes, *element_size),
            Filter::Fletcher32 => without_checksum(bytes)?,
            Filter::Unknown { id, name } => {
                return Err(DecodeError::Unsupported(format!(
                    "filter {id} ({name}); deflate, shuffle and fletcher32 can be decoded"
                )));
            }
        };
    }
    if bytes.len() != chunk_bytes {
        return Err(DecodeError::Corrupt(format!("expected {chunk_bytes} decoded bytes, found {}", bytes.len())));
    }
    Ok(bytes)
}

fn checksums(filters: &[Filter]) -> usize {
    filters.iter().filter(|filter| **filter == Filter::Fletcher32).count()
}

fn inflate(bytes: &[u8], expected: usize) -> Result<Vec<u8>, DecodeError> {
    let mut inflated = vec![0; expected];
    let length = INFLATE
        .with_borrow_mut(|decompressor| decompressor.zlib_decompress(bytes, &mut inflated))
        .map_err(|error| DecodeError::Corrupt(format!("deflate stream is corrupt: {error}")))?;
    inflated.truncate(length);
    Ok(inflated)
}

/// Bytes that were grouped by their place in the element, put together again.
fn unshuffle(bytes: &[u8], element_size: usize) -> Vec<u8> {
    let count = bytes.len().checked_div(element_size).unwrap_or(0);
    if element_size < 2 || count == 0 {
        return bytes.to_vec();
    }
    let mut whole = vec![0; bytes.len()];
    for (place, plane) in bytes.chunks_exact(count).take(element_size).enumerate() {
        for (element, &byte) in whole.chunks_exact_mut(element_size).zip(plane) {
            element[place] = byte;
        }
    }
    // Bytes past the last whole element are stored unshuffled.
    whole[count * element_size..].copy_from_slice(&bytes[count * element_size..]);
    whole
}

/// The bytes without their trailing checksum, once it is found right.
fn without_checksum(mut bytes: Vec<u8>) -> Result<Vec<u8>, DecodeError> {
    let Some(length) = bytes.len().checked_sub(4) else {
        return Err(DecodeError::Corrupt("chunk is too short for its fletcher32 checksum".into()));
    };
    let stored = u32::from_le_bytes([bytes[length], bytes[length + 1], bytes[length + 2], bytes[length + 3]]);
    bytes.truncate(length);
    let computed = fletcher32(&bytes);
    // Libraries before 1.6.3 wrote the two halves byte-swapped on little-endian machines; HDF5 accepts both.
    let swapped = ((computed & 0x00ff_00ff) << 8) | ((computed >> 8) & 0x00ff_00ff);
    if stored != computed && stored != swapped {
        return Err(DecodeError::Corrupt(format!(
            "fletcher32 checksum is wrong: expected {stored:#010x}, found {computed:#010x}"
        )));
    }
    Ok(bytes)
}

/// Fletcher's checksum over big-endian 16-bit words, as HDF5 computes it (H5checksum.c, `H5_checksum_fletcher32`).
fn fletcher32(bytes: &[u8]) -> u32 {
    let (mut low, mut high) = (0_u32, 0_u32);
    // 360 words is the longest run whose sums cannot overflow 32 bits.
    for block in bytes.chunks(720) {
        for word in block.chunks(2) {
            let second = word.get(1).copied().unwrap_or(0);
            low += (u32::from(word[0]) << 8) | u32::from(second);
            high += low;
        }
        low = (low & 0xffff) + (low >> 16);
        high = (high & 0xffff) + (high >> 16);
    }
    low = (low & 0xffff) + (low >> 16);
    high = (high & 0xffff) + (high >> 16);
    (high << 16) | low
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shuffle(bytes: &[u8], element_size: usize) -> Vec<u8> {
        let count = bytes.len() / element_size;
        let mut shuffled: Vec<u8> = (0..element_size)
            .flat_map(|place| (0..count).map(move |element| bytes[element * element_size + place]))
            .collect();
        shuffled.extend_from_slice(&bytes[count * element_size..]);
        shuffled
    }

    proptest! {
        #[test]
        fn unshuffle_undoes_shuffle(bytes in prop::collection::vec(any::<u8>(), 0..200), size in 1_usize..9) {
            prop_assert_eq!(unshuffle(&shuffle(&bytes, size), size), bytes);
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..100), size in 0_usize..80) {
            let filters = [Filter::Shuffle { element_size: 4 }, Filter::Deflate { level: 4 }, Filter::Fletcher32];
            let _ = decode(bytes, &filters, 0, size);
        }
    }

    #[test]
    fn wrong_checksum_is_refused() {
        let mut bytes = b"ice sheet".to_vec();
        let checksum = fletcher32(&bytes);
        bytes.extend_from_slice(&checksum.to_le_bytes());
        assert_eq!(decode(bytes.clone(), &[Filter::Fletcher32], 0, 9), Ok(b"ice sheet".to_vec()));
        bytes[0] ^= 1;
        assert!(matches!(decode(bytes, &[Filter::Fletcher32], 0, 9), Err(DecodeError::Corrupt(_))));
    }

    #[test]
    fn unknown_filter_is_named() {
        let filter = Filter::Unknown { id: 32015, name: "zstd".into() };
        let Err(DecodeError::Unsupported(message)) = decode(vec![0; 4], &[filter], 0, 4) else {
            panic!("an unknown filter was accepted");
        };
        assert!(message.contains("32015") && message.contains("zstd"));
    }
}
