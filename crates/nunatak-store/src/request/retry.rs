//! Requests that are bounded in time, and made again when that may help.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use nunatak_system::PerProcess;
use tokio::time::Instant;

use super::failure::RequestFailure;
use super::notes::with_notes;
use super::slots::RequestSlots;
use crate::counters::count_request;
use crate::{Location, Result, StorageOptions, StoreError};

/// Shortest and longest pause between two attempts.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
/// Time left for an attempt before the deadline, however long the store wants the client to wait.
const LAST_ATTEMPT: Duration = Duration::from_secs(1);
/// Bytes a second below which a connection is given up for another one.
const SLOWEST: f64 = 64.0 * 1024.0;

/// How many requests a store gets at once, and how long they may take.
pub(crate) struct RequestPolicy {
    slots: PerProcess<RequestSlots>,
    /// For one request, beside the time that its bytes may take.
    pub(crate) timeout: Duration,
    /// For one read with all its retries.
    pub(crate) deadline: Duration,
}

impl RequestPolicy {
    /// # Errors
    /// [`StoreError::BadOption`].
    pub(crate) fn of(options: &StorageOptions) -> Result<Self> {
        Ok(Self {
            slots: PerProcess::of(RequestSlots::new(options.max_concurrency()?), RequestSlots::of_child),
            timeout: options.seconds("timeout", 20.0)?,
            deadline: options.seconds("deadline", 60.0)?,
        })
    }

    /// Makes requests for `length` bytes until one succeeds, fails for good, or the deadline is over.
    ///
    /// At most `max_concurrency` requests are in flight; a pause between two attempts holds no slot.
    ///
    /// # Errors
    /// The fatal one, or [`StoreError::Deadline`] with the last transient one.
    pub(crate) async fn with_retries<T, F>(
        &self,
        location: &Location,
        length: u64,
        mut request: impl FnMut() -> F,
    ) -> Result<T>
    where
        F: Future<Output = Result<T, RequestFailure>>,
    {
        let limit = self.timeout + Duration::from_secs_f64(length as f64 / SLOWEST);
        let mut slot = self.slots.get().acquire_slot(location, self.deadline).await?;
        let started = Instant::now();
        let mut attempts = 0;
        loop {
            let (reason, requested) = {
                let _slot = match slot.take() {
                    Some(slot) => Some(slot),
                    None => self.slots.get().reacquire().await,
                };
                let left = self.deadline.saturating_sub(started.elapsed()).max(Duration::from_millis(100));
                attempts += 1;
                count_request();
                let (answer, notes) = with_notes(tokio::time::timeout(limit.min(left), request())).await;
                if !matches!(answer, Err(_) | Ok(Err(RequestFailure::Transient(_)))) {
                    self.slots.get().note_success();
                }
                match answer {
                    Ok(Ok(value)) => return Ok(value),
                    Ok(Err(RequestFailure::Fatal(error))) => return Err(error),
                    Ok(Err(RequestFailure::Transient(reason))) => (reason, notes.wait),
                    Err(_) => ("the request took too long".to_string(), notes.wait),
                }
            };
            self.pause(location, attempts, started, requested, reason).await?;
        }
    }

    /// Waits before the next attempt.
    ///
    /// # Errors
    /// [`StoreError::Deadline`] when no time is left for one.
    pub(crate) async fn pause(
        &self,
        location: &Location,
        attempts: usize,
        since: Instant,
        requested: Option<Duration>,
        reason: String,
    ) -> Result<()> {
        let left = self.deadline.saturating_sub(since.elapsed());
        let pause = pause_within(left, pause(attempts, location), requested);
        if pause >= left {
            let (location, seconds) = (location.clone(), self.deadline.as_secs_f64());
            return Err(StoreError::Deadline { location, seconds, attempts, reason });
        }
        tokio::time::sleep(pause).await;
        Ok(())
    }
}

/// A body of the expected length; a shorter one is a transient failure.
pub(crate) fn check_length(bytes: Bytes, expected: u64) -> Result<Bytes, RequestFailure> {
    if bytes.len() as u64 == expected {
        return Ok(bytes);
    }
    Err(RequestFailure::Transient(format!("expected a body of {expected} bytes, found {}", bytes.len())))
}

/// The pause before the next attempt: as long as the store wants, and our own on top so that many files do not
/// come back at once; shorter where the deadline would leave no time for that attempt.
fn pause_within(left: Duration, own: Duration, requested: Option<Duration>) -> Duration {
    own.max(requested.map_or(own, |wait| wait.saturating_add(own)).min(left.saturating_sub(LAST_ATTEMPT)))
}

/// The pause after an attempt: doubling, with a spread so that many files do not come back at once.
fn pause(attempts: usize, location: &Location) -> Duration {
    let doubled = FIRST_PAUSE * 2_u32.saturating_pow(u32::try_from(attempts - 1).unwrap_or(u32::MAX).min(10));
    let bytes = location.segments().as_os_str().as_encoded_bytes();
    let hash = bytes.iter().fold(attempts as u32, |hash, &byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte)));
    doubled.min(LONGEST_PAUSE).mul_f64(0.5 + f64::from(hash % 1000) / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_store_gets_the_pause_it_wants_within_the_deadline() {
        let [own, left] = [Duration::from_millis(50), Duration::from_secs(10)];
        assert_eq!(pause_within(left, own, None), own);
        assert_eq!(pause_within(left, own, Some(Duration::from_secs(2))), Duration::from_millis(2050));
        assert_eq!(pause_within(left, own, Some(Duration::MAX)), Duration::from_secs(9));
        assert_eq!(pause_within(Duration::from_millis(40), own, Some(Duration::MAX)), own);
    }

    #[test]
    fn pauses_grow_and_end() {
        let location = Location::parse("s3://bucket/a.nc").unwrap();
        assert!(pause(1, &location) < Duration::from_millis(100));
        assert!((1..100).all(|attempts| pause(attempts, &location) <= LONGEST_PAUSE.mul_f64(1.5)));
    }
}
