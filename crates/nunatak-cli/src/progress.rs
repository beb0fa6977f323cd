//! Progress on a terminal: parts, bytes, time left. Nothing is shown when standard error is not a terminal.

use std::ops::ControlFlow;

use indicatif::{ProgressBar, ProgressStyle};
use nunatak::array::{Progress, Step};

/// A bar on standard error that goes away when the job is done.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// A bar for parts of this kind (`files`, `records`).
    pub(crate) fn new(parts: &'static str) -> Self {
        let bar = ProgressBar::no_length();
        if let Ok(style) = ProgressStyle::with_template("{prefix} {pos}/{len} {wide_bar} {msg} {eta} left") {
            bar.set_style(style);
        }
        bar.set_prefix(parts);
        Self(bar)
    }
}

impl Progress for Bar {
    fn step(&self, step: Step) -> ControlFlow<()> {
        self.0.set_length(step.total as u64);
        self.0.set_position(step.done as u64);
        if step.bytes > 0 {
            self.0.set_message(indicatif::HumanBytes(step.bytes as u64).to_string());
        }
        ControlFlow::Continue(())
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
