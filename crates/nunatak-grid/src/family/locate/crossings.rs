//! Whether a closed outline holds a point, by the edges that a ray from the point crosses (Shimrat 1962).

/// Edges crossed so far. Points are given relative to the point to be located: along the ray, and across it.
///
/// What is said of an edge depends on the edge and the point alone, whichever way round the edge is gone and whichever
/// outline it belongs to: of outlines that tile a surface an odd number, so at least one, holds a point, whatever
/// round-off does.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Crossings {
    is_odd: bool,
    is_on_edge: bool,
}

impl Crossings {
    /// A straight edge.
    pub(super) fn add(&mut self, from: [f64; 2], to: [f64; 2]) {
        let (low, high) = if to[1] > 0.0 { (from, to) } else { (to, from) };
        let ahead = low[0] * high[1] - high[0] * low[1];
        self.is_odd ^= (from[1] > 0.0) != (to[1] > 0.0) && ahead > 0.0;
        self.is_on_edge |= ahead == 0.0 && from[0] * to[0] + from[1] * to[1] <= 0.0;
    }

    /// An edge of which is known whether the ray crosses it and whether the point is on it.
    pub(super) fn add_known(&mut self, is_crossed: bool, is_on_edge: bool) {
        self.is_odd ^= is_crossed;
        self.is_on_edge |= is_on_edge;
    }

    /// Whether the point is inside or on the outline.
    pub(super) fn is_inside(self) -> bool {
        self.is_odd || self.is_on_edge
    }
}

/// Distance of the origin from a straight edge.
pub(super) fn distance(from: [f64; 2], to: [f64; 2]) -> f64 {
    let along = [to[0] - from[0], to[1] - from[1]];
    let squared = along[0] * along[0] + along[1] * along[1];
    let fraction = -(from[0] * along[0] + from[1] * along[1]) / squared;
    let fraction = if fraction.is_nan() { 0.0 } else { fraction.clamp(0.0, 1.0) };
    (from[0] + fraction * along[0]).hypot(from[1] + fraction * along[1])
}
