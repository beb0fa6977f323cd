//! Products that points are read from, one module each.

pub(crate) mod atl06;
