//! Large vectors in huge pages, filled by all threads.

use rayon::prelude::*;

/// Bytes from which memory is requested in huge pages.
#[cfg(target_os = "linux")]
const LEAST: usize = 4 << 20;

/// `length` zeros to fill, in huge pages when they are many and the system has any: touching memory for the first time in
/// small pages takes longer than much of what is written there.
///
/// All threads touch the pages, each its own: two that fill parts of one page would both clear it.
pub fn zeroed<T: Copy + Default + Send>(length: usize) -> Vec<T> {
    #[allow(unused_mut)]
    let mut values = vec![T::default(); length];
    #[cfg(target_os = "linux")]
    if size_of_val(&values[..]) >= LEAST {
        request_huge_pages(&values);
        values.par_chunks_mut(HUGE_PAGE / size_of::<T>()).for_each(|page| page[0] = T::default());
    }
    values
}

/// Bytes of a huge page.
#[cfg(target_os = "linux")]
const HUGE_PAGE: usize = 2 << 20;

/// A copy of `values` in memory from [`zeroed`]; a large one is made by all threads.
pub fn copied<T: Copy + Default + Send + Sync>(values: &[T]) -> Vec<T> {
    let mut own = zeroed(values.len());
    own.par_chunks_mut(COPIED_AT_ONCE).zip(values.par_chunks(COPIED_AT_ONCE)).for_each(|(own, values)| {
        own.copy_from_slice(values);
    });
    own
}

/// Values that one task copies.
const COPIED_AT_ONCE: usize = 1 << 20;

#[cfg(target_os = "linux")]
fn request_huge_pages<T>(values: &[T]) {
    const PAGE: usize = 4096;
    let start = values.as_ptr().addr().next_multiple_of(PAGE);
    let end = values.as_ptr_range().end.addr() / PAGE * PAGE;
    let first = values.as_ptr().wrapping_byte_add(start - values.as_ptr().addr()).cast_mut().cast();
    // SAFETY: whole pages of the vector's own memory, of which the advice changes neither contents nor validity; that it
    // is not taken does no harm.
    unsafe { libc::madvise(first, end - start, libc::MADV_HUGEPAGE) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_are_zero_and_can_be_filled() {
        for length in [0, 5, 3 << 20] {
            let mut values = zeroed::<f64>(length);
            assert!(values.len() == length && values.iter().all(|&value| value.to_bits() == 0));
            values.fill(1.0);
            assert_eq!(values.iter().sum::<f64>(), length as f64);
            assert_eq!(copied(&values), values);
        }
    }
}
