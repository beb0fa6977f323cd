//! Arrays that lie in a file: where their bytes are, and how they become values.

mod array;
mod chunks;
mod element;
mod even;
mod filters;
mod half;
mod layout;
mod limits;
mod numbers;
mod refused;
mod scatter;
mod strided;
mod table;
mod text;

pub(crate) use array::StoredArray;
pub(crate) use element::Element;
pub(crate) use even::EvenNumbers;
pub(crate) use filters::Filter;
pub(crate) use half::{HalfArray, widen_halves};
pub(crate) use layout::{ChunkIndex, Layout};
pub(crate) use limits::check_shape;
pub(crate) use numbers::StoredNumbers;
pub(crate) use refused::RefusedArray;
pub use table::{ChunkLocation, ChunkTable};
pub(crate) use table::{chunk_counts, chunk_number, chunk_start};
pub(crate) use text::{TextArray, TextPlace};
