//! The largest expansion of each filter: a few bytes must not make the reader set gigabytes aside.

use super::error::DecodeError;
use super::filter::{Compression, Filter};

impl Filter {
    /// Most decoded bytes for one encoded byte; `None` when the format has no limit.
    fn most_expansion(&self) -> Option<usize> {
        match self {
            Self::Shuffle { .. } | Self::Fletcher32 => Some(1),
            // A match of 258 bytes takes two bits at least.
            Self::Deflate { .. } => Some(1032),
            // A match of 264 bytes takes three.
            Self::Lzf => Some(88),
            // Each further byte of a match's length adds up to 255.
            Self::Lz4 | Self::Bitshuffle { compression: Compression::Lz4, .. } => Some(256),
            Self::Bitshuffle { compression: Compression::None, .. } => Some(1),
            // A block of one repeated byte: up to 128 KiB in three bytes of header and one of data. What these two hold
            // may be compressed with it.
            Self::Zstd | Self::Blosc | Self::Bitshuffle { .. } => Some(1 << 15),
            // 64 blocks of 32 zeros of up to eight bytes take one byte at least.
            Self::Szip { .. } => Some(1 << 14),
            // One bit of every element of up to eight bytes; sixteen times that for what pads compounds.
            Self::Nbit { .. } => Some(1 << 10),
            // Blocks of 900 kB after runs of 259 bytes became five; none is shorter than 32 bytes.
            Self::Bzip2 => Some(1 << 21),
            // Elements that are all alike take no bits: the header's 21 bytes may be any chunk. These are 350 MB.
            Self::ScaleOffset { .. } => Some(1 << 24),
            // Refused for another reason.
            Self::Unknown { .. } => None,
        }
    }
}

/// Fails when `stored` bytes cannot decode to a chunk of `chunk_bytes`. Bit `i` of `skipped` says that filter `i` was
/// not applied.
pub(crate) fn check_expansion(
    filters: &[Filter],
    skipped: u32,
    stored: usize,
    chunk_bytes: usize,
) -> Result<(), DecodeError> {
    let applied = filters.iter().enumerate().filter(|(at, _)| *at >= 32 || skipped & (1 << at) == 0);
    let most = applied
        .rev()
        .try_fold(stored, |bytes, (_, filter)| filter.most_expansion().map(|most| bytes.saturating_mul(most)));
    if most.is_none_or(|most| chunk_bytes <= most) {
        return Ok(());
    }
    Err(DecodeError::Corrupt(format!("expected {chunk_bytes} decoded bytes, {stored} stored bytes cannot be as many")))
}

#[cfg(test)]
mod tests {
    use super::super::filter::element_size;
    use super::*;

    #[test]
    fn a_few_bytes_make_no_large_chunk() {
        let deflate =
            [Filter::Shuffle { element_size: element_size(4) }, Filter::Deflate { level: 4 }, Filter::Fletcher32];
        assert_eq!(check_expansion(&deflate, 0, 1000, 1_032_000), Ok(()));
        let Err(DecodeError::Corrupt(message)) = check_expansion(&deflate, 0, 1000, u32::MAX as usize) else {
            panic!("a thousand bytes became four billion");
        };
        assert!(message.contains("expected 4294967295 decoded bytes, 1000 stored"), "{message}");
        assert!(check_expansion(&deflate, 0b010, 1000, 1001).is_err(), "deflate was not applied");
        assert!(check_expansion(&[], 0, 8, 9).is_err() && check_expansion(&[], 0, 8, 8).is_ok());
        assert!(check_expansion(&[Filter::ScaleOffset { parameters: Vec::new() }], 0, 21, 300 << 20).is_ok());
        assert!(check_expansion(&[Filter::Zstd, Filter::Zstd], 0, usize::MAX, usize::MAX).is_ok(), "no overflow");
    }

    /// The most that the codecs here make of zeros is allowed.
    #[test]
    fn chunks_of_zeros_are_allowed() {
        let zeros = vec![0_u8; 64 << 20];
        let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::best());
        let mut deflated = vec![0; compressor.zlib_compress_bound(zeros.len())];
        let deflated = compressor.zlib_compress(&zeros, &mut deflated).unwrap();
        let zstd = zstd::bulk::compress(&zeros, 19).unwrap().len();
        let lz4 = lz4_flex::block::compress(&zeros).len();
        for (filter, stored) in [(Filter::Deflate { level: 9 }, deflated), (Filter::Zstd, zstd), (Filter::Lz4, lz4)] {
            assert_eq!(check_expansion(std::slice::from_ref(&filter), 0, stored, zeros.len()), Ok(()), "{filter:?}");
        }
        let bits =
            Filter::Bitshuffle { element_size: element_size(4), block_elements: 0, compression: Compression::Zstd };
        assert_eq!(check_expansion(&[bits, Filter::Bzip2], 0, 45, zeros.len()), Ok(()));
    }
}
