//! Regions: contiguous blocks of an array.

use serde::{Deserialize, Serialize};

/// A contiguous block of an array: first index and length along every axis.
///
/// # Examples
/// ```
/// use nunatak_array::Region;
///
/// let region = Region::new(vec![1, 2], vec![2, 3])?;
/// assert_eq!(region.to_string(), "[1:3, 2:5]");
/// assert_eq!(region.len(), 6);
/// assert!(region.check_within(&[3, 5]).is_ok());
/// assert_eq!(region.intersection(&Region::whole(&[2, 4])), Some(Region::new(vec![1, 2], vec![1, 2])?));
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Region {
    start: Vec<usize>,
    shape: Vec<usize>,
}

impl Region {
    /// A region from two lists of equal length.
    pub(crate) fn from_parts(start: Vec<usize>, shape: Vec<usize>) -> Self {
        debug_assert_eq!(start.len(), shape.len());
        Self { start, shape }
    }

    /// The whole of an array of this shape.
    pub fn whole(shape: &[usize]) -> Self {
        Self { start: vec![0; shape.len()], shape: shape.to_vec() }
    }

    /// First index along each axis.
    pub fn start(&self) -> &[usize] {
        &self.start
    }

    /// Length along each axis.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Number of axes.
    pub fn rank(&self) -> usize {
        self.start.len()
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether the region holds no element.
    pub fn is_empty(&self) -> bool {
        self.shape.contains(&0)
    }

    /// Index one past the last along `axis`; the largest number where no number is as large.
    pub fn end(&self, axis: usize) -> usize {
        self.start[axis].saturating_add(self.shape[axis])
    }

    /// This region with another range along one axis.
    pub fn with_axis(&self, axis: usize, start: usize, length: usize) -> Self {
        let mut region = self.clone();
        region.start[axis] = start;
        region.shape[axis] = length;
        region
    }

    /// This region without one axis.
    pub fn without_axis(&self, axis: usize) -> Self {
        let mut region = self.clone();
        region.start.remove(axis);
        region.shape.remove(axis);
        region
    }

    /// This region with a new axis put before axis `axis`.
    pub fn with_new_axis(&self, axis: usize, start: usize, length: usize) -> Self {
        let mut region = self.clone();
        region.start.insert(axis, start);
        region.shape.insert(axis, length);
        region
    }

    /// The part of this region that lies in `other`, if any.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let mut start = Vec::with_capacity(self.rank());
        let mut shape = Vec::with_capacity(self.rank());
        for axis in 0..self.rank() {
            let low = self.start[axis].max(other.start[axis]);
            let high = self.end(axis).min(other.end(axis));
            if low >= high {
                return None;
            }
            start.push(low);
            shape.push(high - low);
        }
        Some(Self { start, shape })
    }
}

impl std::fmt::Display for Region {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[")?;
        for axis in 0..self.rank() {
            let separator = if axis == 0 { "" } else { ", " };
            write!(f, "{separator}{}:{}", self.start[axis], self.end(axis))?;
        }
        f.write_str("]")
    }
}
