//! Files of this machine.

use std::fs::File;
use std::ops::Range;
use std::path::Path;

use bytes::Bytes;

use crate::{Listed, Location, Pending, ReadRanges, Result, Stamp, StoreError};

/// The files of this machine: read where the caller runs, each once it is found to be in the state of its stamp.
///
/// # Examples
/// ```
/// use nunatak_store::{LocalFiles, Location, ReadRanges, block_on};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("a.bin");
/// std::fs::write(&path, b"0123456789").unwrap();
/// let location = Location::from(&path);
/// let stamp = block_on(LocalFiles.stat(&location))?;
/// assert_eq!(stamp.length, 10);
/// assert_eq!(block_on(LocalFiles.get_ranges(&location, &stamp, &[3..5]))?, ["34"]);
/// # Ok::<(), nunatak_store::StoreError>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct LocalFiles;

impl LocalFiles {
    /// Length and modification time of a file.
    ///
    /// # Errors
    /// [`StoreError::Io`], also for a directory, a pipe and whatever else is no file of bytes.
    pub(crate) fn stamp(location: &Location) -> Result<Stamp> {
        let io = |source| StoreError::Io { location: location.clone(), source };
        let metadata = std::fs::metadata(location.as_path().unwrap_or(Path::new(""))).map_err(io)?;
        check_regular(&metadata).map_err(io)?;
        Ok(Stamp::of_file(&metadata))
    }

    /// A file in the state of a stamp, opened; `None` for locations that are not on this machine.
    ///
    /// # Errors
    /// [`StoreError::Io`], and [`StoreError::Changed`] when it is in another state.
    pub(crate) fn open(location: &Location, stamp: &Stamp) -> Result<Option<LocalFile>> {
        let Some(path) = location.as_path() else { return Ok(None) };
        let io = |source| StoreError::Io { location: location.clone(), source };
        let file = File::open(path).map_err(io)?;
        let now = Stamp::of_file(&file.metadata().map_err(io)?);
        match stamp.difference(&now) {
            Some(found) => Err(StoreError::Changed { location: location.clone(), found }),
            None => Ok(Some(LocalFile { location: location.clone(), file })),
        }
    }

    /// The bytes of each range, in order.
    ///
    /// # Errors
    /// As [`LocalFiles::open`]; [`StoreError::Unusable`] for locations that are not on this machine.
    pub(crate) fn read(location: &Location, stamp: &Stamp, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let Some(file) = Self::open(location, stamp)? else { return Err(not_here(location)) };
        let read = |range: &Range<u64>| {
            let mut bytes = vec![0; usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX)];
            file.read_at(range.start, &mut bytes)?;
            Ok(bytes.into())
        };
        ranges.iter().map(read).collect()
    }
}

impl ReadRanges for LocalFiles {
    fn get_ranges<'a>(
        &'a self,
        location: &'a Location,
        stamp: &'a Stamp,
        ranges: &'a [Range<u64>],
    ) -> Pending<'a, Vec<Bytes>> {
        Box::pin(async move { Self::read(location, stamp, ranges) })
    }

    fn stat<'a>(&'a self, location: &'a Location) -> Pending<'a, Stamp> {
        Box::pin(async move { Self::stamp(location) })
    }

    fn list<'a>(&'a self, prefix: &'a Location) -> Pending<'a, Vec<Listed>> {
        Box::pin(async move {
            let Some(directory) = prefix.as_path() else { return Err(not_here(prefix)) };
            let mut found = Vec::new();
            list_below(directory, &mut found)?;
            found.sort_by(|one, other| one.location.cmp(&other.location));
            Ok(found)
        })
    }
}

/// Opening a pipe waits for somebody to write into it, and neither it nor a device has bytes by position.
fn check_regular(metadata: &std::fs::Metadata) -> std::io::Result<()> {
    use std::io::{Error, ErrorKind};
    if metadata.is_dir() {
        return Err(Error::new(ErrorKind::IsADirectory, "expected a file, found a directory"));
    }
    if !metadata.is_file() {
        return Err(Error::new(ErrorKind::InvalidInput, "expected a file, found a pipe, a socket or a device"));
    }
    Ok(())
}

fn not_here(location: &Location) -> StoreError {
    StoreError::Unusable { location: location.clone(), reason: "not a file of this machine".into() }
}

fn list_below(directory: &Path, found: &mut Vec<Listed>) -> Result<()> {
    let io = |path: &Path, source| StoreError::Io { location: path.into(), source };
    for entry in std::fs::read_dir(directory).map_err(|error| io(directory, error))? {
        let path = entry.map_err(|error| io(directory, error))?.path();
        let metadata = std::fs::metadata(&path).map_err(|error| io(&path, error))?;
        if metadata.is_dir() {
            list_below(&path, found)?;
        } else {
            found.push(Listed { location: Location::Local(path), stamp: Stamp::of_file(&metadata) });
        }
    }
    Ok(())
}

/// An open local file, without a position of its own: any thread may read.
///
/// # Examples
/// ```
/// use nunatak_store::{Location, Object};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("a.bin");
/// std::fs::write(&path, "0123456789")?;
/// let file = Object::open_local(&Location::from(&path))?.local_file()?.ok_or("not a file of this machine")?;
/// let mut bytes = [0; 3];
/// file.read_at(4, &mut bytes)?;
/// assert_eq!(&bytes, b"456");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct LocalFile {
    location: Location,
    file: File,
}

impl LocalFile {
    /// Fills `bytes` from `offset` on.
    ///
    /// # Errors
    /// [`StoreError::Io`], at the end of the file too.
    pub fn read_at(&self, offset: u64, bytes: &mut [u8]) -> Result<()> {
        read_exact_at(&self.file, bytes, offset)
            .map_err(|source| StoreError::Io { location: self.location.clone(), source })
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, bytes: &mut [u8], offset: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> std::io::Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block_on;

    #[test]
    fn files_of_a_directory_are_listed_with_their_lengths() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("below")).unwrap();
        std::fs::write(folder.path().join("below/b.nc"), [0; 7]).unwrap();
        std::fs::write(folder.path().join("a.nc"), [0; 3]).unwrap();
        let listed = block_on(LocalFiles.list(&folder.path().into())).unwrap();
        let seen: Vec<_> = listed.iter().map(|file| (file.location.file_name(), file.stamp.length)).collect();
        assert_eq!(seen, [("a.nc".into(), 3), ("b.nc".into(), 7)]);
    }

    #[test]
    fn a_file_that_changed_is_not_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let location = Location::from(file.path());
        std::fs::write(file.path(), b"0123").unwrap();
        let stamp = LocalFiles::stamp(&location).unwrap();
        std::fs::write(file.path(), b"01234").unwrap();
        let error = block_on(LocalFiles.get_ranges(&location, &stamp, std::slice::from_ref(&(0..2)))).unwrap_err();
        assert!(error.to_string().contains("4 bytes then, 5 now"), "{error}");
    }
}
