//! Cells and weights of a bilinear interpolation.

/// Four cells and how much each counts at a point between their centres; the weights sum to one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stencil {
    /// Flat (y, x) indices; a cell may be named twice, with a weight of zero.
    pub cells: [usize; 4],
    /// Their weights, none negative.
    pub weights: [f64; 4],
}
