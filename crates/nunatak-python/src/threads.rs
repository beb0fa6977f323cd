//! Kernels without the interpreter's lock, on threads that this process has.

use pyo3::prelude::*;

use crate::forks::{RunningKernel, threads_of_fork};

/// Runs a kernel without the interpreter's lock.
pub(crate) fn detach<T: Send>(py: Python<'_>, kernel: impl FnOnce() -> T + Send) -> T {
    py.detach(|| {
        let _running = RunningKernel::enter();
        match threads_of_fork() {
            Some(threads) => threads.install(kernel),
            None => kernel(),
        }
    })
}
