//! The one interface through which bytes are read.

use std::any::Any;
use std::collections::BTreeMap;
use std::ops::Range;

use bytes::Bytes;
use futures_util::future::BoxFuture;

use crate::{Location, Result, Stamp, StoreError};

/// An answer that is on its way.
pub type Pending<'a, T> = BoxFuture<'a, Result<T>>;

/// A file that a store lists.
///
/// # Examples
/// ```
/// use nunatak_store::{LocalFiles, ReadRanges, block_on};
///
/// # let folder = tempfile::tempdir()?;
/// std::fs::write(folder.path().join("lithk.nc"), "0123456")?;
/// let files = block_on(LocalFiles.list(&folder.path().into()))?;
/// assert_eq!(files[0].location.file_name(), "lithk.nc");
/// assert_eq!(files[0].stamp.length, 7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Where it is.
    pub location: Location,
    /// Its length and version.
    pub stamp: Stamp,
}

/// Bytes of files by position: an object store, this machine's files, a Python file object, a double for tests.
///
/// One call stands for one batch of requests, so that a virtual call costs nothing beside it. A reader joins ranges
/// ([`coalesce`](crate::coalesce)), bounds what is in flight and tries again as its kind of store needs;
/// [`Object`](crate::Object) checks what comes back.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_store::{Location, MemoryReader, Object, StorageOptions, block_on, register};
///
/// let reader = MemoryReader::new([("a.bin", b"0123456789".to_vec())]);
/// let (root, _kept) = register("memory", Arc::new(reader));
/// let object = block_on(Object::open(&root.join("a.bin"), &StorageOptions::default()))?;
/// assert_eq!(object.read(&[2..4, 8..10])?, ["23", "89"]);
/// # Ok::<(), nunatak_store::StoreError>(())
/// ```
pub trait ReadRanges: Any + Send + Sync {
    /// The bytes of each range of one state of a file, in order; empty ranges give no bytes.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Changed`] where the reader can tell that the file is in another state.
    fn get_ranges<'a>(
        &'a self,
        location: &'a Location,
        stamp: &'a Stamp,
        ranges: &'a [Range<u64>],
    ) -> Pending<'a, Vec<Bytes>>;

    /// Length and version of a file.
    ///
    /// # Errors
    /// [`StoreError`]: not there, not allowed, no answer.
    fn stat<'a>(&'a self, location: &'a Location) -> Pending<'a, Stamp>;

    /// Every file below a prefix, sorted by location.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Unusable`] where the reader cannot list.
    fn list<'a>(&'a self, prefix: &'a Location) -> Pending<'a, Vec<Listed>>;

    /// The first bytes of a file, at most `length` of them, and the state they belong to; stores do it in one request.
    ///
    /// # Errors
    /// As [`ReadRanges::stat`] and [`ReadRanges::get_ranges`].
    fn get_head<'a>(&'a self, location: &'a Location, length: u64) -> Pending<'a, (Stamp, Bytes)> {
        Box::pin(async move {
            let stamp = self.stat(location).await?;
            let head = 0..length.min(stamp.length);
            let bytes = self.get_ranges(location, &stamp, std::slice::from_ref(&head)).await?.pop();
            Ok((stamp, bytes.unwrap_or_default()))
        })
    }

    /// Whether its answers keep the thread busy that waits for them, as calls of Python do. Such a reader is asked on the
    /// thread that needs the bytes, never on one of the runtime.
    fn blocks(&self) -> bool {
        false
    }

    /// What another process needs to reach the same bytes, without secrets.
    fn public_options(&self) -> BTreeMap<String, String> {
        BTreeMap::new()
    }
}

/// Fails unless a reader gave one part per range, each of the range's length.
pub(crate) fn check_lengths(location: &Location, ranges: &[Range<u64>], parts: &[Bytes]) -> Result<()> {
    let unusable = |reason: String| Err(StoreError::Unusable { location: location.clone(), reason });
    if parts.len() != ranges.len() {
        return unusable(format!("expected {} parts of the file, found {}", ranges.len(), parts.len()));
    }
    for (range, part) in ranges.iter().zip(parts) {
        let expected = range.end.saturating_sub(range.start);
        if part.len() as u64 != expected {
            let (offset, found) = (range.start, part.len());
            return unusable(format!("offset {offset}: expected {expected} bytes, found {found}"));
        }
    }
    Ok(())
}
