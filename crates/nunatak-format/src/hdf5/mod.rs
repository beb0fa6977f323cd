//! HDF5 and NetCDF-4: the object headers are read by `hdf5-reader`; what they mean to NetCDF is decided here.

mod attributes;
mod chunk_index;
mod dataset;
mod dimensions;

pub(crate) use chunk_index::{IndexAddress, SourceView, locate};

use std::sync::Arc;

use hdf5_reader::error::Error as Hdf5Error;
use hdf5_reader::storage::Storage;
use hdf5_reader::{Hdf5File, OpenOptions};

use crate::manifest::StoredVariable;
use crate::source::ByteSource;
use crate::{Attributes, FileKind, FormatError, Group, Manifest, Result};

/// Most bytes of one variable of text, which are read at once; a corrupt shape asks for more.
const MOST_TEXT_BYTES: usize = 1 << 30;
/// Groups nested deeper than this are a loop of links, not a file.
const DEEPEST_GROUP: usize = 64;

/// An open HDF5 file: the bytes, and the parser over them.
pub(crate) struct Handle {
    pub(crate) source: Arc<ByteSource>,
    pub(crate) parser: Hdf5File,
}

impl Handle {
    /// An error of the parser with the file and the object it concerns.
    pub(crate) fn error(&self, object: &str, offset: u64, error: &Hdf5Error) -> FormatError {
        convert_error(&self.source, object, offset, error)
    }
}

pub(crate) fn parse(source: &Arc<ByteSource>) -> Result<Manifest> {
    let handle = open(source)?;
    let failed = |error: Hdf5Error| convert_error(source, "superblock", 0, &error);
    let root = handle.parser.root_group().map_err(failed)?;
    let scanned = scan(&handle, &root, "", 0)?;
    let group = dimensions::resolve(&handle, scanned)?;
    Ok(Manifest::new(FileKind::Hdf5, group))
}

fn open(source: &Arc<ByteSource>) -> Result<Arc<Handle>> {
    let failed = |error: Hdf5Error| convert_error(source, "superblock", 0, &error);
    let options = OpenOptions { chunk_cache_bytes: 0, max_read_bytes: MOST_TEXT_BYTES, ..OpenOptions::default() };
    let storage: Arc<dyn Storage> = Arc::clone(source) as Arc<dyn Storage>;
    let parser = Hdf5File::from_storage_with_options(storage, options).map_err(failed)?;
    check_complete(source, &parser)?;
    Ok(Arc::new(Handle { source: Arc::clone(source), parser }))
}

/// All texts of a variable of strings.
///
/// # Errors
/// The format's.
pub(crate) fn read_text(source: &Arc<ByteSource>, path: &str) -> Result<Vec<String>> {
    let handle = open(source)?;
    let dataset = handle.parser.dataset(path).map_err(|error| handle.error(path, 0, &error))?;
    dataset.read_strings().map_err(|error| handle.error(path, dataset.address(), &error))
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

/// A group as the file has it, before dimensions are given their names.
pub(crate) struct ScannedGroup {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) attributes: Attributes,
    pub(crate) datasets: Vec<hdf5_reader::Dataset>,
    pub(crate) groups: Vec<ScannedGroup>,
}

fn scan(handle: &Handle, group: &hdf5_reader::group::Group, path: &str, depth: usize) -> Result<ScannedGroup> {
    let object = if path.is_empty() { "/" } else { path };
    let failed = |error: Hdf5Error| handle.error(object, group.address(), &error);
    if depth > DEEPEST_GROUP {
        return Err(FormatError::Malformed {
            path: handle.source.path().clone(),
            object: object.into(),
            offset: group.address(),
            problem: format!("expected at most {DEEPEST_GROUP} nested groups, found more (a loop of links?)"),
        });
    }
    let (mut children, datasets) = group.members().map_err(failed)?;
    // Groups with many links list them by hash; by name is how netCDF-C walks them.
    children.sort_by(|a, b| a.name().cmp(b.name()));
    let attributes = attributes::convert(&group.attributes().map_err(failed)?);
    let groups = children
        .iter()
        .map(|child| scan(handle, child, &format!("{path}/{}", leaf(child.name())), depth + 1))
        .collect::<Result<_>>()?;
    let name = leaf(path).to_string();
    Ok(ScannedGroup { name, path: path.to_string(), attributes, datasets, groups })
}

/// The last part of a path.
pub(crate) fn leaf(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// An empty group with the names and attributes of a scanned one.
pub(crate) fn bare_group(scanned: &ScannedGroup) -> Group<StoredVariable> {
    Group { name: scanned.name.clone(), attributes: scanned.attributes.clone(), ..Group::default() }
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
        Hdf5Error::UnsupportedEncoding(_) | Hdf5Error::UnsupportedFilter(_) => {
            FormatError::Unsupported { path, object, feature: error.to_string() }
        }
        other => FormatError::Malformed { path, object, offset, problem: other.to_string() },
    }
}
