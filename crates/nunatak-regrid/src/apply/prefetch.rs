//! Software prefetch.

/// Starts loading the cache line of a value, so that it is there when it is read.
#[inline(always)]
pub(super) fn prefetch<T>(values: &[T], place: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        let value = values.as_ptr().wrapping_add(place);
        // SAFETY: a hint, which reads nothing and is ignored where the address is none of ours.
        unsafe { std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(value.cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (values, place);
}
