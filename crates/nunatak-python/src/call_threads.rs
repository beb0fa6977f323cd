//! Threads that work for calls, kept from one call to the next: starting one takes longer than many calls do.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use nunatak::system::PerProcess;

/// As much as the main thread of a process has: the work was done there once.
const STACK: usize = 8 * 1024 * 1024;

type Job = Box<dyn FnOnce() + Send>;

/// Threads that wait for work; those of its parent do not exist in a process that was forked.
static IDLE: PerProcess<Mutex<Vec<Sender<Job>>>> = PerProcess::new(|_| Mutex::new(Vec::new()));

/// Waits, however the scope ends, until a job has been done or dropped.
struct UntilDone(Receiver<()>);

impl Drop for UntilDone {
    fn drop(&mut self) {
        let _ = self.0.recv();
    }
}

/// Does some work on a thread of its own and something else on this one, and returns when both are done: what the work
/// gave, or the panic that ended it, and what was done meanwhile.
///
/// # Errors
/// The system's, when it gives no thread; nothing is done then.
pub(crate) fn beside<T: Send, U>(
    work: impl FnOnce() -> T + Send,
    meanwhile: impl FnOnce() -> U,
) -> io::Result<(thread::Result<T>, U)> {
    let mut outcome: Option<thread::Result<T>> = None;
    let thread = idle_thread()?;
    let found = {
        let (done, ended) = channel();
        let place = &mut outcome;
        let job: Box<dyn FnOnce() + Send + '_> = Box::new(move || {
            *place = Some(catch_unwind(AssertUnwindSafe(work)));
            drop(done);
        });
        // SAFETY: the types differ in their lifetimes alone, and what the job borrows outlives it: `until_done` keeps this
        // function from returning and from unwinding before `done` is dropped, which is the last thing that the job does.
        let job = unsafe { std::mem::transmute::<Box<dyn FnOnce() + Send + '_>, Job>(job) };
        let until_done = UntilDone(ended);
        if let Err(refused) = thread.send(job) {
            drop(refused);
            return Err(io::Error::other("a thread of calls has ended"));
        }
        let found = meanwhile();
        drop(until_done);
        found
    };
    idle().push(thread);
    outcome.map(|outcome| (outcome, found)).ok_or_else(|| io::Error::other("a call was not made"))
}

fn idle() -> std::sync::MutexGuard<'static, Vec<Sender<Job>>> {
    IDLE.get().lock().unwrap_or_else(PoisonError::into_inner)
}

/// A thread that waits for work, started where none does.
fn idle_thread() -> io::Result<Sender<Job>> {
    if let Some(thread) = idle().pop() {
        return Ok(thread);
    }
    let (sender, jobs) = channel::<Job>();
    let work = move || jobs.into_iter().for_each(|job| job());
    thread::Builder::new().name("nunatak-call".into()).stack_size(STACK).spawn(work)?;
    Ok(sender)
}
