//! References to the bytes of variables, for readers that know nothing of the file's format.

use std::sync::Arc;

use super::byte_layout::{ChunkIndex, Layout};
use super::chunk_table::{ChunkTable, chunk_counts, chunk_start};
use super::element::Element;
use super::numbers::StoredNumbers;

/// Where the bytes of one variable are, for readers that know nothing of the file's format.
///
/// # Examples
/// ```
/// # use std::sync::Arc;
/// # use nunatak_array::{MemoryArray, NoProgress, Values};
/// use nunatak_format::{Location, Object, read_local_manifest};
/// # use nunatak_format::{Group, Variable, write_netcdf};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("lithk.nc");
/// # let array = Arc::new(MemoryArray::new(vec![2], Values::F64(vec![0.0, 1500.0]))?);
/// # let (attributes, storage) = Default::default();
/// # let lithk = Variable { name: "lithk".into(), dimensions: vec!["x".into()], attributes, array, storage };
/// # write_netcdf(&path, &Group { variables: vec![lithk], ..Group::default() }, &NoProgress)?;
/// // `path` is a NetCDF-3 file with `lithk(x)`: 0 m and 1500 m.
/// let manifest = read_local_manifest(&Object::open_local(&Location::from(&path))?.into())?;
/// let lithk = &manifest.references()[0];
/// assert_eq!((lithk.path.as_str(), lithk.dtype.as_str()), ("/lithk", ">f8"));
/// assert_eq!((&lithk.shape[..], lithk.item_size), (&[2][..], 8));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct VariableReferences {
    /// Path in the file.
    pub path: String,
    /// Shape in the file.
    pub shape: Vec<usize>,
    /// numpy's name of the type in the file, with its byte order (`<f4`).
    pub dtype: String,
    /// Bytes of one element.
    pub item_size: usize,
    /// Fill value, in the file's byte order.
    pub fill: Option<Vec<u8>>,
    /// Filters of chunks, in the order they were applied, as names and parameters.
    pub filters: Vec<(String, Vec<u32>)>,
    /// Deflate level, when deflated.
    pub deflate: Option<u32>,
    /// Whether bytes are shuffled.
    pub shuffle: bool,
    /// Bytes.
    pub bytes: ReferencedBytes,
}

impl VariableReferences {
    pub(crate) fn of(stored: &StoredNumbers) -> Self {
        let filters = stored.layout.filter_names();
        Self {
            path: stored.object.clone(),
            shape: stored.stored_shape.clone(),
            dtype: stored.element.numpy_name(),
            item_size: stored.element.size(),
            fill: stored.fill.clone(),
            deflate: None,
            shuffle: filters.iter().any(|(name, _)| name == "shuffle"),
            filters,
            bytes: stored.layout.references(stored.element),
        }
    }

    /// The first indices of the chunk of this number.
    pub fn chunk_start(&self, number: u64, chunk_shape: &[usize]) -> Vec<usize> {
        chunk_start(number, chunk_shape, &chunk_counts(&self.shape, chunk_shape))
    }
}

/// The kinds of places that bytes can be in.
///
/// # Examples
/// ```
/// # use std::sync::Arc;
/// # use nunatak_array::{MemoryArray, NoProgress, Values};
/// use nunatak_format::{Location, Object, ReferencedBytes, read_local_manifest};
/// # use nunatak_format::{Group, Variable, write_netcdf};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("lithk.nc");
/// # let array = Arc::new(MemoryArray::new(vec![2], Values::F64(vec![0.0, 1500.0]))?);
/// # let (attributes, storage) = Default::default();
/// # let lithk = Variable { name: "lithk".into(), dimensions: vec!["x".into()], attributes, array, storage };
/// # write_netcdf(&path, &Group { variables: vec![lithk], ..Group::default() }, &NoProgress)?;
/// // `path` is a NetCDF-3 file with `lithk(x)`: 0 m and 1500 m, the last 16 bytes of it.
/// let manifest = read_local_manifest(&Object::open_local(&Location::from(&path))?.into())?;
/// let offset = std::fs::metadata(&path)?.len() - 16;
/// assert_eq!(manifest.references()[0].bytes, ReferencedBytes::Strided { offset, first_stride: 8 });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum ReferencedBytes {
    /// In the manifest itself, in the file's byte order.
    Inline(Vec<u8>),
    /// In one run: offset, and bytes from one index of the first axis to the next.
    Strided {
        /// Where the first element is.
        offset: u64,
        /// Bytes between successive indices of the first axis.
        first_stride: u64,
    },
    /// Never written.
    Unwritten,
    /// In chunks that are looked up when they are needed.
    Deferred,
    /// In chunks.
    Chunks {
        /// Shape of a chunk.
        chunk_shape: Vec<usize>,
        /// Where each is.
        table: Arc<ChunkTable>,
    },
}

impl Layout {
    fn references(&self, element: Element) -> ReferencedBytes {
        match self {
            Self::EvenlySpaced(numbers) => ReferencedBytes::Inline(numbers.to_bytes(element).unwrap_or_default()),
            Self::Compact(bytes) => ReferencedBytes::Inline(bytes.clone()),
            Self::Strided { offset, first_stride } => {
                ReferencedBytes::Strided { offset: *offset, first_stride: *first_stride }
            }
            Self::Unwritten => ReferencedBytes::Unwritten,
            Self::Chunked { index: ChunkIndex::Deferred(_), .. } => ReferencedBytes::Deferred,
            Self::Chunked { chunk_shape, index: ChunkIndex::Known(table), .. } => {
                ReferencedBytes::Chunks { chunk_shape: chunk_shape.clone(), table: Arc::clone(table) }
            }
        }
    }
}
