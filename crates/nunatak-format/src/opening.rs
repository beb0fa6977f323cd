//! From a location to a file: fetch what is missing, parse, until nothing is missing.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use nunatak_store::{Location, Object, StorageOptions, block_on};

use crate::sniff::sniff;
use crate::source::ByteSource;
use crate::{File, FileKind, FormatError, Manifest, Result, hdf5, netcdf3};

/// The first request for a file; most writers put everything there.
pub const HEAD_BYTES: u64 = 64 * 1024;
/// Files up to this size are fetched whole: a second request costs more.
const WHOLE_BYTES: u64 = 192 * 1024;
/// What is fetched before and after a place that is missing: metadata lie together.
const BEFORE: u64 = 16 * 1024;
const AFTER: u64 = 48 * 1024;
/// What is missing this close to the end is fetched up to the end: attributes written late lie there.
const TAIL_BYTES: u64 = 256 * 1024;
/// Rounds of fetching before a header is called endless.
const MOST_ROUNDS: usize = 200;

/// Opens a file: recognises its format by content and reads its metadata.
///
/// # Errors
/// [`FormatError`] with the file, the object and the offset: unreadable, empty, truncated, malformed, or of another
/// format.
pub fn open(location: impl Into<Location>) -> Result<File> {
    open_with(&location.into(), &StorageOptions::default())
}

/// As [`open`], from a store.
///
/// # Errors
/// As [`open`], and the store's.
pub fn open_with(location: &Location, options: &StorageOptions) -> Result<File> {
    if location.is_local() {
        let object = Arc::new(Object::open_local(location)?);
        return Ok(read_local_manifest(&object)?.bind(&object));
    }
    let (object, manifest) = block_on(read_manifest_at(location, options))?;
    Ok(manifest.bind(&object))
}

/// The header of a file whose length is not known yet.
///
/// # Errors
/// As [`open`].
pub async fn read_manifest_at(location: &Location, options: &StorageOptions) -> Result<(Arc<Object>, Manifest)> {
    let (object, head) = Object::open_with_head(location, options, HEAD_BYTES).await?;
    let object = Arc::new(object);
    let manifest =
        if location.is_local() { read_local_manifest(&object)? } else { parse_remote(&object, head).await? };
    Ok((object, manifest))
}

/// The header of one state of a file.
///
/// # Errors
/// As [`open`].
pub async fn read_manifest(object: &Arc<Object>) -> Result<Manifest> {
    if object.location().is_local() {
        return read_local_manifest(object);
    }
    let first = if object.length() <= WHOLE_BYTES { object.length() } else { HEAD_BYTES };
    let head = if first == 0 { Bytes::new() } else { fetch_one(object, 0..first).await? };
    parse_remote(object, head).await
}

/// The header of one state of a local file.
///
/// # Errors
/// As [`open`].
pub fn read_local_manifest(object: &Arc<Object>) -> Result<Manifest> {
    let source = Arc::new(ByteSource::new(Arc::clone(object))?);
    parse(&source)
}

async fn parse_remote(object: &Arc<Object>, head: Bytes) -> Result<Manifest> {
    let source = Arc::new(ByteSource::new(Arc::clone(object))?);
    source.add(0, head);
    complete(&source, || parse(&source)).await
}

/// Repeats an attempt to parse, with more of the file each time, until nothing that it wants is missing.
///
/// # Errors
/// The attempt's and the store's.
pub(crate) async fn complete<T>(source: &ByteSource, mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
    for _ in 0..MOST_ROUNDS {
        let result = attempt();
        let missing = source.take_missing();
        if missing.is_empty() {
            return match source.take_error() {
                Some(error) => Err(error.into()),
                None => result,
            };
        }
        let windows: Vec<Range<u64>> = missing.iter().map(|range| window(range, source.len())).collect();
        let windows = merged(windows);
        for (range, bytes) in windows.iter().zip(source.object().fetch(&windows).await?) {
            source.add(range.start, bytes);
        }
    }
    Err(FormatError::Malformed {
        path: source.path().clone(),
        object: "header".into(),
        offset: 0,
        problem: format!("its metadata are scattered over more than {MOST_ROUNDS} places"),
    })
}

async fn fetch_one(object: &Object, range: Range<u64>) -> Result<Bytes> {
    Ok(object.fetch(std::slice::from_ref(&range)).await?.pop().unwrap_or_default())
}

fn window(missing: &Range<u64>, length: u64) -> Range<u64> {
    let start = missing.start.saturating_sub(BEFORE);
    if length - missing.start <= TAIL_BYTES {
        return start..length;
    }
    start..(missing.end + AFTER).min(length)
}

/// Ranges that overlap or touch become one.
fn merged(mut ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    ranges.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

fn parse(source: &Arc<ByteSource>) -> Result<Manifest> {
    let mut manifest = match sniff(source)? {
        FileKind::Hdf5 => hdf5::parse(source)?,
        kind => netcdf3::parse(source, kind)?,
    };
    manifest.inline_coordinates(source)?;
    Ok(manifest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_reach_the_tail_and_merge() {
        assert_eq!(window(&(1_000_000..1_000_100), 10_000_000), 1_000_000 - BEFORE..1_000_100 + AFTER);
        assert_eq!(window(&(9_900_000..9_900_010), 10_000_000), 9_900_000 - BEFORE..10_000_000);
        assert_eq!(merged(vec![5..9, 0..3, 3..5, 20..30]), [0..9, 20..30]);
    }
}
