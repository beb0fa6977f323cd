//! Datasets on another grid: which variables are regridded, what they are called there, and what is left behind.
//!
//! ```text
//! RegridTarget ─► RegridRequest ─┐
//! Dataset ─► recognition ────────┴─► weights ─► variables, vectors ─► Dataset
//! ```

mod cell_coordinates;
mod datasets;
mod named_target;
mod request;
mod target;
mod variables;
mod vectors;

pub use datasets::{Regridded, regrid, regrid_tree};
pub use named_target::parse_target;
pub use request::RegridRequest;
pub use target::RegridTarget;
pub(crate) use variables::in_order;
pub use vectors::{VectorComponent, VectorRole, find_components, vector_role};
