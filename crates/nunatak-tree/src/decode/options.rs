//! Options of decoding.

/// What to do with `valid_min`, `valid_max` and `valid_range`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ValidRange {
    /// Leave them alone, as xarray does: in the ISMIP6 archive they describe the first time step only.
    #[default]
    Ignore,
    /// Values outside are missing (CF conventions 2.5.1: compared with the packed values, bounds included).
    Mask,
}

/// How a variable is decoded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DecodeOptions {
    /// What to do with the valid range.
    pub valid_range: ValidRange,
    /// Fill values that the file uses but does not declare; used in floating-point data only.
    pub undeclared_fill_values: Vec<f64>,
}
