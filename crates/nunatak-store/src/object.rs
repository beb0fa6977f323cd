//! One state of one file: bytes by position, through the reader that its location belongs to.

use std::any::Any;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use crate::read_ranges::check_lengths;
use crate::reader_of::local_files;
use crate::{LocalFile, LocalFiles, Location, ReadRanges, Result, Stamp, StorageOptions, Store, block_on, reader_of};

/// One state of one file: bytes by position.
///
/// # Examples
/// ```
/// use nunatak_store::{Location, Object, StorageOptions, block_on};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("a.bin");
/// std::fs::write(&path, b"0123456789").unwrap();
/// let object = block_on(Object::open(&Location::from(&path), &StorageOptions::default()))?;
/// assert_eq!(object.length(), 10);
/// assert_eq!(object.read(&[0..2, 7..10])?, ["01", "789"]);
/// # Ok::<(), nunatak_store::StoreError>(())
/// ```
#[derive(Clone)]
pub struct Object {
    location: Location,
    stamp: Stamp,
    reader: Arc<dyn ReadRanges>,
}

impl Object {
    /// An object whose stamp a listing or an earlier session has told. A remote location needs its store.
    pub fn new(location: Location, stamp: Stamp, store: Option<Store>) -> Self {
        let reader = store.map_or_else(local_files, |store| Arc::new(store) as _);
        Self::through(reader, location, stamp)
    }

    /// An object that this reader reads.
    pub fn through(reader: Arc<dyn ReadRanges>, location: Location, stamp: Stamp) -> Self {
        Self { location, stamp, reader }
    }

    /// Asks for the length and version of a file.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError): not there, not allowed, no answer.
    pub async fn open(location: &Location, options: &StorageOptions) -> Result<Self> {
        let reader = reader_of(location, options)?;
        let stamp = reader.stat(location).await?;
        Ok(Self::through(reader, location.clone(), stamp))
    }

    /// Reads the first bytes of a file together with its length and version; stores do it in one request.
    ///
    /// # Errors
    /// As [`Object::open`].
    pub async fn open_with_head(location: &Location, options: &StorageOptions, length: u64) -> Result<(Self, Bytes)> {
        let reader = reader_of(location, options)?;
        let (stamp, head) = reader.get_head(location, length).await?;
        let expected = 0..length.min(stamp.length);
        check_lengths(location, std::slice::from_ref(&expected), std::slice::from_ref(&head))?;
        Ok((Self::through(reader, location.clone(), stamp), head))
    }

    /// A local file, with its length and modification time.
    ///
    /// # Errors
    /// [`StoreError::Io`](crate::StoreError::Io), also for a directory.
    pub fn open_local(location: &Location) -> Result<Self> {
        Ok(Self::through(local_files(), location.clone(), LocalFiles::stamp(location)?))
    }

    /// Where it is.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Which state it is.
    pub fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    /// Length in bytes.
    pub fn length(&self) -> u64 {
        self.stamp.length
    }

    /// What reads it.
    pub fn reader(&self) -> &Arc<dyn ReadRanges> {
        &self.reader
    }

    /// Its connection; `None` for local files and readers of other kinds.
    pub fn store(&self) -> Option<&Store> {
        let reader: &dyn Any = &*self.reader;
        reader.downcast_ref()
    }

    /// Whether reads keep the thread busy that waits for them (see [`ReadRanges::blocks`]).
    pub fn blocks(&self) -> bool {
        self.reader.blocks()
    }

    /// A local file, opened, once it is found to be in the state of the stamp; `None` for remote objects.
    ///
    /// # Errors
    /// [`StoreError::Io`](crate::StoreError::Io), and [`StoreError::Changed`](crate::StoreError::Changed) when it is in
    /// another state.
    pub fn local_file(&self) -> Result<Option<LocalFile>> {
        LocalFiles::open(&self.location, &self.stamp)
    }

    /// The bytes of each range, in order. Ranges that lie close together are one request; many are in flight at once.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError); [`StoreError::Changed`](crate::StoreError::Changed) when the file is no longer
    /// in the state of the stamp.
    pub async fn fetch(&self, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let parts = self.reader.get_ranges(&self.location, &self.stamp, ranges).await?;
        check_lengths(&self.location, ranges, &parts)?;
        Ok(parts)
    }

    /// As [`Object::fetch`], waiting for the bytes.
    ///
    /// # Errors
    /// As [`Object::fetch`].
    pub fn read(&self, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        if self.location.is_local() {
            return LocalFiles::read(&self.location, &self.stamp, ranges);
        }
        block_on(self.fetch(ranges))
    }
}

impl std::fmt::Debug for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Object({}, {:?})", self.location, self.stamp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CountingReader, LatencyReader, MemoryReader, register};
    use futures_util::future::try_join_all;
    use std::time::Duration;

    #[test]
    fn a_reader_that_gives_too_little_is_found_out() {
        let reader = Arc::new(MemoryReader::new([("a", vec![0; 10])]));
        let (root, reader) = register("short", reader);
        let stamp = Stamp { length: 12, version: crate::Version::Unknown };
        let error = Object::through(reader, root.join("a"), stamp).read(&[0..4, 8..12]).unwrap_err().to_string();
        assert!(error.contains("offset 8: expected 4 bytes, found 2"), "{error}");
    }

    #[test]
    fn a_batch_is_one_call_and_files_wait_side_by_side() {
        let files = ["a", "b", "c"].map(|key| (key, vec![1; 1000]));
        let counting = Arc::new(CountingReader::new(Arc::new(MemoryReader::new(files))));
        let far = Arc::new(LatencyReader::new(counting.clone(), Duration::from_millis(20)));
        let (root, _kept) = register("far", far.clone());
        let options = StorageOptions::default();
        let parts = block_on(try_join_all(["a", "b", "c"].map(|key| {
            let (location, options) = (root.join(key), options.clone());
            async move {
                let (object, head) = Object::open_with_head(&location, &options, 64).await?;
                assert_eq!(head.len(), 64);
                object.fetch(&[0..10, 500..510, 990..1000]).await
            }
        })));
        assert_eq!(parts.unwrap().concat().len(), 9);
        assert_eq!((counting.batches(), counting.ranges(), counting.bytes()), (6, 12, 3 * 94));
        assert_eq!(far.most_at_once(), 3);
        assert!(Object::open_local(&root).is_err());
    }
}
