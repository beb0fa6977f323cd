//! The bytes of one file while its metadata are parsed: those at hand, and a note of those that are missing.
//!
//! Parsers know nothing of stores. They read from a [`ByteSource`]; where it lacks bytes of a remote file, the read
//! fails, the place is noted, and parsing starts again once the bytes are there. A file's header is parsed two or
//! three times that way, at a third of a millisecond each, and no thread ever waits for a store.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use hdf5_reader::error::{Error as Hdf5Error, Result as Hdf5Result};
use hdf5_reader::storage::{Storage, StorageBuffer};
use nunatak_store::{LocalFile, Location, Object, StoreError};

use crate::{FormatError, Result};

/// Metadata of local files are read in blocks of this size.
const LOCAL_BLOCK: u64 = 32 * 1024;
/// Most bytes of metadata that are read at once, and that are kept.
const MOST_AT_ONCE: u64 = 256 << 20;
const MOST_KEPT: u64 = 1 << 30;
/// Parsers read some bytes of a header several times. A file whose structures lie over one another, so that they are
/// read more often than this, was made to waste time.
const MOST_READINGS: u64 = 32;
/// What small files may be read beyond that.
const FREE_BYTES: u64 = 64 << 20;

/// Bytes of one state of one file.
pub(crate) struct ByteSource {
    object: Arc<Object>,
    local: Option<LocalFile>,
    known: Mutex<KnownBytes>,
}

#[derive(Default)]
struct KnownBytes {
    /// Bytes at hand, by where they start; none lies inside another, so who starts last ends last.
    pieces: BTreeMap<u64, Bytes>,
    /// Bytes that were wanted and are not at hand.
    missing: Vec<Range<u64>>,
    error: Option<StoreError>,
    /// Bytes of all pieces.
    kept: u64,
    /// Bytes that parsers have read since the last attempt began.
    read: u64,
}

impl ByteSource {
    /// # Errors
    /// The store's, when a local file cannot be opened.
    pub(crate) fn new(object: Arc<Object>) -> Result<Self> {
        let local = object.local_file()?;
        Ok(Self { object, local, known: Mutex::default() })
    }

    fn known(&self) -> MutexGuard<'_, KnownBytes> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn object(&self) -> &Arc<Object> {
        &self.object
    }

    pub(crate) fn path(&self) -> &Location {
        self.object.location()
    }

    pub(crate) fn len(&self) -> u64 {
        self.object.length()
    }

    /// Puts bytes at hand.
    pub(crate) fn add(&self, offset: u64, bytes: Bytes) {
        self.known().add(offset, bytes);
    }

    /// What was wanted and missing since the last call; parsing starts again.
    pub(crate) fn take_missing(&self) -> Vec<Range<u64>> {
        let mut known = self.known();
        known.read = 0;
        std::mem::take(&mut known.missing)
    }

    /// The store's error that a parser may have swallowed.
    pub(crate) fn take_error(&self) -> Option<StoreError> {
        self.known().error.take()
    }

    /// `length` bytes at `offset`.
    ///
    /// # Errors
    /// [`FormatError::Truncated`] beyond the end; [`FormatError::Malformed`] when more is read than the metadata of a
    /// file of this length can be; the store's; [`FormatError::Pending`] when the bytes are missing.
    pub(crate) fn read_metadata(&self, object: &str, offset: u64, length: usize) -> Result<Bytes> {
        let needed = length as u64;
        let available = self.len().saturating_sub(offset);
        if needed > available {
            let (path, object) = (self.path().clone(), object.to_string());
            return Err(FormatError::Truncated { path, object, offset, needed, available });
        }
        if length == 0 {
            // Nothing is read, wherever a file puts it: also beyond the end.
            return Ok(Bytes::new());
        }
        let mut known = self.known();
        let malformed = |problem: String| {
            let (path, object) = (self.path().clone(), object.to_string());
            FormatError::Malformed { path, object, offset, problem }
        };
        known.check(needed, self.len()).map_err(malformed)?;
        if let Some(bytes) = known.get(offset, length) {
            return Ok(bytes);
        }
        match &self.local {
            Some(file) => {
                let bytes = read_block(file, offset, needed, self.len())?;
                known.add(bytes.0, bytes.1);
                Ok(known.get(offset, length).unwrap_or_default())
            }
            None => {
                known.missing.push(offset..offset + needed);
                Err(FormatError::Pending { path: self.path().clone(), offset })
            }
        }
    }
}

/// The blocks around a range.
fn read_block(file: &LocalFile, offset: u64, needed: u64, end: u64) -> Result<(u64, Bytes)> {
    let start = offset / LOCAL_BLOCK * LOCAL_BLOCK;
    let stop = (offset + needed).next_multiple_of(LOCAL_BLOCK).min(end);
    let mut bytes = vec![0; usize::try_from(stop - start).unwrap_or(usize::MAX)];
    file.read_at(start, &mut bytes)?;
    Ok((start, bytes.into()))
}

impl KnownBytes {
    fn add(&mut self, start: u64, bytes: Bytes) {
        let stop = start + bytes.len() as u64;
        let ends = |(&start, piece): (&u64, &Bytes)| start + piece.len() as u64;
        if self.pieces.range(..=start).next_back().map(ends).is_some_and(|end| end >= stop) {
            return;
        }
        let inside: Vec<u64> =
            self.pieces.range(start..stop).filter(|piece| ends(*piece) <= stop).map(|(&start, _)| start).collect();
        for start in inside {
            self.kept -= self.pieces.remove(&start).map_or(0, |piece| piece.len() as u64);
        }
        self.kept += bytes.len() as u64;
        self.pieces.insert(start, bytes);
    }

    /// Counts a read of so many bytes of a file of this length.
    fn check(&mut self, needed: u64, length: u64) -> Result<(), String> {
        if needed > MOST_AT_ONCE || self.kept.saturating_add(needed) > MOST_KEPT {
            return Err(format!("{needed} bytes of metadata at once, after {} others", self.kept));
        }
        self.read = self.read.saturating_add(needed);
        if self.read > FREE_BYTES + MOST_READINGS * length.min(MOST_AT_ONCE) {
            return Err(format!("its structures lie over one another: {} bytes of them in {length}", self.read));
        }
        Ok(())
    }

    fn get(&self, offset: u64, length: usize) -> Option<Bytes> {
        let end = offset + length as u64;
        let (&start, piece) = self.pieces.range(..=offset).next_back()?;
        let at = usize::try_from(offset - start).ok()?;
        if end <= start + piece.len() as u64 {
            return Some(piece.slice(at..at + length));
        }
        // The range goes on in the next pieces, when they follow without a gap.
        let mut reached = offset;
        for (&start, piece) in self.pieces.range(start..end) {
            if start > reached {
                return None;
            }
            reached = reached.max(start + piece.len() as u64);
        }
        if reached < end {
            return None;
        }
        let mut joined = Vec::with_capacity(length);
        for (&start, piece) in self.pieces.range(start..end) {
            let from = usize::try_from(offset + joined.len() as u64 - start).ok()?.min(piece.len());
            let to = piece.len().min(from + length - joined.len());
            joined.extend_from_slice(&piece[from..to]);
        }
        Some(joined.into())
    }
}

impl Storage for ByteSource {
    fn len(&self) -> u64 {
        self.object.length()
    }

    fn read_range(&self, offset: u64, length: usize) -> Hdf5Result<StorageBuffer> {
        match self.read_metadata("", offset, length) {
            Ok(bytes) => StorageBuffer::from_shared_owner(Arc::new(bytes), 0, length),
            Err(FormatError::Truncated { needed, available, .. }) => {
                Err(Hdf5Error::UnexpectedEof { offset, needed, available })
            }
            Err(FormatError::Store(error)) => {
                let text = error.to_string();
                self.known().error = Some(error);
                Err(Hdf5Error::Io(std::io::Error::other(text)))
            }
            Err(FormatError::Malformed { problem, .. }) => Err(Hdf5Error::InvalidData(problem)),
            Err(_) => Err(Hdf5Error::Io(std::io::ErrorKind::WouldBlock.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nunatak_store::{Stamp, Version};

    #[test]
    fn a_short_piece_hides_no_longer_one() {
        let source = remote(1000);
        source.add(100, Bytes::from(vec![1; 50]));
        source.add(0, Bytes::from(vec![1; 400]));
        source.add(120, Bytes::from(vec![1; 10]));
        assert_eq!(source.read_metadata("", 110, 200).unwrap().len(), 200);
        source.add(390, Bytes::from(vec![1; 100]));
        assert_eq!(source.read_metadata("", 130, 350).unwrap().len(), 350);
        assert!(source.take_missing().is_empty());
    }

    #[test]
    fn pieces_that_touch_or_overlap_are_one_range() {
        let source = remote(1000);
        for (start, length) in [(0, 40), (30, 50), (80, 20), (120, 10)] {
            source.add(start, Bytes::from_iter((start..start + length).map(|at| at as u8)));
        }
        let expected: Vec<u8> = (5..100).collect();
        assert_eq!(source.read_metadata("", 5, 95).unwrap()[..], expected);
        assert!(source.read_metadata("", 5, 96).is_err(), "a gap");
        assert_eq!(source.take_missing(), std::slice::from_ref(&(5..101)));
    }

    #[test]
    fn reading_the_same_bytes_for_ever_is_refused() {
        let source = remote(1 << 20);
        source.add(0, Bytes::from(vec![0; 1 << 20]));
        let readings = (0..1000).take_while(|_| source.read_metadata("", 0, 1 << 20).is_ok()).count();
        assert_eq!(readings, 96, "64 MiB, and 32 times the file");
        let error = source.read_metadata("/a", 0, 1 << 20).unwrap_err().to_string();
        assert!(error.contains("/a: offset 0: its structures lie over one another"), "{error}");
        source.take_missing();
        assert!(source.read_metadata("", 0, 1 << 20).is_ok(), "a new attempt");
        assert!(
            remote(1 << 40).read_metadata("", 0, 1 << 29).is_err_and(|error| error.to_string().contains("at once"))
        );
    }

    #[test]
    fn no_bytes_can_be_anywhere() {
        let path = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(path.path(), [7; 100]).unwrap();
        let object = Object::open_local(&Location::from(path.path())).unwrap();
        let source = ByteSource::new(Arc::new(object)).unwrap();
        for offset in [0, 100, 101, 1 << 40, u64::MAX] {
            assert!(source.read_metadata("", offset, 0).unwrap().is_empty());
        }
        assert!(matches!(source.read_metadata("", u64::MAX, 1), Err(FormatError::Truncated { .. })));
    }

    fn remote(length: u64) -> ByteSource {
        let location = Location::parse("s3://bucket/a.nc").unwrap();
        let stamp = Stamp { length, version: Version::Unknown };
        ByteSource::new(Arc::new(Object::new(location, stamp, None))).unwrap()
    }

    #[test]
    fn what_is_missing_is_noted_and_read_once_it_is_there() {
        let source = remote(100);
        source.add(0, Bytes::from_static(b"0123456789"));
        assert_eq!(source.read_metadata("", 2, 3).unwrap(), "234");
        assert!(source.read_metadata("", 8, 4).is_err());
        assert_eq!(source.take_missing(), std::slice::from_ref(&(8..12)));
        source.add(10, Bytes::from_static(b"abcdef"));
        assert_eq!(source.read_metadata("", 8, 4).unwrap(), "89ab");
        assert!(matches!(source.read_metadata("", 99, 2), Err(FormatError::Truncated { .. })));
        assert!(source.take_missing().is_empty());
    }
}
