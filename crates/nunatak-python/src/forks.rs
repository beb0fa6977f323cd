//! Forks: a child works, because it has threads of its own and no lock of its parent's kernels.
//!
//! ```text
//! os.fork ─► waits until no kernel runs ─► child: other threads, counters and caches (`PerProcess`)
//! ```

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nunatak::system::PerProcess;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// The threads of a process that was forked; `None` in the one that loaded the module, which has Rayon's own.
///
/// A process that was forked has no thread of its parent, but all that is known of them: work that is handed to them is
/// never done. Such a process gets threads of its own when it first needs them.
static THREADS: PerProcess<Option<ThreadPool>> =
    PerProcess::new(|parents| parents.and_then(|_| ThreadPoolBuilder::new().build().ok()));

/// Kernels that run in a process, and forks that wait for them.
static KERNELS: PerProcess<Kernels> = PerProcess::new(|_| Kernels::new());

/// Longest time that a fork waits for kernels; one that waits for a store, or for the thread that forks, takes longer.
const LONGEST_WAIT: Duration = Duration::from_millis(500);
/// Pause between two looks at what other threads do.
const PAUSE: Duration = Duration::from_micros(200);

thread_local! {
    /// Kernels that this thread runs, one within the other through code of Python's.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

struct Kernels {
    running: AtomicUsize,
    forks: AtomicUsize,
}

impl Kernels {
    const fn new() -> Self {
        Self { running: AtomicUsize::new(0), forks: AtomicUsize::new(0) }
    }

    fn wait_until_idle(&self) {
        self.forks.fetch_add(1, Ordering::SeqCst);
        let (own, until) = (usize::from(DEPTH.get() > 0), Instant::now() + LONGEST_WAIT);
        while self.running.load(Ordering::SeqCst) > own && Instant::now() < until {
            thread::sleep(PAUSE);
        }
    }
}

/// A kernel that runs on this thread, until it is dropped.
pub(crate) struct RunningKernel(Option<&'static Kernels>);

impl RunningKernel {
    /// Counts a kernel, once no fork is under way. One within another goes on: the fork waits for that one.
    ///
    /// The interpreter's lock must not be held.
    pub(crate) fn enter() -> Self {
        if DEPTH.replace(DEPTH.get() + 1) > 0 {
            return Self(None);
        }
        let kernels = KERNELS.get();
        loop {
            kernels.running.fetch_add(1, Ordering::SeqCst);
            if kernels.forks.load(Ordering::SeqCst) == 0 {
                return Self(Some(kernels));
            }
            kernels.running.fetch_sub(1, Ordering::SeqCst);
            while kernels.forks.load(Ordering::SeqCst) > 0 {
                thread::sleep(PAUSE);
            }
        }
    }
}

impl Drop for RunningKernel {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get().saturating_sub(1));
        if let Some(kernels) = self.0 {
            kernels.running.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// The threads of a process that was forked; `None` in the one that loaded the module, and where there are none to be had.
pub(crate) fn threads_of_fork() -> Option<&'static ThreadPool> {
    THREADS.get().as_ref()
}

/// Waits, before a fork, until no kernel runs on another thread, and keeps others from starting.
#[pyfunction]
fn _before_fork(py: Python<'_>) {
    py.detach(|| KERNELS.get().wait_until_idle());
}

/// Lets kernels run again after a fork; the child counts its own.
#[pyfunction]
fn _after_fork() {
    KERNELS.get().forks.fetch_sub(1, Ordering::SeqCst);
}

/// Notes the process that loads the module, and has forks wait for kernels.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    THREADS.get();
    let os = module.py().import("os")?;
    if os.hasattr("register_at_fork")? {
        let hooks = PyDict::new(module.py());
        hooks.set_item("before", wrap_pyfunction!(_before_fork, module)?)?;
        hooks.set_item("after_in_parent", wrap_pyfunction!(_after_fork, module)?)?;
        os.call_method("register_at_fork", (), Some(&hooks))?;
    }
    Ok(())
}
