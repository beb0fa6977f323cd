//! Parsing with retries: fetches what a parser misses until nothing is missing.

use std::ops::Range;

use super::byte_source::ByteSource;
use crate::{FormatError, Result};

/// What is fetched before and after a place that is missing: metadata lie together.
const BEFORE: u64 = 16 * 1024;
const AFTER: u64 = 48 * 1024;
/// What is missing this close to the end is fetched up to the end: attributes written late lie there.
const TAIL_BYTES: u64 = 256 * 1024;
/// Rounds of fetching before a header is called endless.
const MOST_ROUNDS: usize = 200;

/// Repeats an attempt to parse, with more of the file each time, until nothing that it wants is missing.
///
/// # Errors
/// The attempt's and the store's.
pub(crate) async fn complete<T>(source: &ByteSource, mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
    for _ in 0..MOST_ROUNDS {
        let result = attempt();
        let missing = source.take_missing();
        if missing.is_empty() {
            return match source.take_error() {
                Some(error) => Err(error.into()),
                None => result,
            };
        }
        let windows: Vec<Range<u64>> = missing.iter().map(|range| window(range, source.len())).collect();
        let windows = merged(windows);
        for (range, bytes) in windows.iter().zip(source.object().fetch(&windows).await?) {
            source.add(range.start, bytes);
        }
    }
    Err(FormatError::Malformed {
        path: source.path().clone(),
        object: "header".into(),
        offset: 0,
        problem: format!("its metadata are scattered over more than {MOST_ROUNDS} places"),
    })
}

fn window(missing: &Range<u64>, length: u64) -> Range<u64> {
    let start = missing.start.saturating_sub(BEFORE);
    if length - missing.start <= TAIL_BYTES {
        return start..length;
    }
    start..(missing.end + AFTER).min(length)
}

/// Ranges that overlap or touch become one.
fn merged(mut ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    ranges.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_reach_the_tail_and_merge() {
        assert_eq!(window(&(1_000_000..1_000_100), 10_000_000), 1_000_000 - BEFORE..1_000_100 + AFTER);
        assert_eq!(window(&(9_900_000..9_900_010), 10_000_000), 9_900_000 - BEFORE..10_000_000);
        assert_eq!(merged(vec![5..9, 0..3, 3..5, 20..30]), [0..9, 20..30]);
    }
}
