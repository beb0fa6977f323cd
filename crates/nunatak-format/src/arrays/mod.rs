//! Lazy arrays over a file: which bytes a region needs, and how they become values.

mod chunk_lookup;
mod chunks;
mod description;
mod half;
mod relative;
mod scatter;
mod stored_array;
mod strided;
mod text;
mod unsupported;

pub(crate) use description::{KIND, VariableDescription};
pub(crate) use half::HalfArray;
pub(crate) use stored_array::StoredArray;
pub(crate) use text::{TextArray, TextStorage};
pub(crate) use unsupported::UnsupportedArray;
