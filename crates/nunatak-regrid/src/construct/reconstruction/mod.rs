//! Reconstruction of a field within the source cells: conservative weights of second order, and what they are made of.
//!
//! ```text
//! cells ─► CellPolynomials ─► shares of target cells ─┬─► second_order_rows (weights)
//!                                                     └─► collect ─► Reconstruction (for missing or limited values)
//! ```

mod collect;
mod polynomials;
mod second_order_rows;
mod shares;
mod stored;

pub(crate) use collect::reconstruction;
pub(crate) use second_order_rows::rows;
pub(crate) use stored::{LazyReconstruction, Part, Reconstruction};
