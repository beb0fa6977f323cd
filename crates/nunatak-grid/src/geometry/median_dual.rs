//! Cells of the nodes of a mesh: its median dual.

use super::vector::{Vector, normalised, plus};

/// Parts of the median duals of the nodes of a face: node, cuts of the edge after it, its middle, centre, middle of the
/// edge before it and its cuts. The middle of an edge is the middle of its cuts.
pub(crate) fn dual_parts<const D: usize>(
    outline: &[[f64; D]],
    positions: &[usize],
    nodes: &[u32],
    centre: [f64; D],
) -> Vec<(u32, Vec<[f64; D]>)>
where
    [f64; D]: Middle,
{
    let count = positions.len();
    let halves: Vec<Halves<'_, D>> = (0..count)
        .map(|at| {
            let end = if at + 1 < count { positions[at + 1] } else { outline.len() };
            Halves::of(&outline[positions[at]..end], outline[end % outline.len()])
        })
        .collect();
    (0..count)
        .map(|at| {
            let (after, before) = (&halves[at], &halves[(at + count - 1) % count]);
            let mut part = after.first.to_vec();
            part.extend([after.middle, centre, before.middle]);
            part.extend(before.second);
            (nodes[at], part)
        })
        .collect()
}

/// An edge with its cuts in two.
struct Halves<'a, const D: usize> {
    /// The node where it begins, and the cuts before its middle.
    first: &'a [[f64; D]],
    middle: [f64; D],
    /// The cuts after its middle, without the node where it ends.
    second: &'a [[f64; D]],
}

impl<'a, const D: usize> Halves<'a, D>
where
    [f64; D]: Middle,
{
    /// Of a node and the cuts after it, up to the next node.
    fn of(pieces: &'a [[f64; D]], end: [f64; D]) -> Self {
        let half = pieces.len() / 2;
        if pieces.len().is_multiple_of(2) {
            return Self { first: &pieces[..half], middle: pieces[half], second: &pieces[half + 1..] };
        }
        let after = pieces.get(half + 1).copied().unwrap_or(end);
        Self { first: &pieces[..=half], middle: pieces[half].middle(after), second: &pieces[half + 1..] }
    }
}

/// The point midway between two.
pub(crate) trait Middle {
    /// Itself and the other point are equally far.
    fn middle(self, other: Self) -> Self;
}

impl Middle for Vector {
    fn middle(self, other: Self) -> Self {
        normalised(plus(self, other))
    }
}

impl Middle for [f64; 2] {
    fn middle(self, other: Self) -> Self {
        [0.5 * (self[0] + other[0]), 0.5 * (self[1] + other[1])]
    }
}
