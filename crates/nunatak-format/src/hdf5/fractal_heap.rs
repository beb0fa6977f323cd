//! Fractal heaps, in which groups keep many links and objects many attributes.
//!
//! An object's identifier says where it is in the heap's own space. That space is cut into blocks by a doubling table:
//! rows of `width` blocks, the first two rows of blocks of the smallest size, each further row of twice the size of the
//! one before. Rows whose blocks would be larger than the largest direct block hold tables of the same kind.
//!
//! ```text
//! row 0   [ s ][ s ][ s ][ s ]
//! row 1   [ s ][ s ][ s ][ s ]
//! row 2   [ 2s    ][ 2s    ][ 2s    ][ 2s    ]
//! …
//! row k   [ a table of its own of as many bytes ] …
//! ```

use std::collections::HashMap;

use hdf5_reader::btree_v2::{BTreeV2Header, BTreeV2Record, collect_btree_v2_records_storage};
use hdf5_reader::checksum::jenkins_lookup3;
use hdf5_reader::error::{Error, Result};
use hdf5_reader::fractal_heap::FractalHeap;
use hdf5_reader::io::Cursor;
use hdf5_reader::messages::filter_pipeline;
use hdf5_reader::storage::StorageBuffer;

use super::doubling_table::DoublingTable;
use super::handle::Handle;
use crate::decode::{Filter, decode};

/// Tables in tables: as deep as the largest heap needs.
const MOST_LEVELS: usize = 64;
const CHECKSUMMED: u8 = 0x02;

/// A heap whose objects are looked up.
pub(super) struct Heap<'a> {
    handle: &'a Handle,
    header: FractalHeap,
    table: DoublingTable,
    filters: Vec<Filter>,
    /// Direct blocks that were read and found right, by address and size.
    blocks: HashMap<(u64, u64), StorageBuffer>,
    /// Objects outside the heap by their number, once one was wanted.
    huge: Option<HashMap<u64, Huge>>,
}

/// A direct block: where it is in the file and in the heap.
struct DirectBlock {
    address: u64,
    start: u64,
    size: u64,
    /// Bytes in the file and filters that were left out, when it is filtered.
    filtered: Option<(u64, u32)>,
}

/// An object that is too large for the heap's blocks.
#[derive(Clone, Copy)]
struct Huge {
    address: u64,
    length: u64,
    /// Filters that were left out, and the length once they are undone.
    filtered: Option<(u32, u64)>,
}

impl<'a> Heap<'a> {
    pub(super) fn open(handle: &'a Handle, address: u64) -> Result<Self> {
        let superblock = handle.parser.superblock();
        let (offset_size, length_size) = (superblock.offset_size, superblock.length_size);
        let header = FractalHeap::parse_at_storage(handle.parser.storage(), address, offset_size, length_size)?;
        let table = DoublingTable::new(header.table_width, header.starting_block_size, header.max_direct_block_size)
            .map_err(Error::InvalidData)?;
        let info = &header.io_filter_info;
        let filters = match info.is_empty() {
            true => Vec::new(),
            false => filter_pipeline::parse(&mut Cursor::new(info), offset_size, length_size, info.len())?.filters,
        };
        let filters = filters.iter().map(|filter| Filter::new(filter, None)).collect();
        Ok(Self { handle, header, table, filters, blocks: HashMap::new(), huge: None })
    }

    /// The bytes of the object of this identifier.
    pub(super) fn object(&mut self, identifier: &[u8]) -> Result<Vec<u8>> {
        let Some((&first, rest)) = identifier.split_first() else { return Err(invalid("an empty identifier")) };
        match (first >> 6, (first >> 4) & 3) {
            (0, 0) => self.managed(rest),
            (0, 1) => self.huge(rest),
            (0, 2) => self.tiny(first, rest),
            _ => Err(invalid(format!("an identifier of unknown kind {first:#x}"))),
        }
    }

    fn charge(&self, bytes: u64) -> Result<usize> {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        self.handle.budget.metadata(bytes).map_err(Error::InvalidData)?;
        Ok(bytes)
    }

    fn managed(&mut self, identifier: &[u8]) -> Result<Vec<u8>> {
        let offset_bytes = usize::from(self.header.max_heap_size).div_ceil(8).max(1);
        let mut cursor = Cursor::new(identifier);
        let offset = cursor.read_uvar(offset_bytes)?;
        let length = cursor.read_uvar(self.table.length_bytes(self.header.max_managed_object_size))?;
        if length == 0 {
            return Ok(Vec::new());
        }
        let block = self.find(offset)?;
        let length = self.charge(length)?;
        let start = usize::try_from(offset - block.start).unwrap_or(usize::MAX);
        let bytes = self.block(&block)?;
        let found = start.checked_add(length).and_then(|end| bytes.get(start..end));
        found.map(<[u8]>::to_vec).ok_or_else(|| invalid(format!("an object at {offset} that is not inside its block")))
    }

    /// The direct block at an offset of the heap.
    fn find(&self, offset: u64) -> Result<DirectBlock> {
        let header = &self.header;
        let superblock = self.handle.parser.superblock();
        let offset_size = superblock.offset_size;
        let mut table = self.defined(header.root_block_address)?;
        let is_filtered = header.io_filters_len > 0;
        if header.current_rows_in_root_indirect == 0 {
            let filtered = header.io_filter_size.filter(|_| is_filtered);
            let filtered = filtered.map(|size| (size, header.io_filter_mask.unwrap_or(0)));
            return Ok(DirectBlock { address: table, start: 0, size: header.starting_block_size, filtered });
        }
        let (mut start, mut rows) = (0, u64::from(header.current_rows_in_root_indirect));
        let direct_entry = u64::from(offset_size) + if is_filtered { u64::from(superblock.length_size) + 4 } else { 0 };
        let head = 5 + u64::from(offset_size) + u64::from(header.max_heap_size).div_ceil(8);
        for _ in 0..MOST_LEVELS {
            if self.read(table, 4)?.as_ref() != b"FHIB" {
                return Err(invalid(format!("no table of blocks at {table:#x}")));
            }
            let place = self.table.entry_at(offset - start).filter(|place| place.row < rows);
            let place = place.ok_or_else(|| invalid(format!("nothing at {offset}")))?;
            let direct = place.number.min(self.table.direct_blocks());
            let entry = head + direct * direct_entry + (place.number - direct) * u64::from(offset_size);
            let is_direct = place.size <= header.max_direct_block_size;
            let length = if is_direct { direct_entry } else { u64::from(offset_size) };
            let entry = table.checked_add(entry).ok_or(Error::OffsetOutOfBounds(table))?;
            let bytes = self.read(entry, usize::try_from(length).unwrap_or(usize::MAX))?;
            let mut cursor = Cursor::new(&bytes);
            table = self.defined(cursor.read_offset(offset_size)?)?;
            start += place.start;
            if is_direct {
                let filtered = match is_filtered {
                    true => Some((cursor.read_length(superblock.length_size)?, cursor.read_u32_le()?)),
                    false => None,
                };
                return Ok(DirectBlock { address: table, start, size: place.size, filtered });
            }
            rows = self.table.rows_of(place.size);
        }
        Err(invalid("tables of blocks in tables without end"))
    }

    fn defined(&self, address: u64) -> Result<u64> {
        if Cursor::is_undefined_offset(address, self.handle.parser.superblock().offset_size) {
            return Err(Error::UndefinedAddress);
        }
        Ok(address)
    }

    fn read(&self, address: u64, length: usize) -> Result<StorageBuffer> {
        self.handle.parser.storage().read_range(address, length)
    }

    fn block(&mut self, block: &DirectBlock) -> Result<&StorageBuffer> {
        let key = (block.address, block.size);
        if !self.blocks.contains_key(&key) {
            let size = usize::try_from(block.size).unwrap_or(usize::MAX);
            let bytes = match block.filtered {
                None => self.read(block.address, size)?,
                Some((stored, skipped)) => {
                    let stored = self.read(block.address, usize::try_from(stored).unwrap_or(usize::MAX))?;
                    StorageBuffer::from_vec(self.decode(&stored, skipped, block.size)?)
                }
            };
            self.verify(&bytes)?;
            self.blocks.insert(key, bytes);
        }
        self.blocks.get(&key).ok_or(Error::UndefinedAddress)
    }

    fn decode(&self, stored: &[u8], skipped: u32, length: u64) -> Result<Vec<u8>> {
        let length = self.charge(length)?;
        let decoded = decode(stored.to_vec(), &self.filters, skipped, length);
        decoded.map_err(|error| invalid(format!("a block of filtered bytes: {error:?}")))
    }

    /// A signature, a version, the heap's address, the offset, and a checksum over all of it with zeros in its place.
    fn verify(&self, block: &[u8]) -> Result<()> {
        let offset_size = usize::from(self.handle.parser.superblock().offset_size);
        let at = 5 + offset_size + usize::from(self.header.max_heap_size).div_ceil(8);
        let (Some(signature), Some(version)) = (block.get(..4), block.get(4)) else {
            return Err(invalid("a block of fewer bytes than its head"));
        };
        if signature != b"FHDB" {
            return Err(invalid("a block without its signature"));
        }
        if *version != 0 {
            return Err(Error::UnsupportedFractalHeapVersion(*version));
        }
        if self.header.flags & CHECKSUMMED == 0 {
            return Ok(());
        }
        let stored = block.get(at..).and_then(<[u8]>::first_chunk).map(|bytes| u32::from_le_bytes(*bytes));
        let expected = stored.ok_or_else(|| invalid("a block of fewer bytes than its head"))?;
        let mut zeroed = block.to_vec();
        zeroed[at..at + 4].fill(0);
        let actual = jenkins_lookup3(&zeroed);
        if expected == actual { Ok(()) } else { Err(Error::ChecksumMismatch { expected, actual }) }
    }

    /// An object whose bytes are in its identifier.
    fn tiny(&self, first: u8, rest: &[u8]) -> Result<Vec<u8>> {
        // Identifiers of more than 18 bytes have a length of twelve bits.
        let (length, bytes) = match (self.header.heap_id_len > 18, rest.split_first()) {
            (true, Some((&low, bytes))) => (usize::from(first & 0x0f) << 8 | usize::from(low), bytes),
            _ => (usize::from(first & 0x0f), rest),
        };
        let found = bytes.get(..=length).ok_or_else(|| invalid("an object longer than its identifier"))?;
        self.charge(found.len() as u64)?;
        Ok(found.to_vec())
    }

    fn huge(&mut self, identifier: &[u8]) -> Result<Vec<u8>> {
        let Huge { address, length, filtered } = self.find_huge(identifier)?;
        let Some((skipped, decoded)) = filtered else {
            let length = self.charge(length)?;
            return Ok(self.read(address, length)?.as_ref().to_vec());
        };
        let stored = self.read(address, usize::try_from(length).unwrap_or(usize::MAX))?;
        self.decode(&stored, skipped, decoded)
    }

    /// Where a huge object is: as its identifier says when that is long enough, else as an index says.
    fn find_huge(&mut self, identifier: &[u8]) -> Result<Huge> {
        let superblock = self.handle.parser.superblock();
        let (offset_size, length_size) = (superblock.offset_size, superblock.length_size);
        let is_filtered = self.header.io_filters_len > 0;
        let direct = usize::from(offset_size)
            + usize::from(length_size) * if is_filtered { 2 } else { 1 }
            + if is_filtered { 4 } else { 0 };
        let mut cursor = Cursor::new(identifier);
        if identifier.len() >= direct {
            let (address, length) = (cursor.read_offset(offset_size)?, cursor.read_length(length_size)?);
            let filtered = match is_filtered {
                true => Some((cursor.read_u32_le()?, cursor.read_length(length_size)?)),
                false => None,
            };
            return Ok(Huge { address, length, filtered });
        }
        let number = cursor.read_uvar(identifier.len().min(8))?;
        if self.huge.is_none() {
            self.huge = Some(self.huge_objects()?);
        }
        let found = self.huge.as_ref().and_then(|huge| huge.get(&number)).copied();
        found.ok_or_else(|| invalid(format!("no object {number} outside the heap")))
    }

    fn huge_objects(&self) -> Result<HashMap<u64, Huge>> {
        let superblock = self.handle.parser.superblock();
        let (offset_size, length_size) = (superblock.offset_size, superblock.length_size);
        let storage = self.handle.parser.storage();
        let address = self.defined(self.header.btree_huge_objects_address)?;
        let index = BTreeV2Header::parse_at_storage(storage, address, offset_size, length_size)?;
        let records = collect_btree_v2_records_storage(storage, &index, offset_size, length_size, None, &[], None)?;
        let located = records.into_iter().filter_map(|record| match record {
            BTreeV2Record::HugeIndirectNonFiltered { address, length, object_id } => {
                Some((object_id, Huge { address, length, filtered: None }))
            }
            BTreeV2Record::HugeIndirectFiltered { address, filtered_length, filter_mask, memory_length, object_id } => {
                let filtered = Some((filter_mask, memory_length));
                Some((object_id, Huge { address, length: filtered_length, filtered }))
            }
            _ => None,
        });
        Ok(located.collect())
    }
}

fn invalid(problem: impl std::fmt::Display) -> Error {
    Error::InvalidData(format!("fractal heap: {problem}"))
}
