//! Fields reconstructed within the source cells, where weights alone do not suffice: limited, or with missing values.
//!
//! How much a source cell varies follows from its own value and those of its neighbours, whatever the target: so that
//! integrals are kept, and results do not depend on the region that is read. Target cells none of whose source cells
//! differs from what the weights have are summed by these, to the same bits.
//!
//! Limited fields and means weighted by a second field are interleaved whole ([`fill()`]). Others go the way of
//! weights alone, a tile after the other, and only target cells about a missing value are summed again by their parts
//! ([`ReconstructedWork::sum_about_missing`]).

mod about_missing;
mod factors;
mod fill;
mod source_lanes;
mod target_sums;
mod target_values;
mod work;

pub(super) use about_missing::Slots;
pub(super) use fill::fill;
pub(super) use work::ReconstructedWork;

#[cfg(test)]
mod tests;
