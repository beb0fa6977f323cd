//! Bounds of regions: that they fit their array and the memory.

use crate::{ArrayError, DataType, Region, Result, has_room};

impl Region {
    /// A region from its first index and its length along each axis.
    ///
    /// # Errors
    /// [`ArrayError::Rank`] when the two lists differ in length.
    pub fn new(start: Vec<usize>, shape: Vec<usize>) -> Result<Self> {
        if start.len() != shape.len() {
            return Err(ArrayError::Rank { expected: start.len(), found: shape.len() });
        }
        Ok(Self::from_parts(start, shape))
    }

    /// Fails when the values of the region cannot be held in memory, where allocating them would end the process.
    ///
    /// # Errors
    /// [`ArrayError::TooLarge`].
    pub fn check_memory(&self, data_type: DataType) -> Result<()> {
        let factors = self.shape().iter().copied().chain([data_type.size()]);
        let bytes = factors.fold(1, |bytes: u128, factor| bytes.saturating_mul(factor as u128));
        if has_room(bytes) { Ok(()) } else { Err(ArrayError::TooLarge { bytes }) }
    }

    /// Fails unless the region lies inside an array of `shape`.
    ///
    /// # Errors
    /// [`ArrayError::Rank`] or [`ArrayError::OutOfBounds`].
    pub fn check_within(&self, shape: &[usize]) -> Result<()> {
        if self.rank() != shape.len() {
            return Err(ArrayError::Rank { expected: shape.len(), found: self.rank() });
        }
        if (0..self.rank()).any(|axis| self.end(axis) > shape[axis]) {
            return Err(ArrayError::OutOfBounds { region: self.clone(), shape: shape.to_vec() });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::{ArrayError, Region};

    #[test]
    fn a_region_whose_end_is_no_number_is_out_of_bounds() {
        for (start, length) in [(usize::MAX, 1), (1, usize::MAX), (usize::MAX, usize::MAX)] {
            let region = Region::new(vec![start], vec![length]).unwrap();
            assert!(matches!(region.check_within(&[3]), Err(ArrayError::OutOfBounds { .. })), "{start} {length}");
        }
    }
}
