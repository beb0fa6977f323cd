//! Progress of a long job, and its interruption.

use std::ops::ControlFlow;

/// How far a long job is.
///
/// # Examples
/// ```
/// use nunatak_array::Step;
///
/// let step = Step { done: 3, total: 4, bytes: 12_000_000 };
/// assert_eq!(format!("{} %, {} MB", 100 * step.done / step.total, step.bytes / 1_000_000), "75 %, 12 MB");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Parts done.
    pub done: usize,
    /// Parts in all.
    pub total: usize,
    /// Bytes of decoded data handled so far.
    pub bytes: usize,
}

/// Watches a long job and may stop it between two parts.
///
/// # Examples
/// ```
/// use std::ops::ControlFlow;
/// use nunatak_array::{Progress, Step};
///
/// struct AtMost(usize);
/// impl Progress for AtMost {
///     fn step(&self, step: Step) -> ControlFlow<()> {
///         if step.bytes > self.0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
///     }
/// }
/// assert!(AtMost(1000).step(Step { done: 1, total: 2, bytes: 800 }).is_continue());
/// assert!(AtMost(1000).step(Step { done: 2, total: 2, bytes: 1600 }).is_break());
/// ```
pub trait Progress: Send + Sync {
    /// Called after each part, from the thread that runs the job; `Break` stops the job without harm.
    fn step(&self, step: Step) -> ControlFlow<()>;
}

/// Watches nothing, stops nothing.
///
/// # Examples
/// ```
/// use nunatak_array::{NoProgress, Progress, Step};
///
/// assert!(NoProgress.step(Step { done: 1, total: 2, bytes: 8 }).is_continue());
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn step(&self, _step: Step) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
