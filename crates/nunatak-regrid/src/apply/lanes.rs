//! How many fields are summed side by side.

/// Fields that are summed side by side.
pub(super) const LANES: usize = 16;

/// Fewest fields that are worth being padded to [`LANES`].
pub(super) const FEWEST: usize = 4;
