//! Slots for requests in flight.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use crate::{Location, Result, StoreError};

/// At most so many requests of one store in flight.
pub(crate) struct RequestSlots {
    count: usize,
    in_flight: Semaphore,
    /// When the store last did what it was asked to do.
    last_success: Mutex<Instant>,
}

impl RequestSlots {
    pub(crate) fn new(count: usize) -> Self {
        Self { count, in_flight: Semaphore::new(count), last_success: Mutex::new(Instant::now()) }
    }

    /// Slots of a process that was forked: requests of its parent hold none of them.
    pub(crate) fn of_child(parents: Option<&Self>) -> Self {
        Self::new(parents.map_or(1, |parents| parents.count))
    }

    fn last_success(&self) -> Instant {
        *self.last_success.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that the store answered.
    pub(crate) fn note_success(&self) {
        *self.last_success.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Waits for a slot, however long; `None` never in practice: slots are never closed.
    pub(crate) async fn reacquire(&self) -> Option<SemaphorePermit<'_>> {
        self.in_flight.acquire().await.ok()
    }

    /// Waits for the first slot of a request. That other requests hold them is not the store's fault, so the wait does
    /// not count, unless the store has not answered anybody for as long as the deadline.
    ///
    /// # Errors
    /// [`StoreError::Deadline`].
    pub(crate) async fn acquire_slot(
        &self,
        location: &Location,
        deadline: Duration,
    ) -> Result<Option<SemaphorePermit<'_>>> {
        let waiting_since = Instant::now();
        loop {
            let last = self.last_success();
            let until = waiting_since.max(last) + deadline;
            match tokio::time::timeout_at(until, self.in_flight.acquire()).await {
                Ok(permit) => return Ok(permit.ok()),
                Err(_) if self.last_success() > last => {}
                Err(_) => {
                    let reason = "the store answers no other request either".to_string();
                    let (location, seconds) = (location.clone(), deadline.as_secs_f64());
                    return Err(StoreError::Deadline { location, seconds, attempts: 0, reason });
                }
            }
        }
    }
}
