//! Single requests for bytes of an object, checked against the state that they belong to.

use std::ops::Range;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStoreExt};

use super::Store;
use crate::counters::count_bytes;
use crate::request::{RequestFailure, check_length};
use crate::{Location, Result, Stamp, StoreError, Version};

/// Memory that is taken at once for a body, however long it says that it is.
const LARGEST_GUESS: usize = 8 * 1024 * 1024;

impl Store {
    /// Length and version of an object.
    pub(super) async fn head(&self, location: &Location, path: &Path) -> Result<Stamp> {
        let Self(connection) = self;
        let request =
            || async { connection.client().head(path).await.map_err(|error| connection.failure(location, &error)) };
        let meta = connection.requests.with_retries(location, 0, request).await?;
        Ok(Stamp::of_object(&meta))
    }

    /// The bytes of a range of one state of an object.
    pub(super) async fn get(
        &self,
        location: &Location,
        path: &Path,
        stamp: &Stamp,
        range: Range<u64>,
    ) -> Result<Bytes> {
        let length = range.end - range.start;
        let request = || async {
            let if_match = match &stamp.version {
                // A weak tag never matches (RFC 9110, 13.1.1); it is compared with the answer's below.
                Version::ETag(tag) if !tag.starts_with("W/") => Some(format!("\"{tag}\"")),
                _ => None,
            };
            let wanted =
                GetOptions { range: Some(GetRange::Bounded(range.clone())), if_match, ..GetOptions::default() };
            let (found, bytes) = self.get_once(location, path, wanted).await?;
            if let Some(found) = stamp.difference(&found) {
                return Err(RequestFailure::Fatal(StoreError::Changed { location: location.clone(), found }));
            }
            check_length(bytes, length)
        };
        self.0.requests.with_retries(location, length, request).await
    }

    /// The first bytes of an object, at most `length` of them, and the state they belong to.
    pub(super) async fn get_first(&self, location: &Location, path: &Path, length: u64) -> Result<(Stamp, Bytes)> {
        let request = || async {
            let wanted = GetOptions { range: Some(GetRange::Bounded(0..length.max(1))), ..GetOptions::default() };
            let (found, bytes) = self.get_once(location, path, wanted).await?;
            let expected = found.length.min(length.max(1));
            Ok((found, check_length(bytes, expected)?))
        };
        self.0.requests.with_retries(location, length, request).await
    }

    async fn get_once(
        &self,
        location: &Location,
        path: &Path,
        wanted: GetOptions,
    ) -> Result<(Stamp, Bytes), RequestFailure> {
        let failed = |error: object_store::Error| self.0.failure(location, &error);
        let answer = self.0.client().get_opts(path, wanted).await.map_err(failed)?;
        let found = Stamp::of_object(&answer.meta);
        let length = answer.range.end.saturating_sub(answer.range.start);
        let bytes = first_bytes(answer.into_stream(), length).await.map_err(failed)?;
        count_bytes(bytes.len());
        Ok((found, bytes))
    }
}

/// The bytes of a body, of which no more than `length` are waited for: a server may send for ever.
async fn first_bytes(
    mut body: BoxStream<'static, object_store::Result<Bytes>>,
    length: u64,
) -> object_store::Result<Bytes> {
    let Some(first) = body.next().await.transpose()? else { return Ok(Bytes::new()) };
    if first.len() as u64 >= length {
        return Ok(first);
    }
    let mut whole = Vec::with_capacity(usize::try_from(length).unwrap_or(0).min(LARGEST_GUESS));
    whole.extend_from_slice(&first);
    while (whole.len() as u64) < length
        && let Some(part) = body.next().await.transpose()?
    {
        whole.extend_from_slice(&part);
    }
    Ok(whole.into())
}
