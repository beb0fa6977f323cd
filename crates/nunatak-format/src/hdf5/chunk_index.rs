//! Where the chunks of an HDF5 dataset lie, for every kind of chunk index.

use hdf5_reader::btree_v1::{BTreeV1Key, collect_btree_v1_leaves_storage};
use hdf5_reader::chunk_index::{
    ChunkEntry, collect_implicit_chunk_entries, collect_v2_chunk_entries_storage, single_chunk_entry,
};
use hdf5_reader::error::Result as Hdf5Result;
use hdf5_reader::extensible_array::collect_extensible_array_chunk_entries_storage;
use hdf5_reader::fixed_array::collect_fixed_array_chunk_entries_storage;
use hdf5_reader::messages::layout::ChunkIndexing;

use super::Handle;
use crate::Result;
use crate::stored::ChunkLocation;

/// What is needed to walk a dataset's chunk index.
pub(super) struct IndexAddress {
    pub(super) object: String,
    pub(super) address: u64,
    pub(super) shape: Vec<u64>,
    pub(super) max_shape: Option<Vec<u64>>,
    pub(super) chunk_shape: Vec<u32>,
    pub(super) element_size: usize,
    pub(super) filtered: bool,
    pub(super) indexing: Option<ChunkIndexing>,
}

/// All chunks that were written, by the first index they hold.
pub(super) fn locate(
    handle: &Handle,
    index: &IndexAddress,
) -> Result<std::collections::HashMap<Vec<u64>, ChunkLocation>> {
    if index.address == u64::MAX || index.shape.contains(&0) {
        return Ok(std::collections::HashMap::new());
    }
    let entries = walk(handle, index).map_err(|error| handle.error(&index.object, index.address, &error))?;
    let base = handle.parser.superblock().base_address;
    let whole = index.chunk_shape.iter().map(|&length| u64::from(length)).product::<u64>() * index.element_size as u64;
    Ok(entries
        .into_iter()
        .map(|entry| {
            let length = if index.filtered && entry.size > 0 { entry.size } else { whole };
            let location = ChunkLocation {
                offset: entry.address.saturating_add(base),
                length,
                skipped_filters: entry.filter_mask,
            };
            (entry.offsets, location)
        })
        .collect())
}

fn walk(handle: &Handle, index: &IndexAddress) -> Hdf5Result<Vec<ChunkEntry>> {
    let storage = handle.parser.storage();
    let superblock = handle.parser.superblock();
    let (offset_size, length_size) = (superblock.offset_size, superblock.length_size);
    let rank = index.shape.len();
    match &index.indexing {
        None => {
            let leaves = collect_btree_v1_leaves_storage(
                storage,
                index.address,
                offset_size,
                length_size,
                u32::try_from(rank).ok(),
                &index.chunk_shape,
                None,
            )?;
            Ok(leaves.into_iter().filter_map(|(key, address)| from_btree_v1(key, address, rank)).collect())
        }
        Some(ChunkIndexing::SingleChunk { filtered_size, filters }) => {
            Ok(vec![single_chunk_entry(index.address, *filtered_size, *filters, rank)])
        }
        Some(ChunkIndexing::Implicit) => collect_implicit_chunk_entries(
            index.address,
            &index.shape,
            &index.chunk_shape,
            index.element_size,
            None,
            handle.source.len(),
        ),
        Some(ChunkIndexing::FixedArray { .. }) => collect_fixed_array_chunk_entries_storage(
            storage,
            index.address,
            offset_size,
            length_size,
            &index.shape,
            &index.chunk_shape,
            None,
        ),
        Some(ChunkIndexing::ExtensibleArray { .. }) => collect_extensible_array_chunk_entries_storage(
            storage,
            index.address,
            offset_size,
            length_size,
            &index.shape,
            index.max_shape.as_deref(),
            &index.chunk_shape,
            None,
        ),
        Some(ChunkIndexing::BTreeV2) => collect_v2_chunk_entries_storage(
            storage,
            index.address,
            offset_size,
            length_size,
            u32::try_from(rank).unwrap_or(u32::MAX),
            &index.chunk_shape,
            None,
        ),
    }
}

fn from_btree_v1(key: BTreeV1Key, address: u64, rank: usize) -> Option<ChunkEntry> {
    match key {
        BTreeV1Key::RawData { chunk_size, filter_mask, mut offsets } => {
            // The key ends with an offset inside the element, always zero.
            offsets.truncate(rank);
            Some(ChunkEntry { address, size: u64::from(chunk_size), filter_mask, offsets })
        }
        BTreeV1Key::Group { .. } => None,
    }
}
