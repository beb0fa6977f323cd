//! Addresses of HDF5 chunk indices, which are walked when a chunk is first wanted.

use hdf5_reader::messages::layout::ChunkIndexing;
use serde::{Deserialize, Serialize};

/// The kinds of chunk index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum IndexKind {
    BTreeV1,
    BTreeV2,
    SingleChunk { filtered_size: u64, skipped_filters: u32 },
    Implicit,
    FixedArray,
    ExtensibleArray,
}

impl IndexKind {
    pub(crate) fn of(indexing: Option<&ChunkIndexing>) -> Self {
        match indexing {
            None => Self::BTreeV1,
            Some(ChunkIndexing::SingleChunk { filtered_size, filters }) => {
                Self::SingleChunk { filtered_size: *filtered_size, skipped_filters: *filters }
            }
            Some(ChunkIndexing::Implicit) => Self::Implicit,
            Some(ChunkIndexing::FixedArray { .. }) => Self::FixedArray,
            Some(ChunkIndexing::ExtensibleArray { .. }) => Self::ExtensibleArray,
            Some(ChunkIndexing::BTreeV2) => Self::BTreeV2,
        }
    }
}

/// What is needed to walk a dataset's chunk index, without the rest of the header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IndexAddress {
    pub(crate) address: u64,
    pub(crate) shape: Vec<u64>,
    pub(crate) max_shape: Option<Vec<u64>>,
    pub(crate) chunk_shape: Vec<u32>,
    pub(crate) element_size: usize,
    pub(crate) filtered: bool,
    pub(crate) kind: IndexKind,
    pub(crate) offset_size: u8,
    pub(crate) length_size: u8,
    /// Where the file's addresses count from.
    pub(crate) base_address: u64,
}

impl IndexAddress {
    /// Whether it is the index of an array of this shape, in chunks of this shape, of elements of this size.
    pub(crate) fn is_of(&self, shape: &[usize], chunk_shape: &[usize], element_size: usize) -> bool {
        let same =
            |own: &mut dyn Iterator<Item = u64>, other: &[usize]| own.eq(other.iter().map(|&length| length as u64));
        same(&mut self.shape.iter().copied(), shape)
            && same(&mut self.chunk_shape.iter().map(|&length| u64::from(length)), chunk_shape)
            && self.element_size == element_size
    }
}
