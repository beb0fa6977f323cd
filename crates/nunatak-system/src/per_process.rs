//! Values that each process has of its own, also one that was forked.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, TryLockError};

/// A value that a forked process does not share with its parent: threads, connections, and locks that a thread of the
/// parent may have held when it forked, which nobody would ever open.
///
/// It is made when a process first asks for it, from the parent's when there was one. Asking takes no lock. The parent's
/// value stays in the memory of the child: ending it there would wait for threads that the child has not.
///
/// # Examples
/// ```
/// use std::sync::Mutex;
/// use nunatak_system::{PerProcess, inherit};
///
/// static CACHE: PerProcess<Mutex<Vec<u32>>> = PerProcess::new(inherit);
/// CACHE.get().lock().unwrap().push(1);
/// assert_eq!(*CACHE.get().lock().unwrap(), [1]);
/// ```
#[derive(Debug)]
pub struct PerProcess<T> {
    current: AtomicPtr<Owned<T>>,
    make: fn(Option<&T>) -> T,
}

#[derive(Debug)]
struct Owned<T> {
    process: u32,
    value: T,
}

impl<T: Send + Sync> PerProcess<T> {
    /// A value that `make` makes in each process, from that of the process it was forked from where there is one.
    pub const fn new(make: fn(Option<&T>) -> T) -> Self {
        Self { current: AtomicPtr::new(ptr::null_mut()), make }
    }

    /// A value that is there already in this process; as [`PerProcess::new`] in those that are forked from it.
    pub fn of(value: T, make: fn(Option<&T>) -> T) -> Self {
        let own = Box::into_raw(Box::new(Owned { process: std::process::id(), value }));
        Self { current: AtomicPtr::new(own), make }
    }

    /// The value of this process.
    pub fn get(&self) -> &T {
        let process = std::process::id();
        let known = self.current.load(Ordering::Acquire);
        // SAFETY: what was stored is never freed while `self` is borrowed.
        let parents = unsafe { known.as_ref() };
        if let Some(own) = parents
            && own.process == process
        {
            return &own.value;
        }
        let value = (self.make)(parents.map(|parents| &parents.value));
        let made = Box::into_raw(Box::new(Owned { process, value }));
        match self.current.compare_exchange(known, made, Ordering::AcqRel, Ordering::Acquire) {
            // SAFETY: it was stored just now, and is never freed while `self` is borrowed.
            Ok(_) => unsafe { &(*made).value },
            Err(others) => {
                // SAFETY: nobody else has seen it.
                drop(unsafe { Box::from_raw(made) });
                // SAFETY: another thread of this process stored it, and it is never freed while `self` is borrowed.
                unsafe { &(*others).value }
            }
        }
    }
}

impl<T> Drop for PerProcess<T> {
    fn drop(&mut self) {
        let known = *self.current.get_mut();
        // SAFETY: `self` is borrowed by nobody any more, and what was stored came from a box.
        if !known.is_null() && unsafe { (*known).process } == std::process::id() {
            // SAFETY: as above.
            drop(unsafe { Box::from_raw(known) });
        }
    }
}

/// What a child takes over of a value behind a lock: the value, unless a thread of the parent had the lock when it forked.
pub fn inherit<T: Clone + Default>(parents: Option<&Mutex<T>>) -> Mutex<T> {
    let known = parents.and_then(|parents| match parents.try_lock() {
        Ok(value) => Some(value.clone()),
        Err(TryLockError::Poisoned(value)) => Some(value.into_inner().clone()),
        Err(TryLockError::WouldBlock) => None,
    });
    Mutex::new(known.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[test]
    fn threads_get_one_value() {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let value: PerProcess<usize> = PerProcess::new(|_| MADE.fetch_add(1, Ordering::Relaxed));
        let addresses: Vec<usize> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| ptr::from_ref(value.get()).addr())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(addresses.windows(2).all(|pair| pair[0] == pair[1]));
    }

    #[test]
    fn what_another_process_made_is_made_anew_from_it() {
        let parents = Owned { process: std::process::id() ^ 1, value: Mutex::new(vec![1, 2]) };
        let value: PerProcess<Mutex<Vec<i32>>> = PerProcess::new(inherit);
        value.current.store(Box::into_raw(Box::new(parents)), Ordering::Release);
        assert_eq!(*value.get().lock().unwrap(), [1, 2]);
        value.get().lock().unwrap().push(3);
        assert_eq!(*value.get().lock().unwrap(), [1, 2, 3]);
    }

    #[test]
    fn a_lock_that_somebody_holds_is_not_inherited() {
        let parents = Mutex::new(vec![1]);
        let _held = parents.lock().unwrap();
        assert!(inherit(Some(&parents)).into_inner().unwrap().is_empty());
    }
}
