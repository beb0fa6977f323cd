//! ATL06 granules, native and subset.

mod beam_reader;
mod duplicates;
mod granule;
mod granule_name;
mod read_granules;
mod report;

pub use granule_name::GranuleName;
pub use read_granules::{read_granules, read_granules_with};
pub use report::{BeamReport, GranuleReport};
