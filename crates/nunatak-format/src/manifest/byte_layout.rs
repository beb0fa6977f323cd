//! Layouts: where the bytes of a variable are.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::chunk_index::IndexAddress;
use super::chunk_table::ChunkTable;
use super::evenly_spaced::EvenlySpaced;
use crate::decode::Filter;

/// Where the bytes of a variable are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Layout {
    /// In the metadata, in the file's byte order.
    Compact(Vec<u8>),
    /// In the metadata, as evenly spaced numbers.
    EvenlySpaced(EvenlySpaced),
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
}
