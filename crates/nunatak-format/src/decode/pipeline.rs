//! The pipeline of a chunk's filters.

use std::cell::RefCell;

use hdf5_reader::filters::{scaleoffset, szip};

use super::buffers::{decoded_room, release_large, resized};
use super::byte_shuffle::unshuffle;
use super::checksum::without_checksum;
use super::codecs::Codecs;
use super::error::{DecodeError, corrupt};
use super::filter::Filter;
use super::{bitshuffle, blosc, lz4_blocks, lzf, nbit};

/// Buffers and decoders that are used again for the next chunk; one per thread.
pub(crate) struct Scratch {
    codecs: Codecs,
    buffers: [Vec<u8>; 2],
    blocks: blosc::BlockBuffers,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        Self { codecs: Codecs::new(), buffers: Default::default(), blocks: Default::default() }
    }

    /// Gives large buffers back.
    pub(crate) fn release_large(&mut self) {
        self.buffers.iter_mut().for_each(release_large);
        self.blocks.release_large();
    }
}

/// HDF5's own limit.
const MOST_FILTERS: usize = 32;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch::new());
}

/// The `chunk_bytes` decoded bytes of a chunk, with this thread's scratch buffers.
pub(crate) fn decode(
    bytes: Vec<u8>,
    filters: &[Filter],
    skipped: u32,
    chunk_bytes: usize,
) -> Result<Vec<u8>, DecodeError> {
    let mut decoded = Vec::new();
    let room = decoded_room(&mut decoded, filters, skipped, bytes.len(), chunk_bytes)?;
    SCRATCH.with_borrow_mut(|scratch| {
        let done = decode_into(filters, skipped, &bytes, scratch, room);
        scratch.release_large();
        done
    })?;
    Ok(decoded)
}

/// Decodes a chunk into `out`, which is exactly as long as the decoded chunk.
///
/// Bit `i` of `skipped` says that filter `i` was not applied to it. No buffer grows past the chunk's size plus what the
/// filters before it can have added.
pub(crate) fn decode_into(
    filters: &[Filter],
    skipped: u32,
    raw: &[u8],
    scratch: &mut Scratch,
    out: &mut [u8],
) -> Result<(), DecodeError> {
    if filters.len() > MOST_FILTERS {
        return Err(DecodeError::Corrupt(format!("{} filters, expected at most {MOST_FILTERS}", filters.len())));
    }
    let Scratch { codecs, buffers: [first, second], blocks } = scratch;
    let (mut spare, mut next) = (first, second);
    let mut input = raw;
    let mut active: Vec<&Filter> = filters
        .iter()
        .enumerate()
        .filter(|(at, _)| *at >= 32 || skipped & (1 << at) == 0)
        .map(|(_, one)| one)
        .collect();
    while let Some(filter) = active.pop() {
        if *filter == Filter::Fletcher32 {
            input = without_checksum(input)?;
            continue;
        }
        let mut decoders = Decoders { codecs: &mut *codecs, blocks: &mut *blocks };
        if active.is_empty() {
            let length = decoders.undo(filter, input, out)?;
            return check_length(out.len(), length);
        }
        let bound = stage_bound(&active, out.len());
        let length = decoders.undo(filter, input, resized(spare, bound))?;
        std::mem::swap(&mut spare, &mut next);
        input = &next[..length];
    }
    check_length(out.len(), input.len())?;
    out.copy_from_slice(input);
    Ok(())
}

fn check_length(expected: usize, found: usize) -> Result<(), DecodeError> {
    if found == expected {
        return Ok(());
    }
    Err(DecodeError::Corrupt(format!("expected {expected} decoded bytes, found {found}")))
}

/// Most bytes that the filters before a stage can have made of a chunk.
fn stage_bound(before: &[&Filter], chunk_bytes: usize) -> usize {
    before.iter().fold(chunk_bytes, |bytes, filter| match filter {
        Filter::Shuffle { .. } => bytes,
        Filter::Fletcher32 => bytes + 4,
        // Incompressible data grow a little, by less than this in every codec here.
        _ => bytes + bytes / 8 + 1024,
    })
}

struct Decoders<'a> {
    codecs: &'a mut Codecs,
    blocks: &'a mut blosc::BlockBuffers,
}

impl Decoders<'_> {
    /// Undoes one filter; the number of bytes written to `out`.
    fn undo(&mut self, filter: &Filter, input: &[u8], out: &mut [u8]) -> Result<usize, DecodeError> {
        match filter {
            Filter::Deflate { .. } => self.codecs.inflate(input, out),
            Filter::Shuffle { element_size } => {
                let out = room(out, input.len(), "shuffle")?;
                unshuffle(input, element_size.get() as usize, out);
                Ok(out.len())
            }
            Filter::Fletcher32 => copy(without_checksum(input)?, out, "fletcher32"),
            Filter::Szip { parameters } => {
                let decoded = szip::decompress_with_limit(input, parameters, out.len());
                copy(&decoded.map_err(|error| corrupt("szip", error))?, out, "szip")
            }
            Filter::ScaleOffset { parameters } => {
                let decoded = scaleoffset::decompress_with_limit(input, parameters, out.len());
                copy(&decoded.map_err(|error| corrupt("scaleoffset", error))?, out, "scaleoffset")
            }
            Filter::Nbit { parameters, signed } => {
                copy(&nbit::decompress(input, parameters, *signed, out.len())?, out, "nbit")
            }
            Filter::Bzip2 => bunzip(input, out),
            Filter::Lzf => lzf::decompress(input, out),
            Filter::Blosc => blosc::decompress(input, out, self.blocks, self.codecs),
            Filter::Lz4 => lz4_blocks::decompress(input, out),
            Filter::Bitshuffle { element_size, block_elements, compression } => bitshuffle::decompress(
                input,
                element_size.get() as usize,
                *block_elements,
                *compression,
                out,
                self.codecs,
            ),
            Filter::Zstd => self.codecs.zstd(input, out),
            Filter::Unknown { id, name } => Err(DecodeError::Unsupported(format!(
                "filter {id} ({name}); deflate, shuffle, fletcher32, szip, nbit, scaleoffset, bzip2, lzf, blosc, lz4, \
                 bitshuffle and zstd can be decoded"
            ))),
        }
    }
}

/// The first `length` bytes of `out`, when there are as many.
fn room<'a>(out: &'a mut [u8], length: usize, filter: &str) -> Result<&'a mut [u8], DecodeError> {
    let available = out.len();
    out.get_mut(..length).ok_or_else(|| corrupt(filter, format!("expected {available} bytes, found {length}")))
}

fn copy(decoded: &[u8], out: &mut [u8], filter: &str) -> Result<usize, DecodeError> {
    room(out, decoded.len(), filter)?.copy_from_slice(decoded);
    Ok(decoded.len())
}

fn bunzip(input: &[u8], out: &mut [u8]) -> Result<usize, DecodeError> {
    let mut decoder = bzip2::Decompress::new(false);
    match decoder.decompress(input, out) {
        Ok(bzip2::Status::StreamEnd) => Ok(usize::try_from(decoder.total_out()).unwrap_or(usize::MAX)),
        Ok(_) => Err(corrupt("bzip2", "it does not end inside the chunk")),
        Err(error) => Err(corrupt("bzip2", error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::checksum::fletcher32;
    use crate::decode::filter::{Compression, element_size};
    use proptest::prelude::*;

    fn every_filter() -> Vec<Filter> {
        vec![
            Filter::Deflate { level: 4 },
            Filter::Shuffle { element_size: element_size(4) },
            Filter::Fletcher32,
            Filter::Szip { parameters: vec![141, 32, 32, 256] },
            Filter::Nbit { parameters: vec![8, 0, 10, 1, 4, 0, 12, 3], signed: Some(true) },
            Filter::ScaleOffset { parameters: vec![2, 0, 10, 0, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
            Filter::Bzip2,
            Filter::Lzf,
            Filter::Blosc,
            Filter::Lz4,
            Filter::Bitshuffle { element_size: element_size(4), block_elements: 0, compression: Compression::None },
            Filter::Bitshuffle { element_size: element_size(4), block_elements: 8, compression: Compression::Lz4 },
            Filter::Bitshuffle { element_size: element_size(3), block_elements: 0, compression: Compression::Zstd },
            Filter::Zstd,
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn arbitrary_bytes_never_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            size in 0_usize..300,
            chain in prop::collection::vec(0_usize..14, 1..4),
        ) {
            let filters: Vec<Filter> = chain.iter().map(|&at| every_filter()[at].clone()).collect();
            let _ = decode(bytes, &filters, 0, size);
        }

        /// A header that looks right reaches the decoders behind it.
        #[test]
        fn arbitrary_blosc_frames_never_panic(
            body in prop::collection::vec(any::<u8>(), 0..200),
            flags in any::<u8>(), typesize in any::<u8>(), size in 0_u32..300, block in 0_u32..300,
        ) {
            let mut frame = vec![2, 1, flags, typesize];
            for word in [size, block, 16 + body.len() as u32] {
                frame.extend(word.to_le_bytes());
            }
            frame.extend(&body);
            let _ = decode(frame, &[Filter::Blosc], 0, size as usize);
        }

        #[test]
        fn shuffle_deflate_and_checksum_are_undone(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let size = 4;
            let count = bytes.len() / size;
            let mut shuffled: Vec<u8> =
                (0..size).flat_map(|place| (0..count).map(|at| bytes[at * size + place]).collect::<Vec<_>>()).collect();
            shuffled.extend(&bytes[count * size..]);
            let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::default());
            let mut stored = vec![0; compressor.zlib_compress_bound(shuffled.len())];
            let length = compressor.zlib_compress(&shuffled, &mut stored).unwrap();
            stored.truncate(length);
            let sum = fletcher32(&stored);
            stored.extend(sum.to_le_bytes());
            let filters = [Filter::Shuffle { element_size: element_size(size as u32) }, Filter::Deflate { level: 4 }, Filter::Fletcher32];
            prop_assert_eq!(decode(stored, &filters, 0, bytes.len()), Ok(bytes.clone()));
            prop_assert_eq!(decode(bytes.clone(), &filters, 0b111, bytes.len()), Ok(bytes));
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

    /// Found by fuzzing: a long chain of filters works for minutes on a few bytes.
    #[test]
    fn there_are_at_most_32_filters() {
        let chain = vec![Filter::Shuffle { element_size: element_size(1) }; 33];
        assert_eq!(decode(vec![7], &chain[1..], 0, 1), Ok(vec![7]));
        let Err(DecodeError::Corrupt(message)) = decode(vec![7], &chain, 0, 1) else { panic!("33 filters") };
        assert_eq!(message, "33 filters, expected at most 32");
    }

    #[test]
    fn unknown_filter_is_named() {
        let filter = Filter::Unknown { id: 32026, name: "blosc2".into() };
        let Err(DecodeError::Unsupported(message)) = decode(vec![0; 4], &[filter], 0, 4) else {
            panic!("an unknown filter was accepted");
        };
        assert!(message.contains("32026") && message.contains("blosc2"));
    }
}
