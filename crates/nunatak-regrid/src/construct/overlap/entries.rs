//! Overlap areas of one cell, before they become a row of weights.

/// Fraction of a cell below which a part of it is round-off of edges that only touch.
pub(crate) const SLIVER: f64 = 1e-12;

/// Width (radians; some 25 nm) of a part that round-off of the corners of cells on the unit sphere makes.
const CORNER_ROUNDING: f64 = 4e-15;

/// Area (steradians) up to which an overlap of cells on the unit sphere, the smaller of this area, is round-off of edges
/// that only touch.
pub(crate) fn smallest_overlap(area: f64) -> f64 {
    (SLIVER * area).max(CORNER_ROUNDING * area.abs().sqrt())
}

/// The areas of each cell together, by rising index.
pub(crate) fn sum_by_cell(overlaps: &mut Vec<(u32, f64)>) -> impl Iterator<Item = (u32, f64)> + '_ {
    overlaps.sort_unstable_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
    overlaps.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    overlaps.iter().copied()
}
