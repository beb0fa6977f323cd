use std::fs::File;
use std::ops::Range;

use bytes::Bytes;
use futures_util::stream::{StreamExt, TryStreamExt};
use object_store::ObjectStoreExt;
use object_store::path::Path;

use crate::{Location, Result, Stamp, StorageOptions, Store, StoreError, block_on, coalesce};

/// Ranges closer than this are one request: waiting for another one costs more than the bytes between.
const REMOTE_GAP: u64 = 64 * 1024;
/// Longest request; longer spans are fetched in parts, side by side.
const REMOTE_LONGEST: u64 = 4 * 1024 * 1024;
/// Requests that one read keeps in flight; over a slow line many would starve each other beyond their deadline.
const SIDE_BY_SIDE: usize = 16;

/// One state of one file: bytes by position.
#[derive(Clone)]
pub struct Object {
    location: Location,
    stamp: Stamp,
    store: Option<Store>,
}

impl Object {
    /// An object whose stamp a listing or an earlier session has told. A remote location needs its store.
    pub fn new(location: Location, stamp: Stamp, store: Option<Store>) -> Self {
        Self { location, stamp, store }
    }

    /// Asks for the length and version of a file.
    ///
    /// # Errors
    /// [`StoreError`]: not there, not allowed, no answer.
    pub async fn open(location: &Location, options: &StorageOptions) -> Result<Self> {
        let Some(store) = Store::of(location, options)? else { return Self::open_local(location) };
        let path = key(location)?;
        let meta = store
            .persist(location, 0, || async {
                store.0.inner.head(&path).await.map_err(|error| store.trouble(location, &error))
            })
            .await?;
        Ok(Self::new(location.clone(), Stamp::of_object(&meta), Some(store)))
    }

    /// Reads the first bytes of a file together with its length and version, in one request.
    ///
    /// # Errors
    /// As [`Object::open`].
    pub async fn open_with_head(location: &Location, options: &StorageOptions, length: u64) -> Result<(Self, Bytes)> {
        let Some(store) = Store::of(location, options)? else {
            let object = Self::open_local(location)?;
            let head = 0..length.min(object.stamp.length);
            let bytes = object.read(std::slice::from_ref(&head))?.pop().unwrap_or_default();
            return Ok((object, bytes));
        };
        match store.get_head(location, &key(location)?, length).await {
            Ok((stamp, bytes)) => Ok((Self::new(location.clone(), stamp, Some(store)), bytes)),
            // An empty object has no first byte: some servers answer 416, some with all that there is.
            Err(error @ (StoreError::Changed { .. } | StoreError::Unusable { .. })) => {
                match Self::open(location, options).await {
                    Ok(object) if object.length() == 0 => Ok((object, Bytes::new())),
                    _ => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// A local file, with its length and modification time.
    ///
    /// # Errors
    /// [`StoreError::Io`], also for a directory.
    pub fn open_local(location: &Location) -> Result<Self> {
        let io = |source| StoreError::Io { location: location.clone(), source };
        let path = location.as_path().unwrap_or(std::path::Path::new(""));
        let metadata = std::fs::metadata(path).map_err(io)?;
        if metadata.is_dir() {
            let directory = std::io::Error::new(std::io::ErrorKind::IsADirectory, "expected a file, found a directory");
            return Err(io(directory));
        }
        Ok(Self::new(location.clone(), Stamp::of_file(&metadata), None))
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

    /// Its connection; `None` for local files.
    pub fn store(&self) -> Option<&Store> {
        self.store.as_ref()
    }

    /// A local file, opened, once it is found to be in the state of the stamp; `None` for remote objects.
    ///
    /// # Errors
    /// [`StoreError::Io`], and [`StoreError::Changed`] when it is in another state.
    pub fn local_file(&self) -> Result<Option<LocalFile>> {
        let Some(path) = self.location.as_path() else { return Ok(None) };
        let io = |source| StoreError::Io { location: self.location.clone(), source };
        let file = File::open(path).map_err(io)?;
        let now = Stamp::of_file(&file.metadata().map_err(io)?);
        match self.stamp.difference(&now) {
            Some(found) => Err(StoreError::Changed { location: self.location.clone(), found }),
            None => Ok(Some(LocalFile { location: self.location.clone(), file })),
        }
    }

    /// The bytes of each range, in order. Ranges that lie close together are one request; many are in flight at once.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Changed`] when the file is no longer in the state of the stamp.
    pub async fn fetch(&self, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let Some(store) = &self.store else { return self.read_local(ranges) };
        let path = key(&self.location)?;
        let pieces = coalesce(ranges, REMOTE_GAP, REMOTE_LONGEST);
        let fetched: Vec<Bytes> =
            futures_util::stream::iter(pieces.iter().map(|piece| piece.range.clone()).collect::<Vec<_>>())
                .map(|range| self.fetch_piece(store, &path, range))
                .buffered(SIDE_BY_SIDE)
                .try_collect()
                .await?;
        let mut parts = vec![Bytes::new(); ranges.len()];
        for (piece, bytes) in pieces.iter().zip(&fetched) {
            for &at in &piece.wanted {
                let offset = |position: u64| usize::try_from(position - piece.range.start).unwrap_or(usize::MAX);
                parts[at] = bytes.slice(offset(ranges[at].start)..offset(ranges[at].end));
            }
        }
        Ok(parts)
    }

    /// As [`Object::fetch`], waiting for the bytes.
    ///
    /// # Errors
    /// As [`Object::fetch`].
    pub fn read(&self, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        if self.store.is_none() { self.read_local(ranges) } else { block_on(self.fetch(ranges)) }
    }

    /// A span longer than one request may be comes in parts, side by side.
    async fn fetch_piece(&self, store: &Store, path: &Path, range: Range<u64>) -> Result<Bytes> {
        if range.end - range.start <= REMOTE_LONGEST {
            return store.get(&self.location, path, &self.stamp, range).await;
        }
        let starts: Vec<u64> = (range.start..range.end).step_by(REMOTE_LONGEST as usize).collect();
        let parts: Vec<Bytes> = futures_util::stream::iter(starts)
            .map(|start| {
                let part = start..(start + REMOTE_LONGEST).min(range.end);
                store.get(&self.location, path, &self.stamp, part)
            })
            .buffered(SIDE_BY_SIDE)
            .try_collect()
            .await?;
        Ok(parts.concat().into())
    }

    fn read_local(&self, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let Some(file) = self.local_file()? else { return Ok(Vec::new()) };
        ranges
            .iter()
            .map(|range| {
                let mut bytes = vec![0; usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX)];
                file.read_at(range.start, &mut bytes)?;
                Ok(bytes.into())
            })
            .collect()
    }
}

impl std::fmt::Debug for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Object({}, {:?})", self.location, self.stamp)
    }
}

/// The key of a remote object, as its store spells it.
pub(crate) fn key(location: &Location) -> Result<Path> {
    let bad = |expected: String| StoreError::BadLocation { found: location.to_string(), expected };
    let Location::Remote { key, scheme, .. } = location else { return Err(bad("expected a remote location".into())) };
    if key.is_empty() {
        return Err(bad("expected a file, found a bucket".into()));
    }
    let parsed = match scheme {
        crate::Scheme::Http | crate::Scheme::Https => Path::from_url_path(key),
        _ => Path::parse(key),
    };
    parsed.map_err(|error| bad(error.to_string()))
}

/// An open local file, without a position of its own: any thread may read.
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
