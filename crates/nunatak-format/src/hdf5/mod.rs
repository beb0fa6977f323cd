//! HDF5 and NetCDF-4: the structures of the file are read by `hdf5-reader`, objects and what they mean to NetCDF here.

mod attributes;
mod chunk_index;
mod dataset;
mod dimensions;
mod element_type;
mod header;
mod heap;
mod links;
mod object;
mod raw_attribute;
mod raw_type;
mod scan;

use std::sync::Arc;

#[cfg(test)]
pub(crate) use chunk_index::IndexKind;
pub(crate) use chunk_index::{IndexAddress, SourceView, locate};
use hdf5_reader::error::Error as Hdf5Error;
use hdf5_reader::storage::Storage;
use hdf5_reader::{Hdf5File, OpenOptions};
pub(crate) use heap::{Padding, text};

use crate::source::ByteSource;
use crate::{FileKind, FormatError, Manifest, Result};

/// Most bytes of one variable of text, which are read at once; a corrupt shape asks for more.
pub(crate) const MOST_TEXT_BYTES: usize = 1 << 30;

/// An open HDF5 file: the bytes, and the parser over them.
pub(crate) struct Handle {
    pub(crate) source: Arc<ByteSource>,
    pub(crate) parser: Hdf5File,
    /// The root group, through which the parser resolves references into the heap.
    root: hdf5_reader::group::Group,
}

impl Handle {
    /// An error of the parser with the file and the object it concerns.
    pub(crate) fn error(&self, object: &str, offset: u64, error: &Hdf5Error) -> FormatError {
        convert_error(&self.source, object, offset, error)
    }

    /// An error about bytes that contradict the format.
    fn malformed(&self, object: &str, offset: u64, problem: impl Into<String>) -> FormatError {
        FormatError::Malformed {
            path: self.source.path().clone(),
            object: object.to_string(),
            offset,
            problem: problem.into(),
        }
    }
}

pub(crate) fn parse(source: &Arc<ByteSource>) -> Result<Manifest> {
    let handle = open(source)?;
    let scanned = scan::scan(&handle)?;
    let group = dimensions::resolve(&handle, scanned)?;
    Ok(Manifest::new(FileKind::Hdf5, group))
}

fn open(source: &Arc<ByteSource>) -> Result<Handle> {
    let failed = |error: Hdf5Error| convert_error(source, "superblock", 0, &error);
    let options = OpenOptions { chunk_cache_bytes: 0, max_read_bytes: MOST_TEXT_BYTES, ..OpenOptions::default() };
    let storage: Arc<dyn Storage> = Arc::clone(source) as Arc<dyn Storage>;
    let parser = Hdf5File::from_storage_with_options(storage, options).map_err(failed)?;
    check_complete(source, &parser)?;
    let root = parser.root_group().map_err(failed)?;
    Ok(Handle { source: Arc::clone(source), parser, root })
}

/// The texts behind references into the file's heap.
///
/// # Errors
/// The format's.
pub(crate) fn read_texts(
    source: &Arc<ByteSource>,
    object: &str,
    references: &[u8],
    padding: Padding,
) -> Result<Vec<String>> {
    let handle = open(source)?;
    let one = |reference| heap::resolve(&handle, reference, 1).map(|bytes| heap::text(&bytes, padding));
    let texts: Result<_, _> = references.chunks_exact(heap::reference_size(&handle)).map(one).collect();
    texts.map_err(|error| handle.error(object, 0, &error))
}

/// The superblock says where the file ends; a file that is shorter lost data on its way.
fn check_complete(source: &ByteSource, parser: &Hdf5File) -> Result<()> {
    let superblock = parser.superblock();
    let end = superblock.eof_address;
    if end != u64::MAX && end > source.len() {
        return Err(FormatError::Truncated {
            path: source.path().clone(),
            object: "superblock".into(),
            offset: source.len(),
            needed: end - source.len(),
            available: 0,
        });
    }
    Ok(())
}

fn convert_error(source: &ByteSource, object: &str, offset: u64, error: &Hdf5Error) -> FormatError {
    let path = source.path().clone();
    let object = object.to_string();
    match error {
        Hdf5Error::Context { source: inner, path: inside } => {
            let object = if object.ends_with(inside.as_str()) { object } else { format!("{object} ({inside})") };
            convert_error(source, &object, offset, inner)
        }
        Hdf5Error::Io(error) => FormatError::Io { path, source: std::io::Error::new(error.kind(), error.to_string()) },
        Hdf5Error::UnexpectedEof { offset, needed, available } => {
            FormatError::Truncated { path, object, offset: *offset, needed: *needed, available: *available }
        }
        Hdf5Error::OffsetOutOfBounds(beyond) => FormatError::Truncated {
            path,
            object,
            offset: *beyond,
            needed: 1,
            available: source.len().saturating_sub(*beyond),
        },
        Hdf5Error::UnsupportedEncoding(_)
        | Hdf5Error::UnsupportedFilter(_)
        | Hdf5Error::UnsupportedDatatypeClass(_)
        | Hdf5Error::UnsupportedLayoutClass(_)
        | Hdf5Error::UnsupportedLayoutVersion(_)
        | Hdf5Error::UnsupportedFilterPipelineVersion(_)
        | Hdf5Error::UnsupportedFillValueVersion(_)
        | Hdf5Error::UnsupportedDataspaceVersion(_)
        | Hdf5Error::UnsupportedChunkIndexType(_) => {
            FormatError::Unsupported { path, object, feature: error.to_string() }
        }
        other => FormatError::Malformed { path, object, offset, problem: other.to_string() },
    }
}
