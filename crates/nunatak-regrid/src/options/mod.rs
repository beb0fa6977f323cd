//! Options of regridding: methods, what missing values do, statistics, and how weights are applied.

mod apply_options;
mod method;
mod missing_policy;
mod reducer;

pub use apply_options::{ApplyOptions, Normalisation, Quantity};
pub use method::{Extrapolation, Method, Neighbours};
pub use missing_policy::MissingPolicy;
pub use reducer::{QuantileLevel, Reducer};
