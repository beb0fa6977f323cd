//! Arrays that lie in a file: where their bytes are, and how they become values.

mod array;
mod element;
mod filters;
mod half;
mod layout;
mod limits;
mod refused;
mod text;

pub(crate) use array::StoredArray;
pub(crate) use element::Element;
pub(crate) use filters::Filter;
pub(crate) use half::{HalfArray, widen_halves};
pub(crate) use layout::{ChunkLocation, Layout, LazyIndex};
pub(crate) use limits::check_shape;
pub(crate) use refused::RefusedArray;
pub(crate) use text::TextArray;
