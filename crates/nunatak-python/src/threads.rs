//! Kernels without the interpreter's lock, on threads that this process has.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Where threads of kernels come from, by the number of the process.
///
/// A process that was forked has no thread of its parent, but all that is known of them: work that is handed to them is
/// never done. Such a process gets threads of its own when it first needs them.
static PROCESS: Mutex<Option<(u32, Option<Arc<ThreadPool>>)>> = Mutex::new(None);

/// Notes the process that loads the module: kernels run on Rayon's own threads there.
pub(crate) fn register() {
    *PROCESS.lock().unwrap_or_else(PoisonError::into_inner) = Some((std::process::id(), None));
}

/// Runs a kernel without the interpreter's lock.
pub(crate) fn detach<T: Send>(py: Python<'_>, kernel: impl FnOnce() -> T + Send) -> T {
    py.detach(|| match threads_of_fork() {
        Some(threads) => threads.install(kernel),
        None => kernel(),
    })
}

/// The threads of a process that was forked; `None` in the one that loaded the module, and where there are none to be had.
fn threads_of_fork() -> Option<Arc<ThreadPool>> {
    let mut known = PROCESS.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    if let Some((own, threads)) = &*known
        && *own == process
    {
        return threads.clone();
    }
    let threads = ThreadPoolBuilder::new().build().ok().map(Arc::new);
    // Ending the threads of the parent would wait for them.
    if let Some((_, Some(parents))) = known.replace((process, threads.clone())) {
        std::mem::forget(parents);
    }
    threads
}
