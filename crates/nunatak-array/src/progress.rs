//! Progress of a long job, and its interruption.

use std::ops::ControlFlow;

/// How far a long job is.
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
pub trait Progress: Send + Sync {
    /// Called after each part, from the thread that runs the job; `Break` stops the job without harm.
    fn step(&self, step: Step) -> ControlFlow<()>;
}

/// Watches nothing, stops nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn step(&self, _step: Step) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
