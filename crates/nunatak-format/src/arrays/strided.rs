//! Reading contiguous data and NetCDF-3 records: rows that lie close together are one read.

use std::ops::Range;
use std::sync::Arc;

use nunatak_array::{Region, Values};
use nunatak_parallel::carried;
use nunatak_store::Object;
use rayon::prelude::*;

use super::scatter::Scatter;
use crate::manifest::StoredNumbers;
use crate::source::count_data_bytes;
use crate::{FormatError, Result};

/// Rows closer than this are read together: seeking costs more than the bytes between.
const GAP_BYTES: u64 = 16 * 1024;
/// Longest single read.
const SPAN_BYTES: u64 = 4 * 1024 * 1024;

/// One read of a region of contiguous data.
pub(super) struct StridedReader<'a> {
    pub(super) object: &'a Arc<Object>,
    pub(super) stored: &'a StoredNumbers,
    pub(super) offset: u64,
    pub(super) first_stride: u64,
}

/// Rows that are read together.
struct Span {
    /// Bytes of the file.
    range: Range<u64>,
    /// Which rows.
    rows: Range<usize>,
}

impl StridedReader<'_> {
    /// # Errors
    /// The store's; [`FormatError::Truncated`] when the data end before the region does.
    pub(super) fn read(&self, region: &Region) -> Result<Values> {
        let element = self.stored.element;
        let (rows, row_bytes) = strided_rows(&self.stored.stored_shape, self.first_stride, element.size(), region);
        let spans = self.spans(&rows, row_bytes)?;
        let mut result = Values::zeros(element.data_type, region.len());
        let Some(bytes) = result.as_bytes_mut() else { return Ok(result) };
        let run = to_length(row_bytes);
        let target = Scatter::new(bytes);
        let place = |span: &Span, read: &[u8]| {
            for at in span.rows.clone() {
                let from = to_length(self.offset + rows[at] - span.range.start);
                // SAFETY: every row of the region has its own place in the result.
                let row = unsafe { target.part(at * run, run) };
                row.copy_from_slice(&read[from..from + run]);
                element.make_native(row);
            }
        };
        match self.object.local_file()? {
            Some(file) => spans.par_iter().try_for_each(carried(|span: &Span| -> Result<()> {
                let dense = span.rows.len() as u64 * row_bytes == span.range.end - span.range.start;
                count_data_bytes(to_length(span.range.end - span.range.start));
                if dense {
                    // SAFETY: spans have rows of their own.
                    let part = unsafe { target.part(span.rows.start * run, span.rows.len() * run) };
                    file.read_at(span.range.start, part)?;
                    element.make_native(part);
                } else {
                    let mut read = vec![0; to_length(span.range.end - span.range.start)];
                    file.read_at(span.range.start, &mut read)?;
                    place(span, &read);
                }
                Ok(())
            }))?,
            None => {
                let ranges: Vec<Range<u64>> = spans.iter().map(|span| span.range.clone()).collect();
                for (span, read) in spans.iter().zip(self.object.read(&ranges)?) {
                    count_data_bytes(read.len());
                    place(span, &read);
                }
            }
        }
        Ok(result)
    }

    fn spans(&self, rows: &[u64], row_bytes: u64) -> Result<Vec<Span>> {
        let mut spans: Vec<Span> = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let range = self.checked(*row, row_bytes)?;
            match spans.last_mut() {
                Some(span)
                    if range.start >= span.range.end
                        && range.start - span.range.end <= GAP_BYTES
                        && range.end - span.range.start <= SPAN_BYTES =>
                {
                    span.range.end = range.end;
                    span.rows.end = at + 1;
                }
                _ => spans.push(Span { range, rows: at..at + 1 }),
            }
        }
        Ok(spans)
    }

    /// The bytes of a row, which must lie inside the file.
    fn checked(&self, row: u64, row_bytes: u64) -> Result<Range<u64>> {
        let (length, start) = (self.object.length(), self.offset.saturating_add(row));
        let end = start.saturating_add(row_bytes);
        if end <= length {
            return Ok(start..end);
        }
        Err(FormatError::Truncated {
            path: self.object.location().clone(),
            object: self.stored.object.clone(),
            offset: start,
            needed: row_bytes,
            available: length.saturating_sub(start),
        })
    }
}

fn to_length(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

/// Byte offsets of the longest contiguous rows of `region`, in order, and their length in bytes.
///
/// Elements along the first axis are `first_stride` bytes apart, along the others they are dense.
fn strided_rows(shape: &[usize], first_stride: u64, size: usize, region: &Region) -> (Vec<u64>, u64) {
    let rank = shape.len();
    let mut dense = vec![size as u64; rank];
    for axis in (1..rank).rev() {
        dense[axis - 1] = dense[axis].saturating_mul(shape[axis] as u64);
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
    let row_bytes = if inner == rank { size as u64 } else { dense[inner].saturating_mul(region.shape()[inner] as u64) };
    if region.is_empty() {
        return (Vec::new(), row_bytes);
    }
    let origin = region.start().iter().zip(&strides).fold(0, |origin, (&start, &stride)| beyond(origin, start, stride));
    let mut rows: Vec<u64> = vec![origin];
    for (&count, stride) in region.shape().iter().zip(&strides).take(inner) {
        rows = rows.iter().flat_map(|&row| (0..count).map(move |index| beyond(row, index, *stride))).collect();
    }
    (rows, row_bytes)
}

/// The offset so many strides after another. A file or a manifest may state any stride: an offset beyond all numbers is the
/// largest, which lies in no file.
fn beyond(offset: u64, index: usize, stride: u64) -> u64 {
    offset.saturating_add(stride.saturating_mul(index as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn strides_beyond_all_numbers_lead_beyond_every_file() {
        let region = Region::new(vec![1, 0], vec![2, 3]).unwrap();
        for stride in [u64::MAX, u64::MAX / 2 + 1, 1 << 63] {
            let (rows, _) = strided_rows(&[4, 3], stride, 8, &region);
            assert!(rows.iter().all(|&row| row >= 1 << 63), "{stride}: {rows:?}");
        }
        // The bytes of a row, too.
        let huge = [2, 1 << 40, 1 << 40];
        let region = Region::new(vec![0; 3], huge.to_vec()).unwrap();
        assert_eq!(strided_rows(&huge, 0, 8, &region).1, u64::MAX);
    }

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
