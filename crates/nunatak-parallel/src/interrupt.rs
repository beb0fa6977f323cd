//! Interruption of a call from outside, wherever in it the work is.
//!
//! Who waits for a call raises its [`Interrupt`]; the work finds it raised at a checkpoint and unwinds to where the call
//! began, past every loop and every cache: nothing half made is kept. Loops of this crate have checkpoints, and carry the
//! interrupt of the thread that runs them to the threads of their tasks; other loops over tasks that read or wait take
//! their task through [`carried`], others ask [`checkpoint`] or [`Interrupt::check`].

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

thread_local! {
    static CURRENT: RefCell<Interrupt> = const { RefCell::new(Interrupt(None)) };
}

/// Whether the work of one call is to stop.
///
/// # Examples
/// ```
/// use nunatak_parallel::{Interrupt, Interrupted, map};
///
/// let interrupt = Interrupt::new();
/// assert_eq!(interrupt.run(|| map(3, |number| number)), Ok(vec![0, 1, 2]));
/// interrupt.raise();
/// assert_eq!(interrupt.run(|| map(3, |number| number)), Err(Interrupted));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Option<Arc<AtomicBool>>);

/// That a call was interrupted.
///
/// # Examples
/// ```
/// assert_eq!(nunatak_parallel::Interrupted.to_string(), "interrupted");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interrupted;

impl std::fmt::Display for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

impl Interrupt {
    /// One for a call that begins.
    pub fn new() -> Self {
        Self(Some(Arc::default()))
    }

    /// That of the call that this thread works for; one that is never raised when there is none.
    pub fn current() -> Self {
        CURRENT.with_borrow(Self::clone)
    }

    /// Stops the work at its next checkpoints.
    pub fn raise(&self) {
        if let Some(flag) = &self.0 {
            flag.store(true, Ordering::Relaxed);
        }
    }

    /// Whether the work is to stop.
    pub fn is_raised(&self) -> bool {
        self.0.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    /// Whether it can be raised at all.
    pub fn is_possible(&self) -> bool {
        self.0.is_some()
    }

    /// Unwinds to where the call began when the work is to stop.
    pub fn check(&self) {
        if self.is_raised() {
            resume_unwind(Box::new(Interrupted));
        }
    }

    /// Runs the work of a call, up to its end or its interruption.
    ///
    /// # Errors
    /// [`Interrupted`].
    pub fn run<T>(&self, work: impl FnOnce() -> T) -> Result<T, Interrupted> {
        let ended = catch_unwind(AssertUnwindSafe(|| {
            let _entered = self.enter();
            work()
        }));
        ended.map_err(|panic| match panic.downcast::<Interrupted>() {
            Ok(interrupted) => *interrupted,
            Err(panic) => resume_unwind(panic),
        })
    }

    /// Makes this the interrupt of the thread until the result is dropped.
    pub(crate) fn enter(&self) -> Entered {
        Entered(CURRENT.with_borrow_mut(|current| std::mem::replace(current, self.clone())))
    }
}

/// Gives a thread the interrupt back that it had.
pub(crate) struct Entered(Interrupt);

impl Drop for Entered {
    fn drop(&mut self) {
        let before = std::mem::take(&mut self.0);
        // Threads that end have none any more.
        let _ = CURRENT.try_with(|current| current.replace(before));
    }
}

/// Unwinds to where the call of this thread began when its work is to stop.
pub fn checkpoint() {
    CURRENT.with_borrow(Interrupt::check);
}

/// A task for other threads that works for the call of this one, with a checkpoint before it.
///
/// # Examples
/// ```
/// use nunatak_parallel::{Interrupt, Interrupted, carried, checkpoint};
///
/// let interrupt = Interrupt::new();
/// interrupt.raise();
/// let stopped = interrupt.run(|| {
///     let task = carried(|number: usize| number + 1);
///     std::thread::scope(|scope| {
///         scope.spawn(|| task(1)).join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
///     })
/// });
/// assert_eq!(stopped, Err(Interrupted));
/// ```
pub fn carried<Input, Output>(task: impl Fn(Input) -> Output + Sync) -> impl Fn(Input) -> Output + Sync {
    let interrupt = Interrupt::current();
    move |input| {
        interrupt.check();
        let _entered = interrupt.enter();
        task(input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{for_each, map, map_values};
    use std::sync::atomic::AtomicUsize;

    #[test]
    fn loops_stop_at_their_next_task_and_other_calls_go_on() {
        let interrupt = Interrupt::new();
        let done = AtomicUsize::new(0);
        let ended = interrupt.run(|| {
            for_each(1000, &|number| {
                done.fetch_add(1, Ordering::Relaxed);
                if number == 7 {
                    Interrupt::current().raise();
                }
                std::thread::sleep(std::time::Duration::from_micros(200));
            });
        });
        assert_eq!(ended, Err(Interrupted));
        assert!(done.into_inner() < 1000);
        assert_eq!(map(10, |number| number).len(), 10);
        checkpoint();
    }

    #[test]
    fn nested_loops_work_for_the_call_of_the_outer_one() {
        let interrupt = Interrupt::new();
        let ended = interrupt.run(|| {
            map(4, |_| {
                map_values(5000, |number| {
                    if number == 2000 {
                        Interrupt::current().raise();
                    }
                    number
                })
            })
        });
        assert_eq!(ended, Err(Interrupted));
    }

    #[test]
    fn a_panic_is_no_interruption() {
        let caught = catch_unwind(|| Interrupt::new().run(|| resume_unwind(Box::new("other"))));
        assert_eq!(caught.unwrap_err().downcast_ref::<&str>(), Some(&"other"));
    }
}
