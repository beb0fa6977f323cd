//! Walks over the chunk index of an HDF5 dataset, of every kind.

use hdf5_reader::btree_v1::{BTreeV1Key, collect_btree_v1_leaves_storage};
use hdf5_reader::chunk_index::{
    ChunkEntry, collect_implicit_chunk_entries, collect_v2_chunk_entries_storage, single_chunk_entry,
};
use hdf5_reader::error::Result as Hdf5Result;
use hdf5_reader::extensible_array::collect_extensible_array_chunk_entries_storage;
use hdf5_reader::fixed_array::collect_fixed_array_chunk_entries_storage;
use hdf5_reader::storage::Storage;

use super::error::convert_error;
use crate::Result;
use crate::manifest::{ChunkLocation, ChunkTable, IndexAddress, IndexKind, chunk_counts, chunk_number};
use crate::source::ByteSource;

/// All chunks that were written.
///
/// # Errors
/// The format's, [`crate::FormatError::Pending`] among them.
pub(crate) fn locate(source: &SourceView<'_>, object: &str, index: &IndexAddress) -> Result<ChunkTable> {
    if index.address == u64::MAX || index.shape.contains(&0) {
        return Ok(ChunkTable::default());
    }
    let entries = walk(source, index).map_err(|error| convert_error(source.source, object, index.address, &error))?;
    let whole = index.chunk_shape.iter().map(|&length| u64::from(length)).product::<u64>() * index.element_size as u64;
    let lengths = |lengths: &mut dyn Iterator<Item = u64>| -> Vec<usize> {
        lengths.map(|length| usize::try_from(length).unwrap_or(usize::MAX)).collect()
    };
    let chunk_shape = lengths(&mut index.chunk_shape.iter().map(|&length| u64::from(length)));
    let counts = chunk_counts(&lengths(&mut index.shape.iter().copied()), &chunk_shape);
    let place = |entry: ChunkEntry| {
        let number = chunk_number(entry.offsets.iter().copied(), &chunk_shape, &counts)?;
        let length = if index.filtered && entry.size > 0 { entry.size } else { whole };
        let offset = entry.address.saturating_add(index.base_address);
        Some(ChunkLocation { number, offset, length, skipped_filters: entry.filter_mask })
    };
    Ok(ChunkTable::new(entries.into_iter().filter_map(place).collect()))
}

/// A file's bytes, counted from its superblock.
pub(crate) struct SourceView<'a> {
    source: &'a ByteSource,
    base: u64,
}

impl<'a> SourceView<'a> {
    pub(crate) fn new(source: &'a ByteSource, index: &IndexAddress) -> Self {
        Self { source, base: index.base_address }
    }
}

impl Storage for SourceView<'_> {
    fn len(&self) -> u64 {
        self.source.len().saturating_sub(self.base)
    }

    fn read_range(&self, offset: u64, length: usize) -> Hdf5Result<hdf5_reader::storage::StorageBuffer> {
        let position = offset.checked_add(self.base).ok_or(hdf5_reader::error::Error::OffsetOutOfBounds(offset))?;
        self.source.read_range(position, length)
    }
}

fn walk(storage: &SourceView<'_>, index: &IndexAddress) -> Hdf5Result<Vec<ChunkEntry>> {
    let (offset_size, length_size) = (index.offset_size, index.length_size);
    let rank = index.shape.len();
    match index.kind {
        IndexKind::BTreeV1 => {
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
        IndexKind::SingleChunk { filtered_size, skipped_filters } => {
            Ok(vec![single_chunk_entry(index.address, filtered_size, skipped_filters, rank)])
        }
        IndexKind::Implicit => collect_implicit_chunk_entries(
            index.address,
            &index.shape,
            &index.chunk_shape,
            index.element_size,
            None,
            storage.len(),
        ),
        IndexKind::FixedArray => collect_fixed_array_chunk_entries_storage(
            storage,
            index.address,
            offset_size,
            length_size,
            &index.shape,
            &index.chunk_shape,
            None,
        ),
        IndexKind::ExtensibleArray => collect_extensible_array_chunk_entries_storage(
            storage,
            index.address,
            offset_size,
            length_size,
            &index.shape,
            index.max_shape.as_deref(),
            &index.chunk_shape,
            None,
        ),
        IndexKind::BTreeV2 => collect_v2_chunk_entries_storage(
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
