//! An HDF5 dataset as a variable.

use std::sync::{Arc, OnceLock};

use hdf5_reader::StringPadding;
use hdf5_reader::messages::layout::DataLayout;
use nunatak_array::{ByteOrder, DataType, Region, SharedArray, Values};

use super::chunk_index::{IndexAddress, locate};
use super::element_type::{Kind, kind};
use super::object::{Dataset, Place};
use super::{Handle, MOST_TEXT_BYTES, attributes, heap};
use crate::stored::{Element, Filter, HalfArray, Layout, LazyIndex, RefusedArray, StoredArray, TextArray, check_shape};
use crate::{FormatError, Result, Storage, Unreadable, Variable};

/// Names that netCDF-C gives to variables that share a dimension's name without being its coordinate.
const NON_COORDINATE_PREFIX: &str = "_nc4_non_coord_";

/// The dataset as a variable.
///
/// # Errors
/// Inside, why its type has no lazy array; outside, what is wrong with the file.
pub(super) fn variable(
    handle: &Arc<Handle>,
    group: &str,
    dataset: &Dataset,
    dimensions: Vec<String>,
    shape: Vec<usize>,
    unreadable: &mut Vec<Unreadable>,
) -> Result<Option<Variable>> {
    let object = format!("{group}/{}", dataset.name);
    let kind = match kind(&dataset.datatype) {
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
    let (element, element_type) = stored_element(handle, &kind);
    let stored = Stored { handle, object: &object, dataset, element };
    let mut storage = stored.storage();
    storage.element_type = element_type;
    let array = finish(handle, &object, kind, stored.array(shape)?);
    let name = &dataset.name;
    Ok(Some(Variable {
        name: name.strip_prefix(NON_COORDINATE_PREFIX).unwrap_or(name).to_string(),
        dimensions,
        attributes: attributes::convert(handle, &object, dataset.address, &dataset.attributes, unreadable)?,
        array,
        storage,
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

/// The array of values over the array of stored elements.
fn finish(handle: &Arc<Handle>, object: &str, kind: Kind, stored: SharedArray) -> SharedArray {
    match kind {
        Kind::Half(_) => Arc::new(HalfArray::new(stored)),
        Kind::FixedText { width, padding } => {
            text(handle, object, stored, move |_, bytes| Ok(texts(bytes, width, padding)))
        }
        Kind::HeapText(padding) => text(handle, object, stored, move |handle, references| {
            let one = |reference| heap::resolve(handle, reference, 1).map(|bytes| heap::text(&bytes, padding));
            references.chunks_exact(heap::reference_size(handle)).map(one).collect()
        }),
        _ => stored,
    }
}

fn texts(bytes: &[u8], width: usize, padding: StringPadding) -> Vec<String> {
    bytes.chunks_exact(width).map(|bytes| heap::text(bytes, padding)).collect()
}

/// Texts are few: they are read all at once when first wanted.
fn text(
    handle: &Arc<Handle>,
    object: &str,
    stored: SharedArray,
    decode: impl Fn(&Handle, &[u8]) -> hdf5_reader::error::Result<Vec<String>> + Send + Sync + 'static,
) -> SharedArray {
    let (owner, name) = (Arc::clone(handle), object.to_string());
    let shape = stored.shape().to_vec();
    let read = move || {
        let region = Region::whole(stored.shape());
        let most = MOST_TEXT_BYTES / stored.data_type().size().max(1);
        if region.len() > most {
            let problem = format!("{} texts are more than the {most} that are read at once", region.len());
            return Err(owner.malformed(&name, 0, problem).into());
        }
        let Values::Bytes { data, .. } = stored.read(&region)? else { return Ok(Vec::new()) };
        Ok(decode(&owner, &data).map_err(|error| owner.error(&name, 0, &error))?)
    };
    Arc::new(TextArray {
        source: Arc::clone(&handle.source),
        object: object.to_string(),
        shape,
        read: Box::new(read),
        texts: OnceLock::new(),
    })
}

/// A dataset on its way to an array of stored elements.
struct Stored<'a> {
    handle: &'a Arc<Handle>,
    object: &'a str,
    dataset: &'a Dataset,
    element: Element,
}

impl Stored<'_> {
    fn array(&self, shape: Vec<usize>) -> Result<SharedArray> {
        let source = &self.handle.source;
        check_shape(source, self.object, self.dataset.address, &shape, self.element.size(), None)?;
        let refused = |feature: String| {
            let (path, object) = (source.path().to_path_buf(), self.object.to_string());
            Arc::new(RefusedArray { path, object, shape: shape.clone(), data_type: self.element.data_type, feature })
        };
        let layout = match &self.dataset.place {
            Place::Virtual => return Ok(refused("a virtual dataset, whose data are in other datasets".into())),
            Place::External => return Ok(refused("data in external files".into())),
            Place::Here(layout) => self.layout(layout)?,
        };
        Ok(Arc::new(StoredArray {
            source: Arc::clone(source),
            object: self.object.to_string(),
            element: self.element,
            shape,
            stored_shape: lengths(&self.dataset.shape),
            fill: self.dataset.fill.clone(),
            layout,
        }))
    }

    fn malformed(&self, problem: &str) -> FormatError {
        self.handle.malformed(self.object, self.dataset.address, problem)
    }

    fn filters(&self) -> Vec<Filter> {
        let signed = match self.dataset.datatype {
            hdf5_reader::Datatype::FixedPoint { signed, .. } => Some(signed),
            _ => None,
        };
        self.dataset.filters.iter().map(|filter| Filter::new(filter, signed)).collect()
    }

    fn layout(&self, raw: &DataLayout) -> Result<Layout> {
        let base = self.handle.parser.superblock().base_address;
        match raw {
            DataLayout::Compact { data } => Ok(Layout::Compact(data.clone())),
            DataLayout::Contiguous { address: u64::MAX, .. } => Ok(Layout::Unwritten),
            DataLayout::Contiguous { address, .. } => {
                let mut rows = self.dataset.shape.iter().skip(1);
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
        let rank = self.dataset.shape.len();
        let chunk_shape: Vec<usize> = dims.iter().map(|&length| length as usize).collect();
        if chunk_shape.len() != rank || chunk_shape.contains(&0) {
            return Err(self.malformed("its chunk shape does not fit its rank"));
        }
        let (dataset, filters) = (self.dataset, self.filters());
        let shape = lengths(&dataset.shape);
        let size = self.element.size();
        check_shape(&self.handle.source, self.object, dataset.address, &shape, size, Some(&chunk_shape))?;
        let index = IndexAddress {
            object: self.object.to_string(),
            address: *address,
            shape: dataset.shape.clone(),
            max_shape: dataset.max_shape.clone(),
            chunk_shape: dims.clone(),
            element_size: size,
            filtered: !filters.is_empty(),
            indexing: chunk_indexing.clone(),
        };
        let owner = Arc::clone(self.handle);
        let index = LazyIndex::new(Box::new(move || locate(&owner, &index)));
        Ok(Layout::Chunked { chunk_shape, filters, index })
    }

    fn storage(&self) -> Storage {
        let filters = self.filters();
        let chunk_shape = match &self.dataset.place {
            Place::Here(DataLayout::Chunked { dims, .. }) => Some(dims.iter().map(|&length| length as usize).collect()),
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
