//! Which requests to make for a list of byte ranges.

use std::ops::Range;

/// One request, and which of the wanted ranges it brings.
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
            prop_assert!(pieces.windows(2).all(|pair| pair[0].range.start <= pair[1].range.start));
        }
    }
}
