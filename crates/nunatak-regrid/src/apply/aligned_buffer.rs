//! A reusable buffer that begins at a cache line, for the interleaved values of source cells.

/// Bytes of a cache line: a cell's values lie within one, or begin with one.
pub(super) const LINE: usize = 64;

/// Memory that is reused from tile to tile, for cells that begin at cache lines.
#[derive(Default)]
pub(super) struct AlignedBuffer<T>(Vec<T>);

impl<T: Copy + Default> AlignedBuffer<T> {
    /// So many cells with `N` values each, whatever these are.
    pub(super) fn cells<const N: usize>(&mut self, cells: usize) -> &mut [[T; N]] {
        let (length, slack) = (cells * N, LINE / size_of::<T>());
        if self.0.len() < length + slack {
            self.0.resize(length + slack, T::default());
        }
        let first = self.0.as_ptr().align_offset(LINE).min(slack);
        self.0[first..first + length].as_chunks_mut().0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_begin_where_lines_do_whenever_they_are_asked_for() {
        let (mut single, mut double) = (AlignedBuffer::<f32>::default(), AlignedBuffer::<f64>::default());
        for cells in [1, 40, 7, 1000, 0] {
            let (single, double) = (single.cells::<16>(cells), double.cells::<16>(cells));
            assert_eq!((single.len(), double.len()), (cells, cells));
            assert!(single.as_ptr().addr().is_multiple_of(LINE) && double.as_ptr().addr().is_multiple_of(LINE));
        }
    }
}
