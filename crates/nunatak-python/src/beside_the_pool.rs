//! Code of Python's that a kernel needs, without a thread of the pool that waits for it.
//!
//! ```text
//! Python ─► kernel ─► thread of the pool: works on ◄── done ── thread of its own: Python, a task of Dask's
//!                                                                  └─► another kernel, which needs the pool
//! ```

use std::thread;
use std::time::Duration;

use rayon::Yield;

use crate::threads::carried_once;

/// Pause of a thread of the pool that finds no work.
const PAUSE: Duration = Duration::from_micros(200);

/// Runs code that may wait for kernels, as Python's: on this thread, unless it is one of the pool, which such kernels
/// need. Then the code runs on a thread of its own, and this one works for the pool until it is done.
///
/// The interpreter's lock must not be held.
pub(crate) fn beside_the_pool<T: Send>(code: impl FnOnce() -> T + Send) -> T {
    if rayon::current_thread_index().is_none() {
        return code();
    }
    let (waiting, code) = (thread::current(), carried_once(code));
    thread::scope(|scope| {
        let running = scope.spawn(|| {
            let done = code();
            waiting.unpark();
            done
        });
        while !running.is_finished() {
            if rayon::yield_now() != Some(Yield::Executed) {
                thread::park_timeout(PAUSE);
            }
        }
        running.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}
