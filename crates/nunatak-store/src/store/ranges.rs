//! Object stores as readers: ranges become few requests, many of them in flight.

use std::collections::BTreeMap;
use std::ops::Range;

use bytes::Bytes;
use futures_util::stream::{StreamExt, TryStreamExt};
use object_store::path::Path;

use super::Store;
use super::key::key;
use crate::{Listed, Location, Pending, ReadRanges, Result, Stamp, StoreError, coalesce, scatter};

/// Ranges closer than this are one request: waiting for another one costs more than the bytes between.
const REMOTE_GAP: u64 = 64 * 1024;
/// Longest request; longer spans are fetched in parts, side by side.
const REMOTE_LONGEST: u64 = 4 * 1024 * 1024;
/// Requests that one read keeps in flight; over a slow line many would starve each other beyond their deadline.
const SIDE_BY_SIDE: usize = 16;

impl ReadRanges for Store {
    fn get_ranges<'a>(
        &'a self,
        location: &'a Location,
        stamp: &'a Stamp,
        ranges: &'a [Range<u64>],
    ) -> Pending<'a, Vec<Bytes>> {
        Box::pin(async move {
            let path = key(location)?;
            let pieces = coalesce(ranges, REMOTE_GAP, REMOTE_LONGEST);
            let spans: Vec<Range<u64>> = pieces.iter().map(|piece| piece.range.clone()).collect();
            let fetched: Vec<Bytes> = futures_util::stream::iter(spans)
                .map(|span| self.get_span(location, &path, stamp, span))
                .buffered(SIDE_BY_SIDE)
                .try_collect()
                .await?;
            Ok(scatter(ranges, &pieces, &fetched))
        })
    }

    fn stat<'a>(&'a self, location: &'a Location) -> Pending<'a, Stamp> {
        Box::pin(async move { self.head(location, &key(location)?).await })
    }

    fn list<'a>(&'a self, prefix: &'a Location) -> Pending<'a, Vec<Listed>> {
        Box::pin(Store::list(self, prefix))
    }

    fn get_head<'a>(&'a self, location: &'a Location, length: u64) -> Pending<'a, (Stamp, Bytes)> {
        Box::pin(async move {
            let path = key(location)?;
            match self.get_first(location, &path, length).await {
                // An empty object has no first byte: some servers answer 416, some with all that there is.
                Err(error @ (StoreError::Changed { .. } | StoreError::Unusable { .. })) => {
                    match self.head(location, &path).await {
                        Ok(stamp) if stamp.length == 0 => Ok((stamp, Bytes::new())),
                        _ => Err(error),
                    }
                }
                answer => answer,
            }
        })
    }

    fn public_options(&self) -> BTreeMap<String, String> {
        self.options().public()
    }
}

impl Store {
    /// A span longer than one request may be comes in parts, side by side.
    async fn get_span(&self, location: &Location, path: &Path, stamp: &Stamp, span: Range<u64>) -> Result<Bytes> {
        if span.end - span.start <= REMOTE_LONGEST {
            return self.get(location, path, stamp, span).await;
        }
        let starts: Vec<u64> = (span.start..span.end).step_by(REMOTE_LONGEST as usize).collect();
        let parts: Vec<Bytes> = futures_util::stream::iter(starts)
            .map(|start| self.get(location, path, stamp, start..(start + REMOTE_LONGEST).min(span.end)))
            .buffered(SIDE_BY_SIDE)
            .try_collect()
            .await?;
        Ok(parts.concat().into())
    }
}
