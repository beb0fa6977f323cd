//! Opening files: from a location to a manifest, and to a file with lazy arrays.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use nunatak_store::{Location, Object, StorageOptions, block_on};

use crate::coordinates::inline_coordinates;
use crate::sniff::sniff;
use crate::source::{ByteSource, complete};
use crate::{File, FileKind, Manifest, Result, hdf5, netcdf3};

/// The first request for a file; most writers put everything there.
pub const HEAD_BYTES: u64 = 64 * 1024;
/// Files up to this size are fetched whole: a second request costs more.
const WHOLE_BYTES: u64 = 192 * 1024;
/// Opens a file: recognises its format by content and reads its metadata.
///
/// # Errors
/// [`FormatError`](crate::FormatError) with the file, the object and the offset: unreadable, empty, truncated, malformed, or of another
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

async fn fetch_one(object: &Object, range: Range<u64>) -> Result<Bytes> {
    Ok(object.fetch(std::slice::from_ref(&range)).await?.pop().unwrap_or_default())
}

fn parse(source: &Arc<ByteSource>) -> Result<Manifest> {
    let mut manifest = match sniff(source)? {
        FileKind::Hdf5 => hdf5::parse(source)?,
        kind => netcdf3::parse(source, kind)?,
    };
    inline_coordinates(&mut manifest, source)?;
    Ok(manifest)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use nunatak_array::{Region, Values};
    use nunatak_store::{CountingReader, LatencyReader, MemoryReader, ReadRanges, register};

    use super::*;

    const ROWS: usize = 200;
    const COLUMNS: usize = 500;

    fn word(number: usize) -> [u8; 4] {
        u32::try_from(number).unwrap().to_be_bytes()
    }

    /// A NetCDF-3 file with one variable `h(y, x)` of doubles, each its own index.
    fn classic_file() -> Vec<u8> {
        let mut file = b"CDF\x01".to_vec();
        file.extend([word(0), word(10), word(2)].concat());
        for (name, length) in [(b"y\0\0\0", ROWS), (b"x\0\0\0", COLUMNS)] {
            file.extend([word(1), *name, word(length)].concat());
        }
        file.extend([word(0), word(0), word(11), word(1), word(1), *b"h\0\0\0", word(2), word(0), word(1)].concat());
        file.extend([word(0), word(0), word(6), word(ROWS * COLUMNS * 8)].concat());
        let begin = file.len() + 4;
        file.extend(word(begin));
        (0..ROWS * COLUMNS).for_each(|index| file.extend((index as f64).to_be_bytes()));
        file
    }

    /// A header takes one request; a region takes one batch, whatever the reader.
    #[test]
    fn requests_are_as_few_as_the_file_allows() {
        let memory = Arc::new(MemoryReader::new([("h.nc", classic_file())]));
        let counting = Arc::new(CountingReader::new(memory));
        let far: Arc<dyn ReadRanges> = Arc::new(LatencyReader::new(counting.clone(), Duration::from_millis(1)));
        let (root, _kept) = register("far", far);
        let file = open_with(&root.join("h.nc"), &StorageOptions::default()).unwrap();
        assert_eq!((counting.stats(), counting.batches(), counting.bytes()), (0, 1, HEAD_BYTES as usize));
        let array = &file.variable("h").unwrap().array;
        let region = Region::new(vec![50, 100], vec![3, 20]).unwrap();
        let expected = (50..53).flat_map(|row| (100..120).map(move |column| (row * COLUMNS + column) as f64));
        assert_eq!(array.read(&region).unwrap(), Values::F64(expected.collect()));
        assert_eq!((counting.batches(), counting.ranges()), (2, 2));
        assert_eq!(FileKind::at(&root.join("h.nc"), &StorageOptions::default()).unwrap(), FileKind::NetCdf3Classic);
    }

    /// Arrays find a registered reader again while somebody holds it.
    #[test]
    fn arrays_are_rebuilt_through_their_reader() {
        let (root, reader) = register("box", Arc::new(MemoryReader::new([("h.nc", classic_file())])));
        let file = open_with(&root.join("h.nc"), &StorageOptions::default()).unwrap();
        let description = file.variable("h").unwrap().array.describe().unwrap();
        assert_eq!(crate::described_location(&description).unwrap(), Some(root.join("h.nc")));
        drop(file);
        let again = crate::rebuild(&description).unwrap().unwrap();
        assert_eq!(again.read(&Region::new(vec![1, 2], vec![1, 1]).unwrap()).unwrap(), Values::F64(vec![502.0]));
        drop((again, reader));
        assert!(crate::rebuild(&description).is_err_and(|error| error.to_string().contains("open it again")));
    }
}
