//! Decompressors that are costly to make, kept for the next chunk.

use libdeflater::Decompressor;

use super::error::{DecodeError, corrupt};

/// One decompressor of each kind.
pub(super) struct Codecs {
    inflate: Decompressor,
    /// Made when first needed.
    zstd: Option<zstd::bulk::Decompressor<'static>>,
}

impl Codecs {
    pub(super) fn new() -> Self {
        Self { inflate: Decompressor::new(), zstd: None }
    }

    /// Undoes deflate with zlib's header; the number of bytes written.
    pub(super) fn inflate(&mut self, input: &[u8], out: &mut [u8]) -> Result<usize, DecodeError> {
        self.inflate.zlib_decompress(input, out).map_err(|error| corrupt("deflate", error))
    }

    /// Undoes Zstandard; the number of bytes written.
    pub(super) fn zstd(&mut self, input: &[u8], out: &mut [u8]) -> Result<usize, DecodeError> {
        let decompressor = match &mut self.zstd {
            Some(decompressor) => decompressor,
            none => none.insert(zstd::bulk::Decompressor::new().map_err(|error| corrupt("zstd", error))?),
        };
        decompressor.decompress_to_buffer(input, out).map_err(|error| corrupt("zstd", error))
    }
}
