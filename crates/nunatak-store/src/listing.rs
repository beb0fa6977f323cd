use std::time::Instant;

use futures_util::StreamExt;
use object_store::path::Path;

use crate::counters::count_request;
use crate::fetch::{Trouble, pause, pause_within};
use crate::object::key;
use crate::retry_after::with_wait;
use crate::{Location, Result, Scheme, Stamp, Store, StoreError};

/// A file that a store lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Where it is.
    pub location: Location,
    /// Its length and version.
    pub stamp: Stamp,
}

/// Keys that stores put on one page.
const PAGE: usize = 1000;

impl Store {
    /// Every object below a prefix, in the order of the keys. A listing that breaks off goes on where it was; the
    /// deadline counts from the last key that came.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Unusable`] when the store cannot list (plain HTTP servers without WebDAV).
    pub async fn list(&self, prefix: &Location) -> Result<Vec<Listed>> {
        let Location::Remote { key: text, .. } = prefix else { return Ok(Vec::new()) };
        let below = if text.is_empty() { Path::default() } else { key(prefix)? };
        let mut found: Vec<Listed> = Vec::new();
        let (mut last_progress, mut attempts) = (Instant::now(), 0);
        loop {
            let before = found.len();
            attempts += 1;
            let (listed, asked) = with_wait(self.list_on(prefix, &below, &mut found)).await;
            let reason = match listed {
                Ok(()) => break,
                Err(Trouble::Final(error)) => return Err(error),
                Err(Trouble::Passing(reason)) => reason,
            };
            if found.len() > before {
                (last_progress, attempts) = (Instant::now(), 1);
            }
            let left = self.0.deadline.saturating_sub(last_progress.elapsed());
            let pause = pause_within(left, pause(attempts, prefix), asked);
            if pause >= left {
                let (location, seconds) = (prefix.clone(), self.0.deadline.as_secs_f64());
                return Err(StoreError::Deadline { location, seconds, attempts, reason });
            }
            tokio::time::sleep(pause).await;
        }
        found.sort_by(|one, other| one.location.cmp(&other.location));
        found.dedup_by(|one, other| one.location == other.location);
        Ok(found)
    }

    /// Lists from the last key found on.
    async fn list_on(&self, prefix: &Location, below: &Path, found: &mut Vec<Listed>) -> Result<(), Trouble> {
        let Location::Remote { scheme, bucket, .. } = prefix else { return Ok(()) };
        let mut listing = match found.last() {
            Some(last) => {
                let after = key(&last.location).map_err(Trouble::Final)?;
                self.0.inner.list_with_offset(Some(below), &after)
            }
            None => self.0.inner.list(Some(below)),
        };
        count_request();
        loop {
            let next = tokio::time::timeout(self.0.timeout, listing.next()).await;
            let object = match next {
                Ok(Some(object)) => object.map_err(|error| self.trouble(prefix, &error))?,
                Ok(None) => return Ok(()),
                Err(_) => return Err(Trouble::Passing("the listing took too long".into())),
            };
            let key = match scheme {
                // A per cent sign in a URL begins an escape.
                Scheme::Http | Scheme::Https => object.location.as_ref().replace('%', "%25"),
                _ => object.location.to_string(),
            };
            let location = Location::Remote { scheme: *scheme, bucket: bucket.clone(), key };
            found.push(Listed { location, stamp: Stamp::of_object(&object) });
            if found.len().is_multiple_of(PAGE) {
                count_request();
            }
        }
    }
}
