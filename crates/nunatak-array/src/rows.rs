//! Rows that a block of one array shares with a block of another.

use crate::Region;

/// The contiguous rows that two equal blocks of two row-major arrays share.
///
/// # Examples
/// ```
/// use nunatak_array::{BlockRows, Region};
///
/// // Two rows of two, cut out of three rows of four at (1, 1).
/// let cut = Region::new(vec![1, 1], vec![2, 2])?;
/// let rows = BlockRows::new(&[2, 2], &Region::whole(&[2, 2]), &[3, 4], &cut);
/// assert_eq!(rows.length(), 2);
/// assert_eq!(rows.starts().collect::<Vec<_>>(), [(0, 5), (2, 9)]);
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
pub struct BlockRows {
    outer: Vec<usize>,
    length: usize,
    target: Vec<(usize, usize)>,
    source: Vec<(usize, usize)>,
}

impl BlockRows {
    /// Rows of the block `to` of an array of `shape`, and of the block `from` of an array of `source_shape`; both
    /// blocks have one shape and lie inside their arrays.
    pub fn new(shape: &[usize], to: &Region, source_shape: &[usize], from: &Region) -> Self {
        let rank = shape.len();
        let axes = |shape: &[usize], region: &Region| -> Vec<(usize, usize)> {
            let mut stride = 1;
            let mut axes = vec![(0, 0); rank];
            for axis in (0..rank).rev() {
                axes[axis] = (region.start()[axis] * stride, stride);
                stride *= shape[axis];
            }
            axes
        };
        Self {
            outer: to.shape()[..rank.saturating_sub(1)].to_vec(),
            length: to.shape().last().copied().unwrap_or(1),
            target: axes(shape, to),
            source: axes(source_shape, from),
        }
    }

    /// Elements of one row.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Flat positions at which each row starts, in the target and in the source.
    pub fn starts(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let count: usize = if self.length == 0 { 0 } else { self.outer.iter().product() };
        let origin = |axes: &[(usize, usize)]| axes.iter().map(|axis| axis.0).sum::<usize>();
        let (target_origin, source_origin) = (origin(&self.target), origin(&self.source));
        (0..count).map(move |mut row| {
            let (mut target_at, mut source_at) = (target_origin, source_origin);
            for axis in (0..self.outer.len()).rev() {
                let index = row % self.outer[axis];
                row /= self.outer[axis];
                target_at += index * self.target[axis].1;
                source_at += index * self.source[axis].1;
            }
            (target_at, source_at)
        })
    }
}
