//! Open HDF5 files: the bytes, and the parser over them.

use std::sync::Arc;

use hdf5_reader::error::Error as Hdf5Error;
use hdf5_reader::storage::Storage;
use hdf5_reader::{Hdf5File, OpenOptions};

use super::collections::Collections;
use super::error::convert_error;
use crate::limits::Budget;
use crate::source::ByteSource;
use crate::{FormatError, Result};

/// An open HDF5 file: the bytes, the parser over them, and what may still be taken from it.
pub(super) struct Handle {
    pub(super) source: Arc<ByteSource>,
    pub(super) parser: Hdf5File,
    pub(super) budget: Budget,
    pub(super) heap: Collections,
    /// Address of the root group.
    pub(super) root: u64,
}

impl Handle {
    /// An error of the parser with the file and the object it concerns.
    pub(super) fn error(&self, object: &str, offset: u64, error: &Hdf5Error) -> FormatError {
        convert_error(&self.source, object, offset, error)
    }

    /// The error of an object with more than is taken from one file.
    pub(super) fn charged(&self, object: &str, charged: std::result::Result<(), String>) -> Result<()> {
        let (path, object) = (self.source.path(), object.to_string());
        charged.map_err(|problem| FormatError::TooLarge { path: path.clone(), object, problem })
    }

    /// An error about bytes that contradict the format.
    pub(super) fn malformed(&self, object: &str, offset: u64, problem: impl Into<String>) -> FormatError {
        FormatError::Malformed {
            path: self.source.path().clone(),
            object: object.to_string(),
            offset,
            problem: problem.into(),
        }
    }
}

pub(super) fn open(source: &Arc<ByteSource>) -> Result<Handle> {
    let failed = |error: Hdf5Error| convert_error(source, "superblock", 0, &error);
    let options = OpenOptions { chunk_cache_bytes: 0, ..OpenOptions::default() };
    let storage: Arc<dyn Storage> = Arc::clone(source) as Arc<dyn Storage>;
    let parser = Hdf5File::from_storage_with_options(storage, options).map_err(failed)?;
    check_complete(source, &parser)?;
    let root = parser.root_group().map_err(failed)?.address();
    let (budget, heap) = (Budget::new(), Collections::default());
    Ok(Handle { source: Arc::clone(source), parser, budget, heap, root })
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
