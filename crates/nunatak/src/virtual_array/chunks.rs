//! Chunks of a virtual array: where each is in its file.

use nunatak_format::{ChunkTable, ReferencedBytes, VariableReferences};

use super::NotVirtual;
use super::view::{AxisView, View};

/// Rows of contiguous data are put together up to this many bytes.
const ROWS_BYTES: u64 = 1 << 20;

/// Where a chunk is.
///
/// # Examples
///
/// ```
/// use nunatak::{open_dataset, virtual_array};
/// # use std::sync::Arc;
/// # use nunatak::array::{MemoryArray, NoProgress, Values};
/// # use nunatak::{format::Attributes, tree::{Dataset, Variable}, write_dataset};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("lithk.nc");
/// # let array = Arc::new(MemoryArray::new(vec![2, 3], Values::F32(vec![900.0; 6]))?);
/// # let mut dataset = Dataset::default();
/// # dataset.insert("lithk", Variable::new(vec!["y".into(), "x".into()], array, Attributes::new())?)?;
/// # write_dataset(&path, &dataset, &NoProgress)?;
///
/// // The file at `path` has `lithk`, 2 × 3 numbers of 4 bytes, each 900 m.
/// let dataset = open_dataset(&path, &Default::default())?;
/// let lithk = virtual_array(&*dataset.get("lithk").ok_or("no lithk")?.array)??;
/// let chunk = &lithk.references[0];
/// assert_eq!(chunk.length, 24);
/// let first = &std::fs::read(&path)?[chunk.offset as usize..][..4];
/// assert_eq!(f32::from_be_bytes(first.try_into()?), 900.0);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunkReference {
    /// Its place in the grid of chunks.
    pub index: Vec<usize>,
    /// First byte in the file.
    pub offset: u64,
    /// Number of bytes.
    pub length: u64,
}

/// The chunks of a variable of a file.
#[derive(Debug)]
pub(super) struct SourceChunks<'a> {
    chunk_shape: Vec<usize>,
    /// Shape for users.
    shape: &'a [usize],
    /// Shape in the file.
    stored_shape: &'a [usize],
    bytes: SourceBytes<'a>,
}

#[derive(Debug)]
enum SourceBytes<'a> {
    Nowhere,
    /// Runs of as many rows as a chunk has: offset of the first, and bytes from one to the next.
    Rows {
        offset: u64,
        step: u64,
        length: u64,
    },
    Table(&'a ChunkTable),
}

/// Where the chunks of the result are, and what those are that are nowhere.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) chunk_shape: Vec<usize>,
    pub(super) references: Vec<ChunkReference>,
    /// Some are missing records.
    pub(super) missing: bool,
    /// Some were never written.
    pub(super) unwritten: bool,
}

impl<'a> SourceChunks<'a> {
    pub(super) fn of(found: &'a VariableReferences, shape: &'a [usize], keeps_rows: bool) -> Result<Self, NotVirtual> {
        let stored_shape = found.shape.as_slice();
        let at_least_one = |shape: &[usize]| shape.iter().map(|&length| length.max(1)).collect::<Vec<_>>();
        let (chunk_shape, bytes) = match &found.bytes {
            ReferencedBytes::Inline(_) => return Err(NotVirtual::InHeader),
            ReferencedBytes::Deferred => return Err(NotVirtual::NoNumbers),
            ReferencedBytes::Unwritten => (at_least_one(shape), SourceBytes::Nowhere),
            ReferencedBytes::Chunks { chunk_shape, table } => {
                if table.iter().any(|chunk| chunk.skipped_filters != 0) {
                    return Err(NotVirtual::SkippedFilter);
                }
                (chunk_shape.clone(), SourceBytes::Table(table))
            }
            ReferencedBytes::Strided { offset, first_stride } => {
                let row = stored_shape.iter().skip(1).product::<usize>() as u64 * found.item_size as u64;
                let dense = *first_stride == row || stored_shape.is_empty();
                let mergeable = keeps_rows && dense && shape == stored_shape;
                let rows = if mergeable { rows_together(stored_shape, row) } else { 1 };
                let mut chunk_shape = at_least_one(stored_shape);
                if let Some(first) = chunk_shape.first_mut() {
                    *first = rows;
                }
                let count = rows as u64;
                (chunk_shape, SourceBytes::Rows { offset: *offset, step: first_stride * count, length: row * count })
            }
        };
        Ok(Self { chunk_shape, shape, stored_shape, bytes })
    }

    /// Bytes of the chunk at this place; `None` when it was never written.
    fn find(&self, place: &[usize]) -> Option<(u64, u64)> {
        let counts = || self.stored_shape.iter().zip(&self.chunk_shape).map(|(&all, &one)| all.div_ceil(one));
        if place.iter().zip(counts()).any(|(&at, count)| at >= count) {
            return None;
        }
        match &self.bytes {
            SourceBytes::Nowhere => None,
            SourceBytes::Rows { offset, step, length } => {
                Some((offset + step * place.first().copied().unwrap_or(0) as u64, *length))
            }
            SourceBytes::Table(table) => {
                let number =
                    place.iter().zip(counts()).fold(0, |number, (&at, count)| number * count as u64 + at as u64);
                table.get(number).map(|chunk| (chunk.offset, chunk.length))
            }
        }
    }

    /// For each chunk along an axis of the result, the chunk of the file that it is; `None` for missing records.
    fn along(&self, axis: &AxisView) -> Result<(usize, Vec<Option<usize>>), NotVirtual> {
        let Some(source) = axis.source else {
            let Some(indices) = &axis.indices else { return Ok((1, vec![Some(0)])) };
            return Ok((1, indices.clone()));
        };
        let chunk = self.chunk_shape.get(source).copied().unwrap_or(1);
        let (length, stored) = (self.shape[source], self.stored_shape[source]);
        let Some(indices) = &axis.indices else {
            if stored < length && !stored.is_multiple_of(chunk) {
                return Err(NotVirtual::Ragged);
            }
            return Ok((chunk, (0..length.div_ceil(chunk)).map(Some).collect()));
        };
        let chunks =
            indices.chunks(chunk).map(|indices| whole_chunk(indices, chunk, stored)).collect::<Result<_, _>>()?;
        Ok((chunk, chunks))
    }
}

/// The chunk of the file that these indices are the beginning of.
fn whole_chunk(indices: &[Option<usize>], chunk: usize, stored: usize) -> Result<Option<usize>, NotVirtual> {
    if indices.iter().all(Option::is_none) {
        return Ok(None);
    }
    let Some(Some(first)) = indices.first().copied() else { return Err(NotVirtual::Ragged) };
    if indices.contains(&None) {
        return Err(NotVirtual::Ragged);
    }
    let in_order = indices.iter().enumerate().all(|(at, index)| *index == Some(first + at));
    if !first.is_multiple_of(chunk) || !in_order {
        return Err(NotVirtual::Reordered);
    }
    // The end of the file's last chunk means nothing.
    if first + indices.len() > stored && first < stored { Err(NotVirtual::Ragged) } else { Ok(Some(first / chunk)) }
}

/// As many rows as fit together and divide the whole, so that no chunk ends past it.
fn rows_together(shape: &[usize], row_bytes: u64) -> usize {
    let rows = shape.first().copied().unwrap_or(1).max(1);
    let most = usize::try_from(ROWS_BYTES / row_bytes.max(1)).unwrap_or(rows).clamp(1, rows);
    (1..=most).rev().find(|&count| rows.is_multiple_of(count)).unwrap_or(1)
}

/// Where each chunk of the result is.
pub(super) fn reference_chunks(view: &View, source: &SourceChunks<'_>) -> Result<Placed, NotVirtual> {
    let along: Vec<(usize, Vec<Option<usize>>)> =
        view.axes.iter().map(|axis| source.along(axis)).collect::<Result<_, _>>()?;
    let counts: Vec<usize> = along.iter().map(|(_, chunks)| chunks.len()).collect();
    let mut placed = Placed {
        chunk_shape: along.iter().map(|(chunk, _)| *chunk).collect(),
        references: Vec::new(),
        missing: false,
        unwritten: false,
    };
    let mut place = vec![0; source.chunk_shape.len()];
    for flat in 0..counts.iter().product() {
        let index = unravel(flat, &counts);
        let mut is_missing = false;
        for (axis, &at) in index.iter().enumerate() {
            match (along[axis].1[at], view.axes[axis].source) {
                (None, _) => is_missing = true,
                (Some(chunk), Some(into)) => place[into] = chunk,
                (Some(_), None) => {}
            }
        }
        match source.find(&place).filter(|_| !is_missing) {
            Some((offset, length)) => placed.references.push(ChunkReference { index, offset, length }),
            None if is_missing => placed.missing = true,
            None => placed.unwritten = true,
        }
    }
    Ok(placed)
}

fn unravel(mut flat: usize, counts: &[usize]) -> Vec<usize> {
    let mut index = vec![0; counts.len()];
    for axis in (0..counts.len()).rev() {
        index[axis] = flat % counts[axis];
        flat /= counts[axis];
    }
    index
}
