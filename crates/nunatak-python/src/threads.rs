//! Kernels without the interpreter's lock: on threads that this process has, and never deaf to Ctrl-C.
//!
//! Python tells of signals on its main thread alone. So a call that comes from there works on a thread of its own, and the
//! main thread waits: it looks for signals, and runs what the work has to ask of Python, as if the work were done there.
//!
//! ```text
//! main thread ── detach ──► waits: signals?  asked? ◄── on_caller ─┐
//!                  └──────► thread of the call: the kernel ────────┴─► loops, requests (checkpoints)
//! ```

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use nunatak::parallel::{Interrupt, Interrupted};
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::call_threads::beside;
use crate::forks::{RunningKernel, threads_of_fork};

/// Between two looks for signals.
const TICK: Duration = Duration::from_millis(50);

/// What the work of a call asks of Python, and who waits for it to be done or dropped.
struct Request {
    question: *mut (),
    ask: unsafe fn(*mut (), Python<'_>),
    done: Sender<()>,
}

// SAFETY: the question is `Send` (see `on_caller`), and one thread has it at a time.
unsafe impl Send for Request {}

/// Something to ask of Python, and then the answer, or the panic that came instead.
enum Question<Ask, T> {
    Asked(Ask),
    Answered(std::thread::Result<T>),
    Nothing,
}

impl<T, Ask: FnOnce(Python<'_>) -> T> Question<Ask, T> {
    /// # Safety
    /// `question` points to one of this type that nobody else uses.
    unsafe fn ask(question: *mut (), py: Python<'_>) {
        // SAFETY: as above.
        let question = unsafe { &mut *question.cast::<Self>() };
        if let Self::Asked(ask) = std::mem::replace(question, Self::Nothing) {
            *question = Self::Answered(catch_unwind(AssertUnwindSafe(|| ask(py))));
        }
    }
}

thread_local! {
    /// The way to the main thread, on the thread of a call that came from there.
    static CALLER: RefCell<Option<Sender<Request>>> = const { RefCell::new(None) };
}

/// Runs a short kernel without the interpreter's lock, on this thread.
pub(crate) fn detach_briefly<T: Send>(py: Python<'_>, kernel: impl FnOnce() -> T + Send) -> T {
    py.detach(|| {
        let _running = RunningKernel::enter();
        on_own_threads(kernel)
    })
}

/// Runs a kernel without the interpreter's lock. On the main thread Ctrl-C stops it, wherever it is.
///
/// # Errors
/// What the handler of a signal raises: `KeyboardInterrupt`.
pub(crate) fn detach<T: Send>(py: Python<'_>, kernel: impl FnOnce() -> T + Send) -> PyResult<T> {
    let is_main = is_main_thread(py)?;
    let outcome = py.detach(|| {
        let _running = RunningKernel::enter();
        match is_main {
            true => watched(kernel),
            // The interrupt is that of the call which calls Python which calls this.
            false => Ok(Interrupt::current().run(|| on_own_threads(kernel))),
        }
    })?;
    outcome.map_err(|Interrupted| PyKeyboardInterrupt::new_err("interrupted"))
}

/// Runs a kernel on a thread of its own, and waits for it.
fn watched<T: Send>(kernel: impl FnOnce() -> T + Send) -> PyResult<Result<T, Interrupted>> {
    let interrupt = Interrupt::new();
    let (sender, requests) = channel();
    let work = || {
        CALLER.set(Some(sender));
        let outcome = interrupt.run(|| on_own_threads(kernel));
        // The main thread sees the end by this.
        CALLER.take();
        outcome
    };
    let (outcome, signalled) = beside(work, || serve(&requests, &interrupt))?;
    signalled.map(|()| outcome.unwrap_or_else(|panic| resume_unwind(panic)))
}

/// Looks for signals and runs what is asked of Python, until nobody asks any more.
///
/// # Errors
/// What the handler of a signal raised.
fn serve(requests: &Receiver<Request>, interrupt: &Interrupt) -> PyResult<()> {
    let mut signalled = Ok(());
    loop {
        let request = match requests.recv_timeout(TICK) {
            Ok(request) => Some(request),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return signalled,
        };
        if interrupt.is_raised() {
            // What is asked now is not answered, and whoever asked unwinds.
            continue;
        }
        signalled = Python::attach(|py| {
            if let Some(Request { question, ask, done }) = request {
                // SAFETY: whoever asks waits until it is done, or `done` is dropped, with the question on its stack.
                unsafe { ask(question, py) };
                let _ = done.send(());
            }
            py.check_signals()
        });
        if signalled.is_err() {
            interrupt.raise();
        }
    }
}

/// Asks something of Python, on the thread that called the library where that waits, else on this one.
///
/// Objects of Python may belong to a thread, and Ctrl-C reaches only what the main thread does.
pub(crate) fn on_caller<T: Send, Ask: FnOnce(Python<'_>) -> T + Send>(ask: Ask) -> T {
    let Some(caller) = CALLER.with_borrow(Clone::clone) else { return Python::attach(ask) };
    let mut question = Question::Asked(ask);
    let (done, waiting) = channel();
    // The address outlives its use: nothing returns or unwinds before the other side has answered or given up.
    let request = Request { question: (&raw mut question).cast(), ask: Question::<Ask, T>::ask, done };
    let _ = caller.send(request);
    let _ = waiting.recv();
    match question {
        Question::Answered(Ok(answer)) => answer,
        Question::Answered(Err(panic)) => resume_unwind(panic),
        // Nobody serves requests of a call that was interrupted.
        Question::Asked(_) | Question::Nothing => resume_unwind(Box::new(Interrupted)),
    }
}

/// Whether this is the thread on which Python tells of signals.
fn is_main_thread(py: Python<'_>) -> PyResult<bool> {
    static THREADING: PyOnceLock<(Py<PyAny>, Py<PyAny>)> = PyOnceLock::new();
    let (main, own) = THREADING.get_or_try_init(py, || {
        let threading = py.import("threading")?;
        PyResult::Ok((threading.getattr("main_thread")?.unbind(), threading.getattr("get_ident")?.unbind()))
    })?;
    let main: u64 = main.bind(py).call0()?.getattr("ident")?.extract()?;
    Ok(main == own.bind(py).call0()?.extract::<u64>()?)
}

/// Runs a kernel where the threads of this process are.
fn on_own_threads<T: Send>(kernel: impl FnOnce() -> T + Send) -> T {
    match threads_of_fork() {
        Some(threads) => threads.install(carried_once(kernel)),
        None => kernel(),
    }
}

/// A kernel that works for the call of this thread on another one.
pub(crate) fn carried_once<T>(kernel: impl FnOnce() -> T + Send) -> impl FnOnce() -> T + Send {
    let interrupt = Interrupt::current();
    move || match interrupt.run(kernel) {
        Ok(outcome) => outcome,
        Err(interrupted) => resume_unwind(Box::new(interrupted)),
    }
}
