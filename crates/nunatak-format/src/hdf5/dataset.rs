//! An HDF5 dataset as a variable.

use std::sync::Arc;

use hdf5_reader::messages::layout::DataLayout;
use nunatak_array::{ByteOrder, DataType};

use super::element_type::{Kind, kind};
use super::handle::Handle;
use super::object::{DataLocation, Dataset};
use super::{attributes, heap};
use crate::decode::Filter;
use crate::manifest::{
    ChunkIndex, Element, IndexAddress, IndexKind, Layout, Stored, StoredNumbers, StoredVariable, check_shape,
};
use crate::{FormatError, Result, Storage, Unreadable};

/// Names that netCDF-C gives to variables that share a dimension's name without being its coordinate.
const NON_COORDINATE_PREFIX: &str = "_nc4_non_coord_";

/// The dataset as a variable.
///
/// # Errors
/// Inside, why its type has no lazy array; outside, what is wrong with the file.
pub(super) fn variable(
    handle: &Handle,
    group: &str,
    dataset: &Dataset,
    dimensions: Vec<String>,
    shape: Vec<usize>,
    unreadable: &mut Vec<Unreadable>,
) -> Result<Option<StoredVariable>> {
    let object = format!("{group}/{}", dataset.name);
    let kind = match kind(&dataset.header.datatype) {
        Ok(kind @ (Kind::HeapSequence(_) | Kind::Block(..))) => Err(name_of(&kind).to_string()),
        other => other,
    };
    let kind = match kind {
        Ok(kind) => kind,
        Err(reason) => {
            unreadable.push(Unreadable { object, reason });
            return Ok(None);
        }
    };
    let compact = match &dataset.header.place {
        DataLocation::Here(DataLayout::Compact { data }) => data.len(),
        _ => 0,
    };
    handle.charged(&object, handle.budget.metadata(dataset.header.own_bytes + compact))?;
    let (element, element_type) = stored_element(handle, &kind);
    let place = StoredPlace { handle, object: &object, dataset, element };
    let mut storage = place.storage();
    storage.element_type = element_type;
    let stored = place.stored(kind, shape)?;
    let name = &dataset.name;
    Ok(Some(StoredVariable {
        name: name.strip_prefix(NON_COORDINATE_PREFIX).unwrap_or(name).to_string(),
        dimensions,
        attributes: attributes::convert(handle, &object, dataset.address, &dataset.header.attributes, unreadable)?,
        storage,
        stored,
    }))
}

fn name_of(kind: &Kind) -> &'static str {
    match kind {
        Kind::HeapSequence(_) => "sequences of variable length",
        _ => "small arrays in every element",
    }
}

/// How an element lies in the file.
fn stored_element(handle: &Handle, kind: &Kind) -> (Element, Option<crate::ElementType>) {
    let bytes = |width| Element { data_type: DataType::Bytes(width), order: ByteOrder::Little };
    match kind {
        Kind::Structured(element, element_type) => (*element, Some(element_type.clone())),
        Kind::Number(element) | Kind::HeapSequence(element) => (*element, None),
        Kind::Half(order) => (Element { data_type: DataType::U16, order: *order }, None),
        Kind::FixedText { width, .. } => (bytes(*width), None),
        Kind::HeapText(_) | Kind::Block(..) => (bytes(heap::reference_size(handle)), None),
    }
}

/// A dataset on its way to an array of stored elements.
struct StoredPlace<'a> {
    handle: &'a Handle,
    object: &'a str,
    dataset: &'a Dataset,
    element: Element,
}

impl StoredPlace<'_> {
    fn stored(&self, kind: Kind, shape: Vec<usize>) -> Result<Stored> {
        let source = &self.handle.source;
        check_shape(source, self.object, self.dataset.address, &shape, self.element.size(), None)?;
        let unsupported = |feature: &str, shape: Vec<usize>| {
            let (object, data_type) = (self.object.to_string(), self.element.data_type);
            Ok(Stored::Unsupported { object, shape, data_type, feature: feature.to_string() })
        };
        let layout = match &self.dataset.header.place {
            DataLocation::Virtual => return unsupported("a virtual dataset, whose data are in other datasets", shape),
            DataLocation::External => return unsupported("data in external files", shape),
            DataLocation::Here(layout) => self.layout(layout)?,
        };
        if let Layout::Chunked { chunk_shape, .. } = &layout {
            let chunk_shape = Some(&chunk_shape[..]);
            check_shape(source, self.object, self.dataset.address, &shape, self.element.size(), chunk_shape)?;
        }
        let numbers = Arc::new(StoredNumbers {
            object: self.object.to_string(),
            element: self.element,
            shape,
            stored_shape: lengths(&self.dataset.header.shape),
            fill: self.dataset.header.fill.clone(),
            layout,
        });
        Ok(match kind {
            Kind::Half(_) => Stored::Halves(numbers),
            Kind::FixedText { padding, .. } => Stored::FixedText(numbers, padding.into()),
            Kind::HeapText(padding) => Stored::HeapText(numbers, padding.into()),
            _ => Stored::Numbers(numbers),
        })
    }

    fn malformed(&self, problem: &str) -> FormatError {
        self.handle.malformed(self.object, self.dataset.address, problem)
    }

    fn filters(&self) -> Vec<Filter> {
        let signed = match self.dataset.header.datatype {
            hdf5_reader::Datatype::FixedPoint { signed, .. } => Some(signed),
            _ => None,
        };
        self.dataset.header.filters.iter().map(|filter| Filter::new(filter, signed)).collect()
    }

    fn layout(&self, raw: &DataLayout) -> Result<Layout> {
        let base = self.handle.parser.superblock().base_address;
        match raw {
            DataLayout::Compact { data } => Ok(Layout::Compact(data.clone())),
            DataLayout::Contiguous { address: u64::MAX, .. } => Ok(Layout::Unwritten),
            DataLayout::Contiguous { address, .. } => {
                let mut rows = self.dataset.header.shape.iter().skip(1);
                let row = rows.try_fold(self.element.size() as u64, |bytes, &length| bytes.checked_mul(length));
                let first_stride = row.ok_or_else(|| self.malformed("the size of a row overflows 64 bits"))?;
                let offset = address.checked_add(base).ok_or_else(|| self.malformed("its address overflows"))?;
                Ok(Layout::Strided { offset, first_stride })
            }
            DataLayout::Chunked { .. } => self.chunked(raw),
        }
    }

    fn chunked(&self, raw: &DataLayout) -> Result<Layout> {
        let DataLayout::Chunked { address, dims, chunk_indexing, .. } = raw else {
            return Err(self.malformed("expected chunks"));
        };
        let rank = self.dataset.header.shape.len();
        let chunk_shape: Vec<usize> = dims.iter().map(|&length| length as usize).collect();
        if chunk_shape.len() != rank || chunk_shape.contains(&0) {
            return Err(self.malformed("its chunk shape does not fit its rank"));
        }
        let (dataset, filters) = (self.dataset, self.filters());
        let shape = lengths(&dataset.header.shape);
        let size = self.element.size();
        check_shape(&self.handle.source, self.object, dataset.address, &shape, size, Some(&chunk_shape))?;
        let superblock = self.handle.parser.superblock();
        let index = ChunkIndex::Deferred(IndexAddress {
            address: *address,
            shape: dataset.header.shape.clone(),
            max_shape: dataset.header.max_shape.clone(),
            chunk_shape: dims.clone(),
            element_size: size,
            filtered: !filters.is_empty(),
            kind: IndexKind::of(chunk_indexing.as_ref()),
            offset_size: superblock.offset_size,
            length_size: superblock.length_size,
            base_address: superblock.base_address,
        });
        Ok(Layout::Chunked { chunk_shape, filters, index })
    }

    fn storage(&self) -> Storage {
        let filters = self.filters();
        let chunk_shape = match &self.dataset.header.place {
            DataLocation::Here(DataLayout::Chunked { dims, .. }) => {
                Some(dims.iter().map(|&length| length as usize).collect())
            }
            _ => None,
        };
        Storage {
            chunk_shape,
            deflate: filters.iter().find_map(|filter| match filter {
                Filter::Deflate { level } => Some(*level),
                _ => None,
            }),
            shuffle: filters.iter().any(|filter| matches!(filter, Filter::Shuffle { .. })),
            fletcher32: filters.contains(&Filter::Fletcher32),
            big_endian: self.element.order == ByteOrder::Big,
            element_type: None,
        }
    }
}

fn lengths(lengths: &[u64]) -> Vec<usize> {
    lengths.iter().map(|&length| usize::try_from(length).unwrap_or(usize::MAX)).collect()
}
