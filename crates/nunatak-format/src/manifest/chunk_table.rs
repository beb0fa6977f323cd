//! Tables of chunks: which were written, and where.

use serde::{Deserialize, Serialize};

/// Where one chunk lies in the file.
///
/// # Examples
/// ```
/// use nunatak_format::ChunkLocation;
///
/// let chunk = ChunkLocation { number: 3, offset: 4096, length: 512, skipped_filters: 0b10 };
/// assert_eq!(chunk.offset..chunk.offset + chunk.length, 4096..4608);
/// assert_ne!(chunk.skipped_filters & (1 << 1), 0, "the second filter was left out");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkLocation {
    /// Its number, counted row-major over the grid of chunks.
    pub number: u64,
    /// Byte offset.
    pub offset: u64,
    /// Bytes as stored.
    pub length: u64,
    /// Bit `i`: filter `i` was not applied to this chunk.
    pub skipped_filters: u32,
}

/// The chunks of a variable that were written, in the order of their numbers.
///
/// # Examples
/// ```
/// use nunatak_format::ChunkTable;
///
/// let kept = r#"[{"number": 3, "offset": 4096, "length": 512, "skipped_filters": 0}]"#;
/// let table: ChunkTable = serde_json::from_str(kept)?;
/// assert_eq!(table.get(3).map(|chunk| chunk.offset), Some(4096));
/// assert_eq!(table.get(0), None, "never written");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkTable(Vec<ChunkLocation>);

impl ChunkTable {
    pub(crate) fn new(mut chunks: Vec<ChunkLocation>) -> Self {
        chunks.sort_by_key(|chunk| chunk.number);
        chunks.dedup_by_key(|chunk| chunk.number);
        Self(chunks)
    }

    /// The chunk of this number, when it was written.
    pub fn get(&self, number: u64) -> Option<&ChunkLocation> {
        // Nearly always every chunk was written.
        let dense = usize::try_from(number).ok().and_then(|at| self.0.get(at)).filter(|chunk| chunk.number == number);
        dense.or_else(|| self.0.binary_search_by_key(&number, |chunk| chunk.number).ok().map(|at| &self.0[at]))
    }

    /// The chunks, in order.
    pub fn iter(&self) -> impl Iterator<Item = &ChunkLocation> {
        self.0.iter()
    }

    /// Number of chunks that were written.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether numbers are in order, without repeats.
    pub(crate) fn is_ordered(&self) -> bool {
        self.0.windows(2).all(|pair| pair[0].number < pair[1].number)
    }
}

/// Numbers of chunks along each axis.
pub(crate) fn chunk_counts(shape: &[usize], chunk_shape: &[usize]) -> Vec<u64> {
    shape.iter().zip(chunk_shape).map(|(&length, &chunk)| length.div_ceil(chunk.max(1)) as u64).collect()
}

/// The number of the chunk whose first element has these indices; `None` outside the array.
pub(crate) fn chunk_number(start: impl Iterator<Item = u64>, chunk_shape: &[usize], counts: &[u64]) -> Option<u64> {
    let mut number = 0_u64;
    for ((start, &chunk), &count) in start.zip(chunk_shape).zip(counts) {
        let place = start / chunk.max(1) as u64;
        if place >= count {
            return None;
        }
        number = number.checked_mul(count)?.checked_add(place)?;
    }
    Some(number)
}

/// The first indices of a chunk of this number.
pub(crate) fn chunk_start(number: u64, chunk_shape: &[usize], counts: &[u64]) -> Vec<usize> {
    let mut rest = number;
    let mut start = vec![0; chunk_shape.len()];
    for axis in (0..chunk_shape.len()).rev() {
        let place = rest % counts[axis].max(1);
        rest /= counts[axis].max(1);
        start[axis] = usize::try_from(place).unwrap_or(usize::MAX / 2).saturating_mul(chunk_shape[axis]);
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_starts_agree() {
        let (shape, chunk_shape) = ([7, 10, 4], [2, 3, 4]);
        let counts = chunk_counts(&shape, &chunk_shape);
        assert_eq!(counts, [4, 4, 1]);
        for number in 0..16 {
            let start = chunk_start(number, &chunk_shape, &counts);
            assert_eq!(chunk_number(start.iter().map(|&at| at as u64), &chunk_shape, &counts), Some(number));
        }
        assert_eq!(chunk_number([8, 0, 0].into_iter(), &chunk_shape, &counts), None);
    }

    #[test]
    fn sparse_tables_are_searched() {
        let at = |number| ChunkLocation { number, offset: number * 10, length: 10, skipped_filters: 0 };
        let table = ChunkTable::new(vec![at(9), at(2), at(5)]);
        assert_eq!(table.get(5).map(|chunk| chunk.offset), Some(50));
        assert!(table.get(3).is_none() && table.get(100).is_none());
    }
}
