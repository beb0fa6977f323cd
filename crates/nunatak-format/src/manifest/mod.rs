//! Manifests: everything that a file's header says, as plain data.

mod byte_layout;
mod chunk_index;
mod chunk_table;
mod contents;
mod element;
mod evenly_spaced;
mod half_precision;
mod limits;
mod numbers;
mod references;
mod stored;
mod text_padding;

pub(crate) use byte_layout::{ChunkIndex, Layout};
pub(crate) use chunk_index::{IndexAddress, IndexKind};
pub use chunk_table::{ChunkLocation, ChunkTable};
pub(crate) use chunk_table::{chunk_counts, chunk_number, chunk_start};
pub use contents::Manifest;
pub(crate) use element::Element;
pub(crate) use half_precision::{widen, widen_halves};
#[cfg(test)]
pub(crate) use limits::MOST_DIMENSIONS;
pub(crate) use limits::{check_rank, check_shape};
pub(crate) use numbers::StoredNumbers;
pub use references::{ReferencedBytes, VariableReferences};
pub(crate) use stored::{Stored, StoredVariable};
pub(crate) use text_padding::{Padding, text, text_of_bytes};
