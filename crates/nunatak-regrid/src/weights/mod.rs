//! Weights: the sparse matrix between two grids, how it is computed, cached and written as bytes.
//!
//! ```text
//! Recipe ─► cache ─► compute (construct) ─► Weights ─► mask, extrapolated
//!                                              └─► bytes ─► another process, a file
//! ```

mod bytes;
mod cache;
mod compute;
mod mask;
mod matrix;
mod recipe;
mod source_rows;

pub use cache::forget_weights;
pub use matrix::Weights;
pub use recipe::Recipe;

#[cfg(test)]
mod tests;
