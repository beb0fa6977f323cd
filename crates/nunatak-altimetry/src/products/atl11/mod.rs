//! ATL11 granules: heights at reference points of the ground tracks, cycle by cycle, and crossovers.
//!
//! Releases from 003 on have the main variables in `pt1` to `pt3`; the prototype before has them in `corrected_h` below.

mod columns;
mod crossovers;
mod cycles;
mod granule;
mod heights;
mod pair_reader;
mod read;
mod report;

pub use columns::{Atl11Columns, TrackColumns};
pub use cycles::cycle_at;
pub use read::read_atl11;
pub use report::Atl11Report;
