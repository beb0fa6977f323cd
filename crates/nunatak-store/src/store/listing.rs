//! Listings of stores, which go on where they broke off.

use futures_util::StreamExt;
use object_store::path::Path;
use tokio::time::Instant;

use super::Store;
use super::key::key;
use crate::counters::count_request;
use crate::request::{RequestFailure, with_wait};
use crate::{Listed, Location, Result, Scheme, Stamp};

/// Keys that stores put on one page.
const PAGE: usize = 1000;

impl Store {
    /// Every object below a prefix, in the order of the keys. A listing that breaks off goes on where it was; the
    /// deadline counts from the last key that came.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError); [`StoreError::Unusable`](crate::StoreError::Unusable) when the store cannot list (plain HTTP servers without WebDAV).
    pub async fn list(&self, prefix: &Location) -> Result<Vec<Listed>> {
        let Location::Remote { key: text, .. } = prefix else { return Ok(Vec::new()) };
        let below = if text.is_empty() { Path::default() } else { key(prefix)? };
        let mut found: Vec<Listed> = Vec::new();
        let (mut last_progress, mut attempts) = (Instant::now(), 0);
        loop {
            let before = found.len();
            attempts += 1;
            let (listed, requested) = with_wait(self.list_on(prefix, &below, &mut found)).await;
            let reason = match listed {
                Ok(()) => break,
                Err(RequestFailure::Fatal(error)) => return Err(error),
                Err(RequestFailure::Transient(reason)) => reason,
            };
            if found.len() > before {
                (last_progress, attempts) = (Instant::now(), 1);
            }
            self.0.requests.pause(prefix, attempts, last_progress, requested, reason).await?;
        }
        found.sort_by(|one, other| one.location.cmp(&other.location));
        found.dedup_by(|one, other| one.location == other.location);
        Ok(found)
    }

    /// Lists from the last key found on.
    async fn list_on(&self, prefix: &Location, below: &Path, found: &mut Vec<Listed>) -> Result<(), RequestFailure> {
        let Location::Remote { scheme, bucket, .. } = prefix else { return Ok(()) };
        let mut listing = match found.last() {
            Some(last) => {
                let after = key(&last.location).map_err(RequestFailure::Fatal)?;
                self.0.client.list_with_offset(Some(below), &after)
            }
            None => self.0.client.list(Some(below)),
        };
        count_request();
        loop {
            let next = tokio::time::timeout(self.0.requests.timeout, listing.next()).await;
            let object = match next {
                Ok(Some(object)) => object.map_err(|error| self.0.failure(prefix, &error))?,
                Ok(None) => return Ok(()),
                Err(_) => return Err(RequestFailure::Transient("the listing took too long".into())),
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
