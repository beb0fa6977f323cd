//! What a kernel of a projection is.

/// A projection without a call or a branch.
pub(super) trait Kernel: Copy {
    /// x and y (m) of a longitude and latitude (degrees); NaN off the map.
    fn point(&self, place: [f64; 2]) -> [f64; 2];
}
