//! What an object header says: a group, a dataset, or something that is neither.

use std::rc::Rc;

use hdf5_reader::error::{Error, Result};
use hdf5_reader::io::Cursor;
use hdf5_reader::messages::attribute_info;
use hdf5_reader::messages::dataspace::{self, DataspaceMessage, DataspaceType};
use hdf5_reader::messages::fill_value::{self, FillTime, FillValueMessage};
use hdf5_reader::messages::filter_pipeline::{self, FilterDescription};
use hdf5_reader::messages::layout::{self, DataLayout};
use hdf5_reader::messages::{
    MSG_ATTRIBUTE, MSG_ATTRIBUTE_INFO, MSG_DATA_LAYOUT, MSG_DATASPACE, MSG_DATATYPE, MSG_EXTERNAL_FILES,
    MSG_FILL_VALUE, MSG_FILL_VALUE_OLD, MSG_FILTER_PIPELINE, MSG_GROUP_INFO, MSG_LINK, MSG_LINK_INFO, MSG_SYMBOL_TABLE,
};
use hdf5_reader::{Datatype, Hdf5File};

use super::handle::Handle;
use super::header::Header;
use super::links::heap_objects;
use super::raw_attribute::RawAttribute;
use super::raw_type::{TYPE_EXPANSION, parse_type};
use crate::manifest::check_rank;

/// Where the data of a dataset are.
pub(super) enum DataLocation {
    /// In this file.
    Here(DataLayout),
    /// In datasets of other files.
    Virtual,
    /// In other files, as bytes.
    External,
}

/// A dataset at one of its paths.
pub(super) struct Dataset {
    pub(super) name: String,
    pub(super) address: u64,
    pub(super) header: Rc<DatasetHeader>,
    /// Addresses of the dimension scales of its axes, where there are any.
    pub(super) scales: Vec<Option<u64>>,
}

/// A dataset's header, the same for all paths to it.
pub(super) struct DatasetHeader {
    pub(super) shape: Vec<u64>,
    pub(super) max_shape: Option<Vec<u64>>,
    pub(super) datatype: Datatype,
    pub(super) place: DataLocation,
    pub(super) filters: Vec<FilterDescription>,
    /// One element; `None` for zeros.
    pub(super) fill: Option<Vec<u8>>,
    pub(super) attributes: Vec<RawAttribute>,
    /// Bytes that what is made of its type and its filters takes for each path, about.
    pub(super) own_bytes: usize,
}

impl DatasetHeader {
    /// The attribute of this name, when it can be read.
    pub(super) fn attribute(&self, name: &str) -> Option<&RawAttribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// Whether the file lets an axis grow.
    pub(super) fn is_unlimited(&self, axis: usize) -> bool {
        self.max_shape.as_ref().is_some_and(|lengths| lengths.get(axis) == Some(&u64::MAX))
    }
}

/// Which kind of object a header is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ObjectKind {
    Group,
    Dataset,
    /// A committed type.
    Other,
}

pub(super) fn kind(header: &Header) -> ObjectKind {
    if [MSG_SYMBOL_TABLE, MSG_LINK, MSG_LINK_INFO, MSG_GROUP_INFO].into_iter().any(|kind| header.has(kind)) {
        return ObjectKind::Group;
    }
    if [MSG_DATASPACE, MSG_DATA_LAYOUT].into_iter().any(|kind| header.has(kind)) {
        return ObjectKind::Dataset;
    }
    if header.has(MSG_DATATYPE) { ObjectKind::Other } else { ObjectKind::Group }
}

/// The attributes in a header and those kept outside it, in order of creation where that is known.
pub(super) fn attributes(handle: &Handle, header: &Header) -> Result<Vec<RawAttribute>> {
    let parser = &handle.parser;
    let mut attributes = Vec::new();
    for bytes in header.messages(parser, MSG_ATTRIBUTE) {
        let bytes = bytes?;
        handle.budget.metadata(bytes.len()).map_err(Error::InvalidData)?;
        attributes.push(RawAttribute::parse(handle, &bytes)?);
    }
    if let Some(info) = header.message(parser, MSG_ATTRIBUTE_INFO)? {
        let superblock = parser.superblock();
        let mut cursor = Cursor::new(&info);
        let info = attribute_info::parse(&mut cursor, superblock.offset_size, superblock.length_size, info.len())?;
        let by_creation = info
            .btree_creation_order_address
            .filter(|&address| !Cursor::is_undefined_offset(address, superblock.offset_size));
        let index = by_creation.unwrap_or(info.btree_name_index_address);
        for bytes in heap_objects(handle, info.fractal_heap_address, index)? {
            attributes.push(RawAttribute::parse(handle, &bytes)?);
        }
    }
    Ok(attributes)
}

/// The dataset of this header.
pub(super) fn dataset(handle: &Handle, header: &Header) -> Result<DatasetHeader> {
    let parser = &handle.parser;
    let required = |kind: u16, what: &str| {
        header.message(parser, kind)?.ok_or_else(|| Error::InvalidData(format!("dataset has no {what}")))
    };
    let superblock = parser.superblock();
    let (offset_size, length_size) = (superblock.offset_size, superblock.length_size);
    let space = required(MSG_DATASPACE, "shape")?;
    let space: DataspaceMessage = dataspace::parse(&mut Cursor::new(&space), offset_size, length_size, space.len())?;
    if space.dataspace_type == DataspaceType::Null {
        return Err(Error::UnsupportedEncoding("a dataset without values (null dataspace)".into()));
    }
    check_rank(space.dims.len()).map_err(Error::UnsupportedEncoding)?;
    let filters = header.message(parser, MSG_FILTER_PIPELINE)?;
    let filters = match &filters {
        Some(bytes) => filter_pipeline::parse(&mut Cursor::new(bytes), offset_size, length_size, bytes.len())?.filters,
        None => Vec::new(),
    };
    let has_nbit = filters.iter().any(|filter| filter.id == hdf5_reader::filters::FILTER_NBIT);
    let datatype = required(MSG_DATATYPE, "type")?;
    let own_bytes = TYPE_EXPANSION * datatype.len() + filters.iter().map(bytes_of_filter).sum::<usize>();
    handle.budget.metadata(own_bytes).map_err(Error::InvalidData)?;
    let datatype = parse_type(&datatype, has_nbit)?;
    let place = place(parser, header, &required(MSG_DATA_LAYOUT, "layout")?, space.dims.len())?;
    Ok(DatasetHeader {
        shape: space.dims,
        max_shape: space.max_dims,
        datatype,
        place,
        filters,
        own_bytes,
        fill: fill(parser, header)?,
        attributes: attributes(handle, header)?,
    })
}

fn bytes_of_filter(filter: &FilterDescription) -> usize {
    size_of_val(&filter.client_data[..]) + filter.name.as_ref().map_or(0, String::len)
}

/// Classes of layouts.
const CHUNKED_CLASS: u8 = 2;
const VIRTUAL_CLASS: u8 = 3;
/// Flag of a chunked layout: `H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS`.
const UNFILTERED_EDGES: u8 = 1;

fn place(parser: &Hdf5File, header: &Header, bytes: &[u8], rank: usize) -> Result<DataLocation> {
    if header.has(MSG_EXTERNAL_FILES) {
        return Ok(DataLocation::External);
    }
    if matches!(bytes, [version, VIRTUAL_CLASS, ..] if *version >= 3) {
        return Ok(DataLocation::Virtual);
    }
    if matches!(bytes, [version, CHUNKED_CLASS, flags, ..] if *version >= 4 && flags & UNFILTERED_EDGES != 0) {
        return Err(Error::UnsupportedEncoding(
            "chunks that are filtered inside the dataset but not at its edges".into(),
        ));
    }
    let superblock = parser.superblock();
    let mut cursor = Cursor::new(bytes);
    let message = layout::parse(&mut cursor, superblock.offset_size, superblock.length_size, bytes.len())?;
    Ok(DataLocation::Here(match message.layout {
        // Versions before 4 keep the size of an element behind the chunk's lengths.
        DataLayout::Chunked { address, mut dims, element_size, chunk_indexing } if dims.len() == rank + 1 => {
            let last = dims.pop().unwrap_or(0);
            let element_size = if element_size == 0 { last } else { element_size };
            DataLayout::Chunked { address, dims, element_size, chunk_indexing }
        }
        other => other,
    }))
}

/// The fill value where data were never written. What is never filled reads as zeros.
fn fill(parser: &Hdf5File, header: &Header) -> Result<Option<Vec<u8>>> {
    let superblock = parser.superblock();
    let (offset_size, length_size) = (superblock.offset_size, superblock.length_size);
    let message: FillValueMessage = if let Some(bytes) = header.message(parser, MSG_FILL_VALUE)? {
        fill_value::parse_new(&mut Cursor::new(&bytes), offset_size, length_size, bytes.len())?
    } else if let Some(bytes) = header.message(parser, MSG_FILL_VALUE_OLD)? {
        fill_value::parse_old(&mut Cursor::new(&bytes), offset_size, length_size, bytes.len())?
    } else {
        return Ok(None);
    };
    // The file's codes are 0 at allocation, 1 never, 2 if set; hdf5-reader 0.12.1 calls them by other names.
    let is_never = message.fill_time == FillTime::Always;
    Ok(message.value.filter(|value| !value.is_empty() && !is_never))
}
