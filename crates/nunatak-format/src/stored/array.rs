use std::sync::Arc;

use nunatak_array::{Array, ArrayError, ChunkGrid, DataType, Description, Region, Values};
use rayon::prelude::*;

use super::filters::{DecodeError, decode};
use super::layout::ChunkIndex;
use super::{ChunkLocation, Element, Filter, Layout};
use crate::rebuild::VariableDescription;
use crate::source::ByteSource;
use crate::{FormatError, Result};

/// Rows closer than this are fetched in one read: seeking costs more than the bytes between.
const GAP_BYTES: u64 = 16 * 1024;
/// Longest single read of contiguous data.
const SPAN_BYTES: u64 = 16 * 1024 * 1024;
/// Chunks decoded at a time per thread, which bounds the memory of a large read.
const CHUNKS_PER_THREAD: usize = 4;

/// A variable of a file as a lazy array of its raw values.
pub(crate) struct StoredArray {
    pub(crate) source: Arc<ByteSource>,
    /// Path of the variable in the file, for errors and for reopening.
    pub(crate) object: String,
    pub(crate) element: Element,
    pub(crate) shape: Vec<usize>,
    /// Shape in the file; along an unlimited dimension another variable may have grown further.
    pub(crate) stored_shape: Vec<usize>,
    pub(crate) fill: Option<Vec<u8>>,
    pub(crate) layout: Layout,
}

impl Array for StoredArray {
    fn data_type(&self) -> DataType {
        self.element.data_type
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn chunk_grid(&self) -> ChunkGrid {
        match &self.layout {
            Layout::Chunked { chunk_shape, .. } => ChunkGrid::regular(&self.shape, chunk_shape),
            Layout::Strided { first_stride, .. } if *first_stride > self.row_bytes() => {
                let mut records = self.shape.clone();
                records[0] = 1;
                ChunkGrid::regular(&self.shape, &records)
            }
            _ => ChunkGrid::single(&self.shape),
        }
    }

    fn read(&self, region: &Region) -> Result<Values, ArrayError> {
        region.check_within(&self.shape)?;
        region.check_memory(self.data_type())?;
        let Some(stored) = region.intersection(&Region::whole(&self.stored_shape)) else {
            return Ok(self.element.filled(self.fill.as_deref(), region.len()));
        };
        let values = match &self.layout {
            Layout::Compact(bytes) => self.read_compact(bytes, &stored)?,
            Layout::Strided { offset, first_stride } => self.read_strided(*offset, *first_stride, &stored)?,
            Layout::Unwritten => self.element.filled(self.fill.as_deref(), stored.len()),
            Layout::Chunked { chunk_shape, filters, index } => {
                self.read_chunked(chunk_shape, filters, index.get()?, &stored)?
            }
        };
        if stored == *region {
            return Ok(values);
        }
        let mut result = self.element.filled(self.fill.as_deref(), region.len());
        let target = relative(&stored, region)?;
        result.copy_block(region.shape(), &target, &values, stored.shape(), &Region::whole(stored.shape()))?;
        Ok(result)
    }

    fn describe(&self) -> Result<Description, ArrayError> {
        VariableDescription::of(&self.source, &self.object).describe()
    }
}

impl StoredArray {
    /// Bytes of everything below the first axis.
    fn row_bytes(&self) -> u64 {
        self.stored_shape.iter().skip(1).product::<usize>() as u64 * self.element.size() as u64
    }

    fn read_compact(&self, bytes: &[u8], region: &Region) -> Result<Values, ArrayError> {
        let expected = self.stored_shape.iter().product::<usize>() * self.element.size();
        if bytes.len() < expected {
            return Err(self.malformed(0, format!("expected {expected} compact bytes, found {}", bytes.len())).into());
        }
        let values = self.element.values(&bytes[..expected]);
        let mut result = Values::zeros(self.data_type(), region.len());
        result.copy_block(region.shape(), &Region::whole(region.shape()), &values, &self.stored_shape, region)?;
        Ok(result)
    }

    /// Reads rows of contiguous data, joining rows that lie close together.
    fn read_strided(&self, offset: u64, first_stride: u64, region: &Region) -> Result<Values, ArrayError> {
        let size = self.element.size();
        let (rows, row_bytes) = strided_rows(&self.stored_shape, first_stride, size, region);
        let mut bytes = Vec::with_capacity(region.len() * size);
        let mut at = 0;
        while at < rows.len() {
            let first = rows[at];
            let mut last = at;
            while last + 1 < rows.len()
                && rows[last + 1] - (rows[last] + row_bytes) <= GAP_BYTES
                && rows[last + 1] + row_bytes - first <= SPAN_BYTES
            {
                last += 1;
            }
            let length = usize::try_from(rows[last] + row_bytes - first).unwrap_or(usize::MAX);
            let position = offset.checked_add(first).ok_or_else(|| self.malformed(offset, "offset overflows"))?;
            let span = self.source.read_data(&self.object, position, length)?;
            for row in &rows[at..=last] {
                let start = usize::try_from(row - first).unwrap_or(usize::MAX);
                let end = start + usize::try_from(row_bytes).unwrap_or(usize::MAX);
                bytes.extend_from_slice(&span[start..end]);
            }
            at = last + 1;
        }
        Ok(self.element.values(&bytes))
    }

    fn read_chunked(
        &self,
        chunk_shape: &[usize],
        filters: &[Filter],
        index: &ChunkIndex,
        region: &Region,
    ) -> Result<Values, ArrayError> {
        let mut result = self.element.filled(self.fill.as_deref(), region.len());
        let grid = ChunkGrid::regular(&self.stored_shape, chunk_shape);
        let wanted = written_chunks(&grid, index, chunk_shape, region)?;
        for batch in wanted.chunks(CHUNKS_PER_THREAD * rayon::current_num_threads()) {
            let decoded: Vec<Values> = batch
                .par_iter()
                .map(|(_, location)| self.read_chunk(chunk_shape, filters, *location))
                .collect::<Result<_>>()?;
            for ((chunk, _), values) in batch.iter().zip(&decoded) {
                let Some(part) = chunk.intersection(region) else { continue };
                let (from, to) = (relative(&part, chunk)?, relative(&part, region)?);
                result.copy_block(region.shape(), &to, values, chunk_shape, &from)?;
            }
        }
        Ok(result)
    }

    fn read_chunk(&self, chunk_shape: &[usize], filters: &[Filter], location: ChunkLocation) -> Result<Values> {
        let length = usize::try_from(location.length).unwrap_or(usize::MAX);
        let bytes = self.source.read_data(&self.object, location.offset, length)?;
        let chunk_bytes = chunk_shape.iter().product::<usize>() * self.element.size();
        match decode(bytes, filters, location.skipped_filters, chunk_bytes) {
            Ok(bytes) => Ok(self.element.values(&bytes)),
            Err(DecodeError::Corrupt(problem)) => Err(self.malformed(location.offset, format!("chunk: {problem}"))),
            Err(DecodeError::Unsupported(feature)) => Err(FormatError::Unsupported {
                path: self.source.path().to_path_buf(),
                object: self.object.clone(),
                feature,
            }),
        }
    }

    fn malformed(&self, offset: u64, problem: impl Into<String>) -> FormatError {
        FormatError::Malformed {
            path: self.source.path().to_path_buf(),
            object: self.object.clone(),
            offset,
            problem: problem.into(),
        }
    }
}

/// The chunks in `region` that were written, in the order of the array.
fn written_chunks(
    grid: &ChunkGrid,
    index: &ChunkIndex,
    chunk_shape: &[usize],
    region: &Region,
) -> Result<Vec<(Region, ChunkLocation)>, ArrayError> {
    let mut wanted = Vec::new();
    if grid.count_touching(region) <= index.len() {
        for chunk in grid.chunks_touching(region) {
            let start: Vec<u64> = chunk.start().iter().map(|&start| start as u64).collect();
            wanted.extend(index.get(&start).map(|location| (chunk, *location)));
        }
        return Ok(wanted);
    }
    // A sparse array has more places than chunks: go by the chunks.
    for (start, location) in index {
        let start = start.iter().map(|&start| usize::try_from(start).unwrap_or(usize::MAX / 2)).collect();
        let chunk = Region::new(start, chunk_shape.to_vec())?;
        if chunk.intersection(region).is_some() {
            wanted.push((chunk, *location));
        }
    }
    wanted.sort_by(|one, other| one.0.start().cmp(other.0.start()));
    Ok(wanted)
}

/// `part` counted from the first index of `whole`.
fn relative(part: &Region, whole: &Region) -> Result<Region, ArrayError> {
    let start = part.start().iter().zip(whole.start()).map(|(part, whole)| part - whole).collect();
    Region::new(start, part.shape().to_vec())
}

/// Byte offsets of the longest contiguous rows of `region`, in order, and their length in bytes.
///
/// Elements along the first axis are `first_stride` bytes apart, along the others they are dense.
fn strided_rows(shape: &[usize], first_stride: u64, size: usize, region: &Region) -> (Vec<u64>, u64) {
    let rank = shape.len();
    let mut dense = vec![size as u64; rank];
    for axis in (1..rank).rev() {
        dense[axis - 1] = dense[axis] * shape[axis] as u64;
    }
    let mut strides = dense.clone();
    if let Some(first) = strides.first_mut() {
        *first = first_stride;
    }
    // Axes from `inner` on make one run: dense, and all but the first of them taken whole.
    let mut inner = rank;
    while inner > 0
        && strides[inner - 1] == dense[inner - 1]
        && (inner == rank || region.shape()[inner] == shape[inner])
    {
        inner -= 1;
    }
    let row_bytes = if inner == rank { size as u64 } else { region.shape()[inner] as u64 * dense[inner] };
    if region.is_empty() {
        return (Vec::new(), row_bytes);
    }
    let origin = region.start().iter().zip(&strides).map(|(&start, stride)| start as u64 * stride).sum();
    let mut rows: Vec<u64> = vec![origin];
    for (&count, stride) in region.shape().iter().zip(&strides).take(inner) {
        rows = rows.iter().flat_map(|row| (0..count as u64).map(move |index| row + index * stride)).collect();
    }
    (rows, row_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Every element of the region is in exactly one row, at the place the strides say.
        #[test]
        fn rows_cover_the_region(
            axes in prop::collection::vec((1_usize..5, 0_usize..4, 1_usize..5), 0..4),
            padding in 0_u64..3,
        ) {
            let shape: Vec<usize> = axes.iter().map(|axis| axis.0).collect();
            let start: Vec<usize> = axes.iter().map(|axis| axis.1.min(axis.0 - 1)).collect();
            let lengths: Vec<usize> =
                axes.iter().zip(&start).map(|(axis, start)| axis.2.min(axis.0 - start)).collect();
            let region = Region::new(start, lengths).unwrap();
            let size = 2;
            let first_stride = shape.iter().skip(1).product::<usize>() as u64 * size as u64 + padding * 2;
            let (rows, row_bytes) = strided_rows(&shape, first_stride, size, &region);
            let found: Vec<u64> =
                rows.iter().flat_map(|&row| (row..row + row_bytes).step_by(size)).collect();
            let expected: Vec<u64> = (0..region.len())
                .map(|mut flat| {
                    let mut at = 0;
                    let mut stride = size as u64;
                    for axis in (0..shape.len()).rev() {
                        let index = (region.start()[axis] + flat % region.shape()[axis]) as u64;
                        flat /= region.shape()[axis];
                        at += index * if axis == 0 { first_stride } else { stride };
                        stride *= shape[axis] as u64;
                    }
                    at
                })
                .collect();
            prop_assert_eq!(found, expected);
        }
    }
}
