use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{ChunkTable, Element, EvenNumbers, Filter};
use crate::hdf5::IndexAddress;
use crate::manifest::ReferencedBytes;

/// Where the bytes of a variable are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Layout {
    /// In the metadata, in the file's byte order.
    Compact(Vec<u8>),
    /// In the metadata, as evenly spaced numbers.
    Even(EvenNumbers),
    /// In one run; along the first axis elements are `first_stride` bytes apart (more than the row for NetCDF-3 records).
    Strided { offset: u64, first_stride: u64 },
    /// Nowhere: never written.
    Unwritten,
    /// In chunks.
    Chunked { chunk_shape: Vec<usize>, filters: Vec<Filter>, index: ChunkIndex },
}

/// Where the chunks are: in a table, or in an index of the file that is walked when a chunk is first wanted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum ChunkIndex {
    Deferred(IndexAddress),
    Known(Arc<ChunkTable>),
}

impl Layout {
    /// Names and parameters of the filters, in the order they were applied.
    pub(crate) fn filter_names(&self) -> Vec<(String, Vec<u32>)> {
        match self {
            Self::Chunked { filters, .. } => filters.iter().map(Filter::name_and_parameters).collect(),
            _ => Vec::new(),
        }
    }

    pub(crate) fn references(&self, element: Element) -> ReferencedBytes {
        match self {
            Self::Even(numbers) => ReferencedBytes::Inline(numbers.to_bytes(element).unwrap_or_default()),
            Self::Compact(bytes) => ReferencedBytes::Inline(bytes.clone()),
            Self::Strided { offset, first_stride } => {
                ReferencedBytes::Strided { offset: *offset, first_stride: *first_stride }
            }
            Self::Unwritten => ReferencedBytes::Unwritten,
            Self::Chunked { index: ChunkIndex::Deferred(_), .. } => ReferencedBytes::Deferred,
            Self::Chunked { chunk_shape, index: ChunkIndex::Known(table), .. } => {
                ReferencedBytes::Chunks { chunk_shape: chunk_shape.clone(), table: Arc::clone(table) }
            }
        }
    }
}
