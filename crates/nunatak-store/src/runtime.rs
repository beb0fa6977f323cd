//! The one runtime of the process: everything remote runs on it.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::OnceLock;
use std::task::{Context, Poll};
use std::time::Duration;

use nunatak_parallel::Interrupt;
use nunatak_system::PerProcess;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::{JoinError, JoinHandle};

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

/// Between two looks at whether a wait is interrupted.
const TICK: Duration = Duration::from_millis(50);

/// Waits for a future of this crate, from any thread: also from one that the runtime itself owns. When the call that
/// waits is interrupted, the future is dropped, and with it what is under way.
pub fn block_on<F>(future: F) -> F::Output
where
    F: Future + Send,
    F::Output: Send,
{
    let interrupt = Interrupt::current();
    if Handle::try_current().is_err() {
        return wait(future, &interrupt);
    }
    // A thread of a runtime may not wait on it; another one may.
    std::thread::scope(|scope| match scope.spawn(|| wait(future, &interrupt)).join() {
        Ok(output) => output,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

fn wait<F: Future>(future: F, interrupt: &Interrupt) -> F::Output {
    interrupt.check();
    if !interrupt.is_possible() {
        return runtime().block_on(future);
    }
    let mut future = pin!(future);
    loop {
        let look = async { tokio::time::timeout(TICK, &mut future).await };
        if let Ok(output) = runtime().block_on(look) {
            return output;
        }
        interrupt.check();
    }
}

/// Work on the runtime that ends when nobody waits for it any more.
///
/// # Examples
/// ```
/// use nunatak_store::{block_on, spawn};
///
/// let task = spawn(async { 6 * 7 });
/// assert_eq!(block_on(task).ok(), Some(42));
/// ```
pub struct Task<T>(JoinHandle<T>);

/// Starts work on the runtime.
pub fn spawn<F>(future: F) -> Task<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    Task(runtime().spawn(future))
}

impl<T> Future for Task<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context)
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_ends_with_the_interruption_of_its_call() {
        let interrupt = Interrupt::new();
        let (sender, mut receiver) = tokio::sync::oneshot::channel::<()>();
        let held = interrupt.clone();
        let ended = interrupt.run(|| {
            std::thread::spawn(move || held.raise());
            block_on(async move {
                let _sender = sender;
                std::future::pending::<()>().await;
            });
        });
        assert_eq!(ended, Err(nunatak_parallel::Interrupted));
        assert!(receiver.try_recv().is_err(), "what was under way is dropped");
    }
}
