//! How many fields are summed together.

/// Fields that are interleaved and summed together.
pub(super) const LANES: usize = 16;

/// Fewest fields that are worth being padded to [`LANES`].
pub(super) const FEWEST: usize = 4;

/// Values of a row that is transposed, and source cells of a group.
pub(super) const SIDE: usize = 8;
