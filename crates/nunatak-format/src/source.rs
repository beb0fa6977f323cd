//! Bytes of a local file by position; no seek, no lock, so any thread may read.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::{FormatError, Result};

/// Counts for people and tests; nothing is decided by it.
static DATA_BYTES_READ: AtomicU64 = AtomicU64::new(0);

/// Bytes of array data (not metadata) that this process has read from files so far.
pub fn data_bytes_read() -> u64 {
    DATA_BYTES_READ.load(Ordering::Relaxed)
}

/// Which state of a file a lazy array belongs to: a file that changed since is not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileStamp {
    length: u64,
    /// Modification time in nanoseconds since 1970.
    modified: u128,
}

/// A local file opened for positional reads.
pub(crate) struct ByteSource {
    path: PathBuf,
    file: fs::File,
    stamp: FileStamp,
}

impl ByteSource {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let io = |source| FormatError::Io { path: path.to_path_buf(), source };
        let file = fs::File::open(path).map_err(io)?;
        let metadata = file.metadata().map_err(io)?;
        if metadata.is_dir() {
            return Err(io(std::io::Error::new(
                std::io::ErrorKind::IsADirectory,
                "expected a file, found a directory",
            )));
        }
        let modified = metadata
            .modified()
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
            .map_or(0, |duration| duration.as_nanos());
        let stamp = FileStamp { length: metadata.len(), modified };
        Ok(Self { path: path.to_path_buf(), file, stamp })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn len(&self) -> u64 {
        self.stamp.length
    }

    pub(crate) fn stamp(&self) -> &FileStamp {
        &self.stamp
    }

    /// The file handle again, for a metadata parser of its own.
    pub(crate) fn handle(&self) -> Result<fs::File> {
        self.file.try_clone().map_err(|source| FormatError::Io { path: self.path.clone(), source })
    }

    /// `length` bytes of metadata at `offset`.
    pub(crate) fn read_metadata(&self, object: &str, offset: u64, length: usize) -> Result<Vec<u8>> {
        self.check_inside(object, offset, length as u64)?;
        let mut bytes = vec![0; length];
        read_exact_at(&self.file, &mut bytes, offset)
            .map_err(|source| FormatError::Io { path: self.path.clone(), source })?;
        Ok(bytes)
    }

    /// `length` bytes of array data at `offset`.
    pub(crate) fn read_data(&self, object: &str, offset: u64, length: usize) -> Result<Vec<u8>> {
        let bytes = self.read_metadata(object, offset, length)?;
        DATA_BYTES_READ.fetch_add(length as u64, Ordering::Relaxed);
        Ok(bytes)
    }

    fn check_inside(&self, object: &str, offset: u64, needed: u64) -> Result<()> {
        let available = self.len().saturating_sub(offset);
        if needed > available {
            return Err(FormatError::Truncated {
                path: self.path.clone(),
                object: object.to_string(),
                offset,
                needed,
                available,
            });
        }
        Ok(())
    }
}

#[cfg(unix)]
fn read_exact_at(file: &fs::File, bytes: &mut [u8], offset: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &fs::File, mut bytes: &mut [u8], mut offset: u64) -> std::io::Result<()> {
    while !bytes.is_empty() {
        let count = std::os::windows::fs::FileExt::seek_read(file, bytes, offset)?;
        if count == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes = &mut bytes[count..];
        offset += count as u64;
    }
    Ok(())
}
