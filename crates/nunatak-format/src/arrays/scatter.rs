//! One result that many threads fill, each its own part.

use std::marker::PhantomData;

/// Memory of a result, shared by threads that write to parts which do not overlap.
pub(crate) struct Scatter<'a> {
    start: *mut u8,
    length: usize,
    memory: PhantomData<&'a mut [u8]>,
}

// SAFETY: the memory is borrowed exclusively for 'a, and `part` obliges its callers to keep parts apart.
unsafe impl Send for Scatter<'_> {}
// SAFETY: as above.
unsafe impl Sync for Scatter<'_> {}

impl<'a> Scatter<'a> {
    pub(crate) fn new(memory: &'a mut [u8]) -> Self {
        Self { start: memory.as_mut_ptr(), length: memory.len(), memory: PhantomData }
    }

    /// The bytes from `offset` on.
    ///
    /// # Safety
    /// No other part that is alive at the same time may overlap this one.
    ///
    /// # Panics
    /// When the part is not inside the result.
    #[expect(clippy::mut_from_ref, reason = "callers keep parts apart")]
    pub(crate) unsafe fn part(&self, offset: usize, length: usize) -> &mut [u8] {
        assert!(offset <= self.length && length <= self.length - offset, "a part outside its result");
        // SAFETY: inside the memory that 'a borrows; the caller keeps parts apart.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(offset), length) }
    }
}
