//! Altimetry points to cells of a grid, as a dataset.

mod aggregation;

pub use aggregation::{aggregate, columns_of, geolocation};
