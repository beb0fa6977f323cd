//! An HDF5 dataset as a variable.

use std::sync::{Arc, OnceLock};

use hdf5_reader::error::ByteOrder as Hdf5Order;
use hdf5_reader::messages::HdfMessage;
use hdf5_reader::messages::layout::DataLayout;
use hdf5_reader::{Dataset, Datatype, StringSize, VarLenKind};
use nunatak_array::{ByteOrder, DataType, SharedArray};

use super::chunk_index::{IndexAddress, locate};
use super::{Handle, attributes, leaf};
use crate::stored::{Element, Filter, Layout, StoredArray, TextArray, check_shape};
use crate::{FormatError, Result, Storage, Variable};

/// Names that netCDF-C gives to variables that share a dimension's name without being its coordinate.
const NON_COORDINATE_PREFIX: &str = "_nc4_non_coord_";

/// How one element of a dataset becomes values.
enum Kind {
    Fixed(Element),
    Text,
}

/// The dataset as a variable; `None` when its type (compound, opaque, reference, …) has no lazy array.
pub(super) fn variable(
    handle: &Arc<Handle>,
    group: &str,
    dataset: &Dataset,
    dimensions: Vec<String>,
    shape: Vec<usize>,
) -> Result<Option<Variable>> {
    let Some(kind) = kind(dataset.dtype()) else { return Ok(None) };
    let object = format!("{group}/{}", leaf(dataset.name()));
    let (array, storage) = match kind {
        Kind::Fixed(element) => stored(handle, &object, dataset, element, shape)?,
        Kind::Text => (text(handle, &object, dataset), Storage::default()),
    };
    let name = leaf(dataset.name());
    Ok(Some(Variable {
        name: name.strip_prefix(NON_COORDINATE_PREFIX).unwrap_or(name).to_string(),
        dimensions,
        attributes: attributes::convert(&dataset.attributes()),
        array,
        storage,
    }))
}

fn kind(datatype: &Datatype) -> Option<Kind> {
    let order = |order: &Hdf5Order| match order {
        Hdf5Order::LittleEndian => ByteOrder::Little,
        Hdf5Order::BigEndian => ByteOrder::Big,
    };
    let (data_type, order) = match datatype {
        Datatype::FixedPoint { size, signed, byte_order } => (integer(*size, *signed)?, order(byte_order)),
        Datatype::Bitfield { size, byte_order } => (integer(*size, false)?, order(byte_order)),
        Datatype::FloatingPoint { size: 4, byte_order } => (DataType::F32, order(byte_order)),
        Datatype::FloatingPoint { size: 8, byte_order } => (DataType::F64, order(byte_order)),
        Datatype::Enum { base, .. } => return kind(base),
        Datatype::String { size: StringSize::Fixed(1), .. } => (DataType::Bytes(1), ByteOrder::Little),
        Datatype::String { .. } | Datatype::VarLen { kind: VarLenKind::String, .. } => return Some(Kind::Text),
        _ => return None,
    };
    Some(Kind::Fixed(Element { data_type, order }))
}

fn integer(size: u8, signed: bool) -> Option<DataType> {
    Some(match (size, signed) {
        (1, true) => DataType::I8,
        (1, false) => DataType::U8,
        (2, true) => DataType::I16,
        (2, false) => DataType::U16,
        (4, true) => DataType::I32,
        (4, false) => DataType::U32,
        (8, true) => DataType::I64,
        (8, false) => DataType::U64,
        _ => return None,
    })
}

fn text(handle: &Arc<Handle>, object: &str, dataset: &Dataset) -> SharedArray {
    let shape = dataset.shape().iter().map(|&length| length as usize).collect();
    let (owner, name, dataset) = (Arc::clone(handle), object.to_string(), dataset.clone());
    Arc::new(TextArray {
        source: Arc::clone(&handle.source),
        object: object.to_string(),
        shape,
        read: Box::new(move || dataset.read_strings().map_err(|error| owner.error(&name, dataset.address(), &error))),
        texts: OnceLock::new(),
    })
}

fn stored(
    handle: &Arc<Handle>,
    object: &str,
    dataset: &Dataset,
    element: Element,
    shape: Vec<usize>,
) -> Result<(SharedArray, Storage)> {
    let header = handle
        .parser
        .get_or_parse_header(dataset.address())
        .map_err(|error| handle.error(object, dataset.address(), &error))?;
    let mut raw_layout = None;
    let mut filters = Vec::new();
    for message in &header.messages {
        match message {
            HdfMessage::DataLayout(message) => raw_layout = Some(&message.layout),
            HdfMessage::FilterPipeline(message) => {
                filters = message.filters.iter().map(|one| Filter::new(one, None)).collect()
            }
            HdfMessage::ExternalFiles(_) => {
                return Err(FormatError::Unsupported {
                    path: handle.source.path().to_path_buf(),
                    object: object.to_string(),
                    feature: "data in external files".into(),
                });
            }
            _ => {}
        }
    }
    check_shape(&handle.source, object, dataset.address(), &shape, element.size(), None)?;
    let stored_shape: Vec<usize> = dataset.shape().iter().map(|&length| length as usize).collect();
    let storage = storage(&filters, element, dataset);
    let layout = layout(handle, object, dataset, element, raw_layout, filters)?;
    let fill = dataset.fill_value().and_then(|fill| fill.value.clone());
    let source = Arc::clone(&handle.source);
    let object = object.to_string();
    Ok((Arc::new(StoredArray { source, object, element, shape, stored_shape, fill, layout }), storage))
}

fn layout(
    handle: &Arc<Handle>,
    object: &str,
    dataset: &Dataset,
    element: Element,
    raw: Option<&DataLayout>,
    filters: Vec<Filter>,
) -> Result<Layout> {
    let malformed = |problem: &str| FormatError::Malformed {
        path: handle.source.path().to_path_buf(),
        object: object.to_string(),
        offset: dataset.address(),
        problem: problem.into(),
    };
    let base = handle.parser.superblock().base_address;
    match raw {
        None => Err(malformed("expected a data layout message, found none")),
        Some(DataLayout::Compact { data }) => Ok(Layout::Compact(data.clone())),
        Some(DataLayout::Contiguous { address: u64::MAX, .. }) => Ok(Layout::Unwritten),
        Some(DataLayout::Contiguous { address, .. }) => {
            let row: u64 = dataset.shape().iter().skip(1).product();
            Ok(Layout::Strided {
                offset: address.saturating_add(base),
                first_stride: row.saturating_mul(element.size() as u64),
            })
        }
        Some(DataLayout::Chunked { address, dims, chunk_indexing, .. }) => {
            let rank = dataset.ndim();
            if dims.len() < rank || dims[..rank].contains(&0) {
                return Err(malformed("expected a chunk shape of the variable's rank, without zeros"));
            }
            let chunk_shape: Vec<usize> = dims[..rank].iter().map(|&length| length as usize).collect();
            let shape: Vec<usize> = dataset.shape().iter().map(|&length| length as usize).collect();
            check_shape(&handle.source, object, dataset.address(), &shape, element.size(), Some(&chunk_shape))?;
            let index = IndexAddress {
                object: object.to_string(),
                address: *address,
                shape: dataset.shape().to_vec(),
                max_shape: dataset.max_dims().map(<[u64]>::to_vec),
                chunk_shape: dims[..rank].to_vec(),
                element_size: element.size(),
                filtered: !filters.is_empty(),
                indexing: chunk_indexing.clone(),
            };
            let owner = Arc::clone(handle);
            let index = crate::stored::LazyIndex::new(Box::new(move || locate(&owner, &index)));
            Ok(Layout::Chunked { chunk_shape, filters, index })
        }
    }
}

fn storage(filters: &[Filter], element: Element, dataset: &Dataset) -> Storage {
    Storage {
        chunk_shape: dataset.chunks().map(|shape| shape.iter().map(|&length| length as usize).collect()),
        deflate: filters.iter().find_map(|filter| match filter {
            Filter::Deflate { level } => Some(*level),
            _ => None,
        }),
        shuffle: filters.iter().any(|filter| matches!(filter, Filter::Shuffle { .. })),
        fletcher32: filters.contains(&Filter::Fletcher32),
        big_endian: element.order == ByteOrder::Big,
    }
}
