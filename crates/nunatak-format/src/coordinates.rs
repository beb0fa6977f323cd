//! Coordinates of dimensions and single numbers, read into the manifest: they lie beside the header.

use std::sync::Arc;

use nunatak_array::{BlockRows, Region};

use crate::decode::{Filter, decode};
use crate::hdf5::{SourceView, locate};
use crate::manifest::{ChunkIndex, ChunkTable, Layout, Stored, StoredNumbers, chunk_counts, chunk_start};
use crate::source::ByteSource;
use crate::{FormatError, Manifest, Result};

/// Most bytes of a variable that is kept in the manifest.
const INLINE_BYTES: usize = 16 * 1024;
/// Most bytes of a chunk that is decoded for it, and of all that is read and decoded for one manifest.
const INLINE_CHUNK_BYTES: usize = 4 << 20;
const ALL_INLINE_BYTES: usize = 128 << 20;

/// Reads the coordinates of dimensions and single numbers into the manifest: whoever opens a file wants them.
///
/// # Errors
/// The format's, [`FormatError::Pending`] among them.
pub(crate) fn inline_coordinates(manifest: &mut Manifest, source: &ByteSource) -> Result<()> {
    let mut pending = None;
    let mut spent = 0;
    for variable in manifest.variables_mut() {
        let is_axis = variable.dimensions.len() == 1 && (variable.dimensions[0] == variable.name || variable.is_time());
        let Stored::Numbers(stored) = &variable.stored else { continue };
        let cost = stored.inline_cost();
        let small = stored.byte_len().is_some_and(|bytes| bytes <= INLINE_BYTES)
            && cost.is_some_and(|cost| spent + cost <= ALL_INLINE_BYTES);
        if !(small && (is_axis || variable.dimensions.is_empty()))
            || matches!(stored.layout, Layout::Compact(_) | Layout::EvenlySpaced(_))
        {
            continue;
        }
        spent += cost.unwrap_or(0);
        match stored.read_near_header(source) {
            Ok(bytes) => variable.stored = Stored::Numbers(Arc::new(stored.with_inline(bytes))),
            // Go on, so that everything that is missing is fetched at once.
            Err(error @ FormatError::Pending { .. }) => pending = Some(error),
            // What is wrong with its data is told when they are read.
            Err(_) => {}
        }
    }
    pending.map_or(Ok(()), Err)
}

impl StoredNumbers {
    /// Bytes that reading all values takes; `None` when its chunks are too large to be decoded for the header's sake.
    fn inline_cost(&self) -> Option<usize> {
        let own = self.byte_len()?;
        let Layout::Chunked { chunk_shape, .. } = &self.layout else { return Some(own) };
        let chunk = chunk_shape.iter().try_fold(self.element.size(), |bytes, &length| bytes.checked_mul(length))?;
        let chunks = chunk_counts(&self.stored_shape, chunk_shape).iter().product::<u64>();
        let all = chunk.checked_mul(usize::try_from(chunks).ok()?)?;
        (chunk <= INLINE_CHUNK_BYTES).then(|| own.saturating_add(all))
    }

    /// All values, through the bytes that the header's parser has at hand; in the file's byte order.
    ///
    /// # Errors
    /// [`FormatError::Pending`] when some are not; the format's.
    fn read_near_header(&self, source: &ByteSource) -> Result<Vec<u8>> {
        let size = self.element.size();
        let length = self.byte_len().unwrap_or(0);
        match &self.layout {
            Layout::Compact(bytes) => Ok(bytes.clone()),
            Layout::EvenlySpaced(numbers) => Ok(numbers.to_bytes(self.element).unwrap_or_default()),
            Layout::Unwritten => Ok(self.stored_fill(length / size.max(1))),
            Layout::Strided { offset, first_stride } => {
                let row = self.stored_shape.iter().skip(1).product::<usize>() * size;
                let rows = self.stored_shape.first().copied().unwrap_or(1);
                let mut bytes = Vec::with_capacity(length);
                for at in 0..rows as u64 {
                    bytes.extend_from_slice(&source.read_metadata(&self.object, offset + at * first_stride, row)?);
                }
                Ok(bytes)
            }
            Layout::Chunked { chunk_shape, filters, index } => {
                let table = match index {
                    ChunkIndex::Known(table) => Arc::clone(table),
                    ChunkIndex::Deferred(address) => {
                        Arc::new(locate(&SourceView::new(source, address), &self.object, address)?)
                    }
                };
                self.read_chunks_near_header(source, chunk_shape, filters, &table)
            }
        }
    }

    fn read_chunks_near_header(
        &self,
        source: &ByteSource,
        chunk_shape: &[usize],
        filters: &[Filter],
        table: &ChunkTable,
    ) -> Result<Vec<u8>> {
        let size = self.element.size();
        let counts = chunk_counts(&self.stored_shape, chunk_shape);
        let mut all = self.stored_fill(self.stored_shape.iter().product());
        let chunk_bytes = chunk_shape.iter().product::<usize>() * size;
        let mut pending = None;
        for chunk in table.iter() {
            let stored = match source.read_metadata(&self.object, chunk.offset, to_length(chunk.length)) {
                Ok(stored) => stored,
                Err(error @ FormatError::Pending { .. }) => {
                    pending = Some(error);
                    continue;
                }
                Err(error) => return Err(error),
            };
            let bytes = decode(stored.to_vec(), filters, chunk.skipped_filters, chunk_bytes)
                .map_err(|error| self.undecodable(source.path(), chunk.offset, error))?;
            let start = chunk_start(chunk.number, chunk_shape, &counts);
            let place = Region::new(start, chunk_shape.to_vec()).ok();
            let Some(place) =
                place.as_ref().and_then(|place| Some((place, place.intersection(&Region::whole(&self.stored_shape))?)))
            else {
                continue;
            };
            let from = Region::whole(place.1.shape());
            let rows = BlockRows::new(&self.stored_shape, &place.1, chunk_shape, &from);
            for (to, from) in rows.starts() {
                let run = rows.length() * size;
                all[to * size..to * size + run].copy_from_slice(&bytes[from * size..from * size + run]);
            }
        }
        pending.map_or(Ok(all), Err)
    }
}

fn to_length(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}
