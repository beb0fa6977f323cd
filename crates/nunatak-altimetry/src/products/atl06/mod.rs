//! ATL06 granules, native and subset.

mod beam;
mod beam_reader;
mod duplicates;
mod geolocation;
mod granule;
mod granule_name;
mod header;
mod pointing;
mod read_granules;
mod report;
mod rows;

pub use granule_name::GranuleName;
pub use read_granules::{read_granules, read_granules_with};
pub use report::{BeamReport, GranuleReport};
