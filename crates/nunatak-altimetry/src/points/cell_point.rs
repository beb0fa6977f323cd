//! A point as it is summed.

/// One point with the weight that its random error gives it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CellPoint {
    /// Random error, m; NaN unknown.
    pub(crate) sigma: f64,
    /// Error shared within its pass, m; NaN unknown.
    pub(crate) sigma_geo: f64,
    /// Slope of the surface along and across the track; NaN unknown.
    pub(crate) slopes: [f64; 2],
    /// Weight in the mean of its block, m^-2.
    pub(crate) weight: f64,
}
