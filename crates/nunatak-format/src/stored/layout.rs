use std::collections::HashMap;
use std::sync::OnceLock;

use super::Filter;
use crate::{FormatError, Result};

/// Where one chunk lies in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChunkLocation {
    pub(crate) offset: u64,
    pub(crate) length: u64,
    /// Bit `i`: filter `i` was not applied to this chunk.
    pub(crate) skipped_filters: u32,
}

/// Chunks by the first index they hold; chunks that were never written are absent.
pub(crate) type ChunkIndex = HashMap<Vec<u64>, ChunkLocation>;

/// Looks the chunks of a variable up when it is first read.
pub(crate) type ChunkLocator = Box<dyn Fn() -> Result<ChunkIndex> + Send + Sync>;

/// Where the bytes of a variable are.
pub(crate) enum Layout {
    /// In the metadata.
    Compact(Vec<u8>),
    /// In one run; along the first axis elements are `first_stride` bytes apart (more than the row for NetCDF-3 records).
    Strided { offset: u64, first_stride: u64 },
    /// Nowhere: never written.
    Unwritten,
    /// In chunks.
    Chunked { chunk_shape: Vec<usize>, filters: Vec<Filter>, index: LazyIndex },
}

/// A chunk index that is read from the file once, when it is first needed.
pub(crate) struct LazyIndex {
    locate: ChunkLocator,
    found: OnceLock<ChunkIndex>,
}

impl LazyIndex {
    pub(crate) fn new(locate: ChunkLocator) -> Self {
        Self { locate, found: OnceLock::new() }
    }

    pub(crate) fn get(&self) -> Result<&ChunkIndex, FormatError> {
        if let Some(index) = self.found.get() {
            return Ok(index);
        }
        let index = (self.locate)()?;
        Ok(self.found.get_or_init(|| index))
    }
}
