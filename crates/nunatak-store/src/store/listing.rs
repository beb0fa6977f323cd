//! Listings of stores, which go on where they broke off, and end.

use futures_util::StreamExt;
use object_store::path::Path;
use tokio::time::Instant;

use super::Store;
use super::key::key;
use crate::counters::count_request;
use crate::request::{RequestFailure, with_notes};
use crate::{Listed, Location, Result, Scheme, Stamp, StoreError, Version};

/// Keys that stores put on one page.
const PAGE: usize = 1000;

impl Store {
    /// Every object below a prefix, in the order of the keys. A listing that breaks off goes on where it was; the
    /// deadline is for all of it.
    ///
    /// Objects whose keys are no paths ([`Location::has_odd_key`]) are in it, without a length.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError); [`StoreError::Unusable`](crate::StoreError::Unusable) when the store cannot list
    /// (plain HTTP servers without WebDAV), and for more objects than the option `max_objects` says.
    pub async fn list(&self, prefix: &Location) -> Result<Vec<Listed>> {
        let Location::Remote { scheme, bucket, key: text } = prefix else { return Ok(Vec::new()) };
        let below = if text.is_empty() { Path::default() } else { key(prefix)? };
        let (mut found, mut odd): (Vec<Listed>, Vec<String>) = (Vec::new(), Vec::new());
        let (started, mut attempts) = (Instant::now(), 0);
        loop {
            let before = found.len();
            attempts += 1;
            let until = started + self.0.requests.deadline;
            let listing = tokio::time::timeout_at(until, self.list_on(prefix, &below, &mut found));
            let (listed, notes) = with_notes(listing).await;
            odd.extend(notes.odd_keys);
            let reason = match listed {
                Ok(Ok(())) => break,
                Ok(Err(RequestFailure::Fatal(error))) => return Err(error),
                Ok(Err(RequestFailure::Transient(reason))) => reason,
                Err(_) => return Err(self.endless(prefix, attempts, found.len())),
            };
            if found.len() > before {
                attempts = 1;
            }
            self.0.requests.pause(prefix, attempts, started, notes.wait, reason).await?;
        }
        let place = |key: String| Location::Remote { scheme: *scheme, bucket: bucket.clone(), key };
        let unknown = Stamp { length: 0, version: Version::Unknown };
        found.extend(odd.into_iter().map(|key| Listed { location: place(key), stamp: unknown.clone() }));
        found.sort_by(|one, other| one.location.cmp(&other.location));
        found.dedup_by(|one, other| one.location == other.location);
        Ok(found)
    }

    /// The error of a listing that has not ended when the deadline is over.
    fn endless(&self, prefix: &Location, attempts: usize, found: usize) -> StoreError {
        let seconds = self.0.requests.deadline.as_secs_f64();
        let reason =
            format!("the listing had not ended, with {found} objects so far; raise the storage option `deadline`");
        StoreError::Deadline { location: prefix.clone(), seconds, attempts, reason }
    }

    /// Lists from the last key found on.
    async fn list_on(&self, prefix: &Location, below: &Path, found: &mut Vec<Listed>) -> Result<(), RequestFailure> {
        let Location::Remote { scheme, bucket, .. } = prefix else { return Ok(()) };
        let most = self.0.options.max_objects().map_err(RequestFailure::Fatal)?;
        let client = self.0.client();
        let mut listing = match found.last() {
            Some(last) => {
                let after = key(&last.location).map_err(RequestFailure::Fatal)?;
                client.list_with_offset(Some(below), &after)
            }
            None => client.list(Some(below)),
        };
        count_request();
        loop {
            let next = tokio::time::timeout(self.0.requests.timeout, listing.next()).await;
            let object = match next {
                Ok(Some(object)) => object.map_err(|error| self.0.failure(prefix, &error))?,
                Ok(None) => return Ok(()),
                Err(_) => return Err(RequestFailure::Transient("the listing took too long".into())),
            };
            if found.len() >= most {
                let reason = format!(
                    "more than {most} objects are listed; choose a directory further down, or raise the storage option \
                     `max_objects`"
                );
                return Err(RequestFailure::Fatal(StoreError::Unusable { location: prefix.clone(), reason }));
            }
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
