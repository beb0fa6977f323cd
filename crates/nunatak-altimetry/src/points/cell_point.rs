//! A point inside a cell.

/// One point, seen from its cell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CellPoint {
    /// Offset from the centre of the cell, m.
    pub(crate) offset: [f64; 2],
    /// Height, m.
    pub(crate) height: f64,
    /// Random error, m; NaN unknown.
    pub(crate) sigma: f64,
    /// Error shared within its pass, m; NaN unknown.
    pub(crate) sigma_geo: f64,
    /// Weight in the mean of the cell, m^-2.
    pub(crate) weight: f64,
    /// ns since 1970-01-01 UTC.
    pub(crate) time: i64,
}
