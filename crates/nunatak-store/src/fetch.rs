//! Requests that are bounded in number and time, checked, and made again when that may help.

use std::future::Future;
use std::ops::Range;
use std::time::{Duration, Instant};

use bytes::Bytes;
use object_store::path::Path;
use object_store::{GetOptions, GetRange};

use crate::counters::{count_bytes, count_request};
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

impl Store {
    /// Makes requests until one succeeds, fails for good, or the deadline is over.
    ///
    /// At most `max_concurrency` requests are in flight; a pause between two holds no place in that queue.
    pub(crate) async fn persist<T, F>(&self, location: &Location, mut request: impl FnMut() -> F) -> Result<T>
    where
        F: Future<Output = Result<T, Trouble>>,
    {
        let (started, deadline) = (Instant::now(), self.0.deadline);
        let mut attempts = 0;
        loop {
            let reason = {
                let _permit = self.0.in_flight.acquire().await;
                // Waiting for a place is not the store's fault, so the first request has its full time.
                let left = deadline.saturating_sub(started.elapsed()).max(Duration::from_millis(100));
                attempts += 1;
                count_request();
                match tokio::time::timeout(self.0.timeout.min(left), request()).await {
                    Ok(Ok(value)) => return Ok(value),
                    Ok(Err(Trouble::Final(error))) => return Err(error),
                    Ok(Err(Trouble::Passing(reason))) => self.0.options.without_secrets(&reason),
                    Err(_) => "the request took too long".to_string(),
                }
            };
            let pause = pause(attempts, location);
            if started.elapsed() + pause >= deadline {
                let (location, seconds) = (location.clone(), deadline.as_secs_f64());
                return Err(StoreError::Deadline { location, seconds, attempts, reason });
            }
            tokio::time::sleep(pause).await;
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
        self.persist(location, || async {
            let if_match = match &stamp.version {
                // A weak tag never matches (RFC 9110, 13.1.1); it is compared with the answer's below.
                Version::ETag(tag) if !tag.starts_with("W/") => Some(tag.clone()),
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
        self.persist(location, || async {
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
            // A range beyond the end: the object is shorter than it was when its length was read.
            other if other.to_string().contains("416") => {
                StoreError::Changed { location: location(), found: "it is shorter now".into() }
            }
            _ => return Trouble::Passing(reason()),
        })
    }
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

/// The pause after an attempt: doubling, with a spread so that many files do not come back at once.
pub(crate) fn pause(attempts: usize, location: &Location) -> Duration {
    let doubled = FIRST_PAUSE * 2_u32.saturating_pow(u32::try_from(attempts - 1).unwrap_or(u32::MAX).min(10));
    let bytes = location.segments().as_os_str().as_encoded_bytes();
    let hash = bytes.iter().fold(attempts as u32, |hash, &byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte)));
    doubled.min(LONGEST_PAUSE).mul_f64(0.5 + f64::from(hash % 1000) / 1000.0)
}
