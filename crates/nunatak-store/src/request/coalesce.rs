//! Joins byte ranges that lie close together into requests.

use std::ops::Range;

use bytes::Bytes;

/// One request, and which of the wanted ranges it brings.
///
/// # Examples
/// ```
/// use nunatak_store::{Piece, coalesce};
///
/// // The first and the last range are 2 bytes apart: one request.
/// let pieces = coalesce(&[0..10, 90..100, 12..20], 4, 1000);
/// let (joined, alone) = (Piece { range: 0..20, wanted: vec![0, 2] }, Piece { range: 90..100, wanted: vec![1] });
/// assert_eq!(pieces, [joined, alone]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Bytes to ask for.
    pub range: Range<u64>,
    /// Positions in the list of wanted ranges.
    pub wanted: Vec<usize>,
}

/// Joins ranges that lie at most `gap` bytes apart into requests of at most `longest` bytes each.
///
/// A single range longer than `longest` stays one request. Every wanted range is in exactly one piece; empty ranges
/// are in none. Pieces come in the order of the file.
pub fn coalesce(wanted: &[Range<u64>], gap: u64, longest: u64) -> Vec<Piece> {
    let mut order: Vec<usize> = (0..wanted.len()).filter(|&at| wanted[at].start < wanted[at].end).collect();
    order.sort_by_key(|&at| (wanted[at].start, wanted[at].end));
    let mut pieces: Vec<Piece> = Vec::new();
    for at in order {
        let range = &wanted[at];
        if let Some(last) = pieces.last_mut() {
            let joined = last.range.end.max(range.end);
            if range.start <= last.range.end.saturating_add(gap) && joined - last.range.start <= longest {
                last.range.end = joined;
                last.wanted.push(at);
                continue;
            }
        }
        pieces.push(Piece { range: range.clone(), wanted: vec![at] });
    }
    pieces
}

/// The wanted ranges, cut out of the bytes of the pieces that bring them; empty ones are empty.
///
/// A piece that is shorter than it should be gives short parts.
pub fn scatter(wanted: &[Range<u64>], pieces: &[Piece], fetched: &[Bytes]) -> Vec<Bytes> {
    let mut parts = vec![Bytes::new(); wanted.len()];
    for (piece, bytes) in pieces.iter().zip(fetched) {
        let offset =
            |position: u64| usize::try_from(position - piece.range.start).unwrap_or(usize::MAX).min(bytes.len());
        for &at in &piece.wanted {
            parts[at] = bytes.slice(offset(wanted[at].start)..offset(wanted[at].end));
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn adjacent_ranges_become_one_request() {
        let chunks: Vec<Range<u64>> = (0..180).map(|chunk| chunk * 10_000..(chunk + 1) * 10_000).collect();
        let pieces = coalesce(&chunks, 0, u64::MAX);
        assert_eq!(pieces.len(), 1);
        assert_eq!(pieces[0].range, 0..1_800_000);
    }

    proptest! {
        /// Every wanted range lies inside the one piece that lists it; pieces are ordered and as long as allowed.
        #[test]
        fn pieces_hold_what_is_wanted(
            wanted in prop::collection::vec((0_u64..5000, 0_u64..300), 0..40),
            gap in 0_u64..200,
            longest in 1_u64..2000,
        ) {
            let wanted: Vec<Range<u64>> = wanted.into_iter().map(|(start, length)| start..start + length).collect();
            let pieces = coalesce(&wanted, gap, longest);
            let mut seen = vec![0; wanted.len()];
            for piece in &pieces {
                for &at in &piece.wanted {
                    seen[at] += 1;
                    prop_assert!(piece.range.start <= wanted[at].start && wanted[at].end <= piece.range.end);
                }
                prop_assert!(piece.wanted.len() == 1 || piece.range.end - piece.range.start <= longest);
            }
            for (at, range) in wanted.iter().enumerate() {
                prop_assert_eq!(seen[at], usize::from(!range.is_empty()));
            }
            let file: Bytes = (0..6000_u32).map(|at| at as u8).collect();
            let cut = |range: &Range<u64>| file.slice(range.start as usize..range.end as usize);
            let fetched: Vec<Bytes> = pieces.iter().map(|piece| cut(&piece.range)).collect();
            prop_assert_eq!(scatter(&wanted, &pieces, &fetched), wanted.iter().map(cut).collect::<Vec<_>>());
            prop_assert!(pieces.windows(2).all(|pair| pair[0].range.start <= pair[1].range.start));
        }
    }
}
