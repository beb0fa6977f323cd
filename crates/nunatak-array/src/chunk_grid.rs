//! Chunk grids: where chunks begin and end.

use serde::{Deserialize, Serialize};

use crate::Region;

/// Where the chunks of an array begin and end: for each axis the chunk lengths, in order.
///
/// Chunks may differ in length (a padded or stacked array has ragged ones).
///
/// # Examples
/// ```
/// use nunatak_array::{ChunkGrid, Region};
///
/// // 86 years in chunks of 20; years 15 to 24 lie in two of them.
/// let grid = ChunkGrid::regular(&[86, 10], &[20, 10]);
/// assert_eq!(grid.lengths(0), [20, 20, 20, 20, 6]);
/// assert_eq!(grid.count_touching(&Region::new(vec![15, 0], vec![10, 10])?), 2);
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkGrid {
    axes: Vec<Axis>,
}

/// The chunks along one axis. A file may declare millions: those that are alike take no memory each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Axis {
    /// Chunks of `chunk`, of which the last may be shorter; both are zero for an axis without chunks.
    Regular { length: usize, chunk: usize },
    /// 0, the end of the first chunk, …, the axis length.
    Ragged { boundaries: Vec<usize> },
}

impl Axis {
    fn regular(length: usize, chunk: usize) -> Self {
        Self::Regular { length, chunk: chunk.max(1).min(length) }
    }

    fn from_lengths(lengths: &[usize]) -> Self {
        let first = lengths.first().copied().unwrap_or(0);
        let (last, others) = lengths.split_last().map_or((0, lengths), |(last, others)| (*last, others));
        if others.iter().all(|&length| length == first) && last <= first && (last > 0 || lengths.is_empty()) {
            return Self::Regular { length: lengths.iter().sum(), chunk: first };
        }
        let ends = lengths.iter().scan(0, |end, length| {
            *end += length;
            Some(*end)
        });
        Self::Ragged { boundaries: std::iter::once(0).chain(ends).collect() }
    }

    fn count(&self) -> usize {
        match self {
            Self::Regular { length, chunk } => length.div_ceil((*chunk).max(1)),
            Self::Ragged { boundaries } => boundaries.len() - 1,
        }
    }

    /// Where chunk `at` begins and how long it is.
    fn chunk(&self, at: usize) -> (usize, usize) {
        match self {
            Self::Regular { length, chunk } => {
                let start = (at * chunk).min(*length);
                (start, (*chunk).min(length - start))
            }
            Self::Ragged { boundaries } => (boundaries[at], boundaries[at + 1] - boundaries[at]),
        }
    }

    fn chunk_of(&self, index: usize) -> usize {
        match self {
            Self::Regular { length, chunk } => index.min(*length) / (*chunk).max(1),
            Self::Ragged { boundaries } => boundaries.partition_point(|&boundary| boundary <= index).saturating_sub(1),
        }
    }

    fn lengths(&self) -> impl Iterator<Item = usize> {
        (0..self.count()).map(|at| self.chunk(at).1)
    }
}

impl ChunkGrid {
    /// A regular grid: every chunk has `chunk_shape`, the last of an axis may be shorter.
    pub fn regular(shape: &[usize], chunk_shape: &[usize]) -> Self {
        Self { axes: shape.iter().zip(chunk_shape).map(|(&length, &chunk)| Axis::regular(length, chunk)).collect() }
    }

    /// One chunk that holds everything.
    pub fn single(shape: &[usize]) -> Self {
        Self::regular(shape, shape)
    }

    /// A grid from chunk lengths along each axis.
    pub fn from_lengths(lengths: &[Vec<usize>]) -> Self {
        Self { axes: lengths.iter().map(|axis| Axis::from_lengths(axis)).collect() }
    }

    /// Number of axes.
    pub fn rank(&self) -> usize {
        self.axes.len()
    }

    /// Chunk lengths along `axis`.
    pub fn lengths(&self, axis: usize) -> Vec<usize> {
        self.axes[axis].lengths().collect()
    }

    /// The length of all chunks along `axis`, when only the last may be shorter; zero for an axis of length zero.
    pub fn regular_length(&self, axis: usize) -> Option<usize> {
        match &self.axes[axis] {
            Axis::Regular { chunk, .. } => Some(*chunk),
            Axis::Ragged { boundaries } => boundaries.iter().all(|&boundary| boundary == 0).then_some(0),
        }
    }

    /// Chunk lengths along every axis.
    pub fn all_lengths(&self) -> Vec<Vec<usize>> {
        (0..self.rank()).map(|axis| self.lengths(axis)).collect()
    }

    /// Number of the chunk along `axis` that holds `index`.
    pub fn chunk_of(&self, axis: usize, index: usize) -> usize {
        self.axes[axis].chunk_of(index)
    }

    /// Number of chunks in all.
    pub fn count(&self) -> usize {
        self.axes.iter().map(Axis::count).product()
    }

    /// Number of chunks that `region` touches.
    pub fn count_touching(&self, region: &Region) -> usize {
        if region.is_empty() {
            return 0;
        }
        let along = |axis| self.chunk_of(axis, region.end(axis) - 1) - self.chunk_of(axis, region.start()[axis]) + 1;
        (0..self.rank()).map(along).product()
    }

    /// The chunks that `region` touches, each as the region of the array it covers, in row-major order.
    pub fn chunks_touching(&self, region: &Region) -> Vec<Region> {
        if region.is_empty() {
            return Vec::new();
        }
        let mut chunks = vec![(Vec::new(), Vec::new())];
        for axis in 0..self.rank() {
            let first = self.chunk_of(axis, region.start()[axis]);
            let last = self.chunk_of(axis, region.end(axis) - 1);
            chunks = chunks
                .into_iter()
                .flat_map(|(start, shape): (Vec<usize>, Vec<usize>)| {
                    (first..=last).map(move |chunk| {
                        let (mut start, mut shape) = (start.clone(), shape.clone());
                        let (first, length) = self.axes[axis].chunk(chunk);
                        start.push(first);
                        shape.push(length);
                        (start, shape)
                    })
                })
                .collect();
        }
        let whole = region.clone();
        chunks.into_iter().map(|(start, shape)| Region::new(start, shape).unwrap_or_else(|_| whole.clone())).collect()
    }

    /// The grid with its axes in another order: axis `i` of the result is axis `order[i]` of this one.
    pub fn transpose(&self, order: &[usize]) -> Self {
        Self { axes: order.iter().map(|&axis| self.axes[axis].clone()).collect() }
    }

    /// The grid with one axis replaced by chunks of these lengths.
    pub fn with_axis(&self, axis: usize, lengths: &[usize]) -> Self {
        let mut grid = self.clone();
        grid.axes[axis] = Axis::from_lengths(lengths);
        grid
    }

    /// The grid without one axis.
    pub fn without_axis(&self, axis: usize) -> Self {
        let mut grid = self.clone();
        grid.axes.remove(axis);
        grid
    }

    /// The grid with a new axis put before axis `axis`, in chunks of these lengths.
    pub fn with_new_axis(&self, axis: usize, lengths: &[usize]) -> Self {
        let mut grid = self.clone();
        grid.axes.insert(axis, Axis::from_lengths(lengths));
        grid
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever way an axis is kept, it says the same of its chunks as a list of their lengths.
        #[test]
        fn chunks_are_where_their_lengths_say(
            lengths in prop::collection::vec(1_usize..5, 0..6), chunk in 1_usize..7, is_regular in any::<bool>(),
        ) {
            let total: usize = lengths.iter().sum();
            let grid = if is_regular {
                ChunkGrid::regular(&[total], &[chunk])
            } else {
                ChunkGrid::from_lengths(std::slice::from_ref(&lengths))
            };
            let found = grid.lengths(0);
            prop_assert_eq!(found.iter().sum::<usize>(), total);
            if !is_regular {
                prop_assert_eq!(&found, &lengths);
            }
            prop_assert_eq!(grid.count(), found.len());
            prop_assert_eq!(&ChunkGrid::from_lengths(std::slice::from_ref(&found)), &grid);
            let owners: Vec<usize> =
                found.iter().enumerate().flat_map(|(at, &length)| std::iter::repeat_n(at, length)).collect();
            prop_assert_eq!((0..total).map(|index| grid.chunk_of(0, index)).collect::<Vec<_>>(), owners);
            let whole = Region::whole(&[total]);
            let covered: Vec<usize> = grid.chunks_touching(&whole).iter().map(Region::len).collect();
            prop_assert_eq!(covered, found);
        }
    }

    #[test]
    fn a_billion_chunks_take_no_memory() {
        let grid = ChunkGrid::regular(&[1 << 40, 3], &[1, 2]);
        assert_eq!((grid.count(), grid.chunk_of(0, 1 << 39)), (1 << 41, 1 << 39));
        assert_eq!((grid.regular_length(0), grid.regular_length(1)), (Some(1), Some(2)));
        let region = Region::new(vec![5, 0], vec![2, 3]).unwrap();
        assert_eq!(grid.count_touching(&region), 4);
        assert_eq!(grid.chunks_touching(&region)[3], Region::new(vec![6, 2], vec![1, 1]).unwrap());
    }

    #[test]
    fn ragged_and_empty_axes_are_told_apart() {
        assert_eq!(ChunkGrid::from_lengths(&[vec![2, 3]]).regular_length(0), None);
        assert_eq!(ChunkGrid::regular(&[0], &[4]).regular_length(0), Some(0));
        assert_eq!(ChunkGrid::regular(&[0], &[4]).count(), 0);
        assert_eq!(ChunkGrid::from_lengths(&[vec![0]]).lengths(0), [0]);
    }
}
