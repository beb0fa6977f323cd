//! Products that points are read from, one module each, and what they have in common.

pub(crate) mod atl06;
pub(crate) mod atl11;
mod file_values;
mod gps_time;
