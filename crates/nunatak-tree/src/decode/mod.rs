//! CF packing and missing values, with the types and the arithmetic of xarray 2026.9 (`xarray/coding/variables.py`).

mod array;
mod decoding;
mod options;
mod recipe;
#[cfg(test)]
mod tests;
mod variable;

pub use array::DecodedArray;
pub use decoding::Decoding;
pub use options::{DecodeOptions, ValidRange};
pub use variable::{decode_variable, is_decodable};
