//! What a group holds: names and where they lead, in the order netCDF-C lists them.

use hdf5_reader::btree_v1::collect_btree_v1_leaves_storage;
use hdf5_reader::btree_v2::{BTreeV2Header, BTreeV2Record, collect_btree_v2_records_storage};
use hdf5_reader::error::{Error, Result};
use hdf5_reader::io::Cursor;
use hdf5_reader::local_heap::LocalHeap;
use hdf5_reader::messages::link::{self, LinkMessage, LinkTarget};
use hdf5_reader::messages::{MSG_LINK, MSG_LINK_INFO, MSG_SYMBOL_TABLE, link_info, symbol_table_msg};
use hdf5_reader::symbol_table::SymbolTableNode;

use super::fractal_heap::Heap;
use super::handle::Handle;
use super::header::Header;

/// Links of a group: in order of creation when the group tracks it, by name when it does not.
pub(super) fn links(handle: &Handle, header: &Header) -> Result<Vec<LinkMessage>> {
    let parser = &handle.parser;
    let superblock = parser.superblock();
    let (offset_size, length_size) = (superblock.offset_size, superblock.length_size);
    let mut links = Vec::new();
    if let Some(table) = header.message(parser, MSG_SYMBOL_TABLE)? {
        let table = symbol_table_msg::parse(&mut Cursor::new(&table), offset_size, length_size, table.len())?;
        links = symbol_table(handle, table.btree_address, table.heap_address)?;
    }
    for bytes in header.messages(parser, MSG_LINK) {
        let bytes = bytes?;
        charge(handle, bytes.len())?;
        links.push(link::parse(&mut Cursor::new(&bytes), offset_size, length_size, bytes.len())?);
    }
    if let Some(info) = header.message(parser, MSG_LINK_INFO)? {
        let info = link_info::parse(&mut Cursor::new(&info), offset_size, length_size, info.len())?;
        let objects = heap_objects(handle, info.fractal_heap_address, info.btree_name_index_address)?;
        for bytes in objects {
            handle.budget.link().map_err(Error::InvalidData)?;
            links.push(link::parse(&mut Cursor::new(&bytes), offset_size, length_size, bytes.len())?);
        }
    }
    if links.iter().all(|link| link.creation_order.is_some()) {
        links.sort_by_key(|link| link.creation_order);
    } else {
        links.sort_by(|one, other| one.name.cmp(&other.name));
    }
    Ok(links)
}

/// One more link, whose name and path have so many bytes.
fn charge(handle: &Handle, bytes: usize) -> Result<()> {
    handle.budget.link().and_then(|()| handle.budget.metadata(bytes)).map_err(Error::InvalidData)
}

/// The objects of a fractal heap in the order of a B-tree over it; none when there is no heap.
pub(super) fn heap_objects(handle: &Handle, heap_address: u64, index_address: u64) -> Result<Vec<Vec<u8>>> {
    let superblock = handle.parser.superblock();
    let (offset_size, length_size) = (superblock.offset_size, superblock.length_size);
    if Cursor::is_undefined_offset(heap_address, offset_size) {
        return Ok(Vec::new());
    }
    let storage = handle.parser.storage();
    let mut heap = Heap::open(handle, heap_address)?;
    let index = BTreeV2Header::parse_at_storage(storage, index_address, offset_size, length_size)?;
    let records = collect_btree_v2_records_storage(storage, &index, offset_size, length_size, None, &[], None)?;
    records
        .iter()
        .filter_map(|record| match record {
            BTreeV2Record::LinkNameHash { heap_id, .. }
            | BTreeV2Record::CreationOrder { heap_id, .. }
            | BTreeV2Record::AttributeNameHash { heap_id, .. }
            | BTreeV2Record::AttributeCreationOrder { heap_id, .. } => Some(heap_id),
            _ => None,
        })
        .map(|id| heap.object(id))
        .collect()
}

/// A symbol table entry whose scratch holds the place of a soft link's path.
const SOFT: u32 = 2;

/// Links of a group as HDF5 1.6 wrote it: a B-tree of nodes of names, the names in a heap.
fn symbol_table(handle: &Handle, tree: u64, heap: u64) -> Result<Vec<LinkMessage>> {
    let superblock = handle.parser.superblock();
    let (offset_size, length_size) = (superblock.offset_size, superblock.length_size);
    let storage = handle.parser.storage();
    let heap = LocalHeap::parse_at_storage(storage, heap, offset_size, length_size)?;
    let names_length = usize::try_from(heap.data_segment_size).unwrap_or(usize::MAX);
    let leaves = collect_btree_v1_leaves_storage(storage, tree, offset_size, length_size, None, &[], None)?;
    if leaves.is_empty() {
        return Ok(Vec::new());
    }
    let names = storage.read_range(heap.data_segment_address, names_length)?;
    let mut links = Vec::new();
    for (_, address) in leaves {
        let prefix = storage.read_range(address, 8)?;
        let symbols = usize::from(u16::from_le_bytes([prefix.as_ref()[6], prefix.as_ref()[7]]));
        let length = 8 + symbols * (2 * usize::from(offset_size) + 24);
        let node = storage.read_range(address, length)?;
        let node = SymbolTableNode::parse(&mut Cursor::new(node.as_ref()), offset_size, length_size)?;
        for entry in node.entries {
            let name = bytes_at(&names, entry.link_name_offset)?;
            let path = match entry.cache_type {
                SOFT => {
                    let [a, b, c, d, ..] = entry.scratch;
                    Some(bytes_at(&names, u64::from(u32::from_le_bytes([a, b, c, d])))?)
                }
                _ => None,
            };
            charge(handle, name.len() + path.map_or(0, <[u8]>::len))?;
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let target = match path {
                Some(path) => LinkTarget::Soft { path: text(path) },
                None => LinkTarget::Hard { address: entry.object_header_address },
            };
            links.push(LinkMessage { name: text(name), target, creation_order: None });
        }
    }
    Ok(links)
}

/// The bytes of a name, up to the zero behind it.
fn bytes_at(heap: &[u8], offset: u64) -> Result<&[u8]> {
    let rest =
        usize::try_from(offset).ok().and_then(|offset| heap.get(offset..)).ok_or(Error::OffsetOutOfBounds(offset))?;
    let end = rest.iter().position(|&byte| byte == 0).unwrap_or(rest.len());
    Ok(&rest[..end])
}
