//! Sparse matrices in compressed rows (CSR): filling, joining and transposing them.

mod rows;
mod transpose;

pub(crate) use rows::{CsrRows, split_by_lengths};
