//! Products that points are read from, one module each.

pub mod atl06;
