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
    /// `boundaries[axis]` holds 0, the end of the first chunk, …, the axis length.
    boundaries: Vec<Vec<usize>>,
}

impl ChunkGrid {
    /// A regular grid: every chunk has `chunk_shape`, the last of an axis may be shorter.
    pub fn regular(shape: &[usize], chunk_shape: &[usize]) -> Self {
        let boundaries = shape
            .iter()
            .zip(chunk_shape)
            .map(|(&length, &chunk)| {
                let mut axis: Vec<usize> = (0..length).step_by(chunk.max(1)).collect();
                axis.push(length);
                axis
            })
            .collect();
        Self { boundaries }
    }

    /// One chunk that holds everything.
    pub fn single(shape: &[usize]) -> Self {
        Self::regular(shape, shape)
    }

    /// A grid from chunk lengths along each axis.
    pub fn from_lengths(lengths: &[Vec<usize>]) -> Self {
        let boundaries = lengths
            .iter()
            .map(|axis| {
                let mut end = 0;
                std::iter::once(0)
                    .chain(axis.iter().map(|length| {
                        end += length;
                        end
                    }))
                    .collect()
            })
            .collect();
        Self { boundaries }
    }

    /// Number of axes.
    pub fn rank(&self) -> usize {
        self.boundaries.len()
    }

    /// Chunk lengths along `axis`.
    pub fn lengths(&self, axis: usize) -> Vec<usize> {
        self.boundaries[axis].windows(2).map(|pair| pair[1] - pair[0]).collect()
    }

    /// The length of all chunks along `axis`, when only the last may be shorter; zero for an axis of length zero.
    pub fn regular_length(&self, axis: usize) -> Option<usize> {
        let boundaries = &self.boundaries[axis];
        let first = boundaries.get(1).copied().unwrap_or(0);
        let whole = boundaries.len().saturating_sub(1);
        let regular = boundaries.iter().take(whole).enumerate().all(|(at, &boundary)| boundary == at * first);
        let last = boundaries.windows(2).last().map_or(0, |pair| pair[1] - pair[0]);
        (regular && last <= first).then_some(first)
    }

    /// Chunk lengths along every axis.
    pub fn all_lengths(&self) -> Vec<Vec<usize>> {
        (0..self.rank()).map(|axis| self.lengths(axis)).collect()
    }

    /// Number of the chunk along `axis` that holds `index`.
    pub fn chunk_of(&self, axis: usize, index: usize) -> usize {
        self.boundaries[axis].partition_point(|&boundary| boundary <= index).saturating_sub(1)
    }

    /// Number of chunks in all.
    pub fn count(&self) -> usize {
        self.boundaries.iter().map(|axis| axis.len() - 1).product()
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
                        start.push(self.boundaries[axis][chunk]);
                        shape.push(self.boundaries[axis][chunk + 1] - self.boundaries[axis][chunk]);
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
        Self { boundaries: order.iter().map(|&axis| self.boundaries[axis].clone()).collect() }
    }

    /// The grid with one axis replaced by chunks of these lengths.
    pub fn with_axis(&self, axis: usize, lengths: &[usize]) -> Self {
        let mut grid = self.clone();
        grid.boundaries[axis] = Self::from_lengths(&[lengths.to_vec()]).boundaries.remove(0);
        grid
    }

    /// The grid without one axis.
    pub fn without_axis(&self, axis: usize) -> Self {
        let mut grid = self.clone();
        grid.boundaries.remove(axis);
        grid
    }

    /// The grid with a new axis put before axis `axis`, in chunks of these lengths.
    pub fn with_new_axis(&self, axis: usize, lengths: &[usize]) -> Self {
        let mut grid = self.clone();
        grid.boundaries.insert(axis, Self::from_lengths(&[lengths.to_vec()]).boundaries.remove(0));
        grid
    }
}
