//! Requests that are bounded in number and time, checked, and made again when that may help.

use std::future::Future;
use std::ops::Range;
use std::sync::PoisonError;
use std::time::Duration;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{GetOptions, GetRange};
use tokio::sync::SemaphorePermit;
use tokio::time::Instant;

use crate::counters::{count_bytes, count_request};
use crate::retry_after::with_wait;
use crate::{Location, Result, Stamp, Store, StoreError, Version};

/// Why one request brought nothing.
pub(crate) enum Trouble {
    /// It will not get better.
    Final(StoreError),
    /// It may.
    Passing(String),
}

/// Shortest and longest pause between two attempts.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
/// Time left for an attempt before the deadline, however long the store asks to wait.
const LAST_ATTEMPT: Duration = Duration::from_secs(1);
/// Bytes a second below which a connection is given up for another one.
const SLOWEST: f64 = 64.0 * 1024.0;

impl Store {
    /// Makes requests for `length` bytes until one succeeds, fails for good, or the deadline is over.
    ///
    /// At most `max_concurrency` requests are in flight; a pause between two holds no place in that queue.
    pub(crate) async fn persist<T, F>(
        &self,
        location: &Location,
        length: u64,
        mut request: impl FnMut() -> F,
    ) -> Result<T>
    where
        F: Future<Output = Result<T, Trouble>>,
    {
        let deadline = self.0.deadline;
        let limit = self.0.timeout + Duration::from_secs_f64(length as f64 / SLOWEST);
        let mut permit = self.first_place(location).await?;
        let started = Instant::now();
        let mut attempts = 0;
        loop {
            let (reason, asked) = {
                let _permit = match permit.take() {
                    Some(permit) => Some(permit),
                    None => self.0.in_flight.acquire().await.ok(),
                };
                let left = deadline.saturating_sub(started.elapsed()).max(Duration::from_millis(100));
                attempts += 1;
                count_request();
                let (answer, asked) = with_wait(tokio::time::timeout(limit.min(left), request())).await;
                if !matches!(answer, Err(_) | Ok(Err(Trouble::Passing(_)))) {
                    *self.0.last_success.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
                }
                match answer {
                    Ok(Ok(value)) => return Ok(value),
                    Ok(Err(Trouble::Final(error))) => return Err(error),
                    Ok(Err(Trouble::Passing(reason))) => (self.0.options.without_secrets(&reason), asked),
                    Err(_) => ("the request took too long".to_string(), asked),
                }
            };
            let left = deadline.saturating_sub(started.elapsed());
            let pause = pause_within(left, pause(attempts, location), asked);
            if pause >= left {
                let (location, seconds) = (location.clone(), deadline.as_secs_f64());
                return Err(StoreError::Deadline { location, seconds, attempts, reason });
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// Waits for a place among the requests in flight. That others have them is not the store's fault, so the wait
    /// does not count, unless the store has not answered anybody for as long as the deadline.
    async fn first_place(&self, location: &Location) -> Result<Option<SemaphorePermit<'_>>> {
        let (waiting_since, deadline) = (Instant::now(), self.0.deadline);
        loop {
            let last = *self.0.last_success.lock().unwrap_or_else(PoisonError::into_inner);
            let until = waiting_since.max(last) + deadline;
            match tokio::time::timeout_at(until, self.0.in_flight.acquire()).await {
                Ok(permit) => return Ok(permit.ok()),
                Err(_) if *self.0.last_success.lock().unwrap_or_else(PoisonError::into_inner) > last => {}
                Err(_) => {
                    let reason = "the store answers no other request either".to_string();
                    let (location, seconds) = (location.clone(), deadline.as_secs_f64());
                    return Err(StoreError::Deadline { location, seconds, attempts: 0, reason });
                }
            }
        }
    }

    /// The bytes of a range of one state of an object.
    pub(crate) async fn get(
        &self,
        location: &Location,
        path: &Path,
        stamp: &Stamp,
        range: Range<u64>,
    ) -> Result<Bytes> {
        self.persist(location, range.end - range.start, || async {
            let if_match = match &stamp.version {
                // A weak tag never matches (RFC 9110, 13.1.1); it is compared with the answer's below.
                Version::ETag(tag) if !tag.starts_with("W/") => Some(format!("\"{tag}\"")),
                _ => None,
            };
            let wanted =
                GetOptions { range: Some(GetRange::Bounded(range.clone())), if_match, ..GetOptions::default() };
            let (found, bytes) = self.get_once(location, path, wanted).await?;
            if let Some(found) = stamp.difference(&found) {
                return Err(Trouble::Final(StoreError::Changed { location: location.clone(), found }));
            }
            whole(bytes, range.end - range.start)
        })
        .await
    }

    /// The first bytes of an object, at most `length` of them, and the state they belong to.
    pub(crate) async fn get_head(&self, location: &Location, path: &Path, length: u64) -> Result<(Stamp, Bytes)> {
        self.persist(location, length, || async {
            let wanted = GetOptions { range: Some(GetRange::Bounded(0..length.max(1))), ..GetOptions::default() };
            let (found, bytes) = self.get_once(location, path, wanted).await?;
            let expected = found.length.min(length.max(1));
            Ok((found, whole(bytes, expected)?))
        })
        .await
    }

    async fn get_once(&self, location: &Location, path: &Path, wanted: GetOptions) -> Result<(Stamp, Bytes), Trouble> {
        let failed = |error: object_store::Error| self.trouble(location, &error);
        let answer = self.0.inner.get_opts(path, wanted).await.map_err(failed)?;
        let found = Stamp::of_object(&answer.meta);
        let bytes = answer.bytes().await.map_err(failed)?;
        count_bytes(bytes.len());
        Ok((found, bytes))
    }

    /// What an error of the store means for trying again.
    pub(crate) fn trouble(&self, location: &Location, error: &object_store::Error) -> Trouble {
        use object_store::Error as Raw;
        let location = || location.clone();
        let reason = || self.0.options.without_secrets(&brief(error));
        Trouble::Final(match error {
            Raw::NotFound { .. } => StoreError::NotFound { location: location() },
            Raw::PermissionDenied { .. } => StoreError::Denied { location: location(), reason: "403 Forbidden".into() },
            Raw::Unauthenticated { .. } => {
                StoreError::Denied { location: location(), reason: "401 Unauthorized".into() }
            }
            Raw::Precondition { .. } => {
                StoreError::Changed { location: location(), found: "its ETag no longer matches".into() }
            }
            Raw::NotSupported { .. } | Raw::NotImplemented { .. } | Raw::InvalidPath { .. } => {
                StoreError::Unusable { location: location(), reason: reason() }
            }
            other if asks_for_a_role(&other.to_string()) => {
                let reason = "no credentials are given, in the environment, or from this machine's cloud".into();
                StoreError::Denied { location: location(), reason }
            }
            other => match status(&other.to_string()) {
                // A range beyond the end: the object is shorter than it was when its length was read.
                Some(416) => StoreError::Changed { location: location(), found: "it is shorter now".into() },
                Some(code) if is_refusal(code) => StoreError::Unusable { location: location(), reason: reason() },
                _ => return Trouble::Passing(reason()),
            },
        })
    }
}

/// Whether an error comes from where clouds give their machines credentials: there are no others.
fn asks_for_a_role(message: &str) -> bool {
    ["http://169.254.169.254/", "http://metadata"].iter().any(|place| message.contains(place))
}

/// The HTTP status in an error of `object_store`, which keeps its type to itself. No URL has spaces, so none can be
/// taken for it.
fn status(message: &str) -> Option<u16> {
    if message.contains("Received redirect without LOCATION") {
        return Some(301);
    }
    let (_, rest) = message.split_once("Server returned non-2xx status code: ")?;
    rest.get(..3)?.parse().ok()
}

/// Whether a status means that the same request will fail again: of the client's errors, all but time-outs (408), too
/// early (425) and too many requests (429); and a redirect without a place, for a wrong region.
fn is_refusal(status: u16) -> bool {
    status == 301 || (400..500).contains(&status) && ![408, 425, 429].contains(&status)
}

/// The cause at the bottom of an error, without the wrappers that repeat the URL.
fn brief(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let message = inner.to_string();
        if !text.contains(&message) {
            text = format!("{text}: {message}");
        }
        cause = inner.source();
    }
    text.chars().take(400).collect()
}

/// A body of the length that was asked for; a shorter one is asked for again.
fn whole(bytes: Bytes, expected: u64) -> Result<Bytes, Trouble> {
    if bytes.len() as u64 == expected {
        return Ok(bytes);
    }
    Err(Trouble::Passing(format!("expected a body of {expected} bytes, found {}", bytes.len())))
}

/// The pause before the next attempt: as long as the store asks for, and our own beside it so that many files do not
/// come back at once; shorter where the deadline would leave no time for that attempt.
pub(crate) fn pause_within(left: Duration, own: Duration, asked: Option<Duration>) -> Duration {
    own.max(asked.map_or(own, |asked| asked.saturating_add(own)).min(left.saturating_sub(LAST_ATTEMPT)))
}

/// The pause after an attempt: doubling, with a spread so that many files do not come back at once.
pub(crate) fn pause(attempts: usize, location: &Location) -> Duration {
    let doubled = FIRST_PAUSE * 2_u32.saturating_pow(u32::try_from(attempts - 1).unwrap_or(u32::MAX).min(10));
    let bytes = location.segments().as_os_str().as_encoded_bytes();
    let hash = bytes.iter().fold(attempts as u32, |hash, &byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte)));
    doubled.min(LONGEST_PAUSE).mul_f64(0.5 + f64::from(hash % 1000) / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_is_read_where_it_stands_and_nowhere_else() {
        let message = |code: &str| {
            format!(
                "Generic S3 error: Error performing GET http://h:4160/416.nc in 1ms - Server returned non-2xx status code: {code}: "
            )
        };
        assert_eq!(status(&message("416 Range Not Satisfiable")), Some(416));
        assert_eq!(status(&message("503 Service Unavailable")), Some(503));
        assert_eq!(status("Error performing GET http://h:4160/416.nc in 416ms - HTTP error: connection closed"), None);
        assert!(is_refusal(400) && is_refusal(301));
        assert!(![408, 425, 429, 500, 503].into_iter().any(is_refusal));
    }

    #[test]
    fn the_store_is_given_the_time_it_asks_for_within_the_deadline() {
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
