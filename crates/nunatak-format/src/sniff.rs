//! Formats recognised by a file's first bytes, never by its name.

use std::path::Path;
use std::sync::Arc;

use nunatak_store::{Location, Object, StorageOptions, block_on};

use crate::source::{ByteSource, complete};
use crate::{FileKind, FormatError, Result};

const HDF5_MAGIC: &[u8; 8] = b"\x89HDF\r\n\x1a\n";

impl FileKind {
    /// The format of a file's content.
    ///
    /// # Errors
    /// [`FormatError::Io`] when it cannot be read, [`FormatError::UnknownFormat`] when it is empty or something else.
    pub fn of(path: impl AsRef<Path>) -> Result<Self> {
        let location = Location::from(path.as_ref());
        let object = Object::open_local(&location)?;
        sniff(&ByteSource::new(Arc::new(object))?)
    }

    /// The format of the content of a file in a store.
    ///
    /// # Errors
    /// As [`FileKind::of`], and the store's.
    pub fn at(location: &Location, options: &StorageOptions) -> Result<Self> {
        block_on(async {
            let source = ByteSource::new(Arc::new(Object::open(location, options).await?))?;
            complete(&source, || sniff(&source)).await
        })
    }
}

pub(crate) fn sniff(source: &ByteSource) -> Result<FileKind> {
    let length = usize::try_from(source.len().min(8)).unwrap_or(8);
    let head = source.read_metadata("first bytes", 0, length)?;
    match &head[..] {
        [b'C', b'D', b'F', 1, ..] => return Ok(FileKind::NetCdf3Classic),
        [b'C', b'D', b'F', 2, ..] => return Ok(FileKind::NetCdf3Offset64),
        [b'C', b'D', b'F', 5, ..] => return Ok(FileKind::NetCdf3Data64),
        _ => {}
    }
    if head[..] == HDF5_MAGIC[..] || has_user_block(source)? {
        return Ok(FileKind::Hdf5);
    }
    Err(FormatError::UnknownFormat { path: source.path().clone(), found: describe(&head) })
}

/// HDF5 may start after a user block of 512, 1024, 2048, … bytes.
fn has_user_block(source: &ByteSource) -> Result<bool> {
    let mut offset = 512;
    while offset + 8 <= source.len() {
        if source.read_metadata("user block", offset, 8)?[..] == HDF5_MAGIC[..] {
            return Ok(true);
        }
        offset *= 2;
    }
    Ok(false)
}

fn describe(head: &[u8]) -> String {
    if head.is_empty() {
        return "an empty file (0 bytes)".into();
    }
    if head.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()) {
        return format!("text that starts with {:?}", String::from_utf8_lossy(head));
    }
    let hex: Vec<String> = head.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("bytes {}", hex.join(" "))
}
