//! The one runtime of the process: everything remote runs on it.

use std::future::Future;
use std::sync::OnceLock;

use nunatak_system::PerProcess;
use tokio::runtime::{Builder, Handle, Runtime};

/// The runtime of a process: one that was forked has none of the threads of its parent.
static RUNTIME: PerProcess<OnceLock<Runtime>> = PerProcess::new(|_| OnceLock::new());

/// The runtime that all remote input runs on; it is started when it is first needed, and once more in a process that
/// was forked from one that had started it.
///
/// # Panics
/// When the operating system gives the process no thread at all.
pub fn runtime() -> &'static Runtime {
    RUNTIME.get().get_or_init(start)
}

fn start() -> Runtime {
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let built = Builder::new_multi_thread()
        .worker_threads(threads)
        .thread_name("nunatak-store")
        .enable_all()
        .build()
        .or_else(|_| Builder::new_current_thread().enable_all().build());
    #[expect(clippy::panic, reason = "a process without a thread cannot go on")]
    built.unwrap_or_else(|error| panic!("cannot start a runtime: {error}"))
}

/// Waits for a future of this crate, from any thread: also from one that the runtime itself owns.
pub fn block_on<F>(future: F) -> F::Output
where
    F: Future + Send,
    F::Output: Send,
{
    if Handle::try_current().is_err() {
        return runtime().block_on(future);
    }
    // A thread of a runtime may not wait on it; another one may.
    std::thread::scope(|scope| match scope.spawn(|| runtime().block_on(future)).join() {
        Ok(output) => output,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}
