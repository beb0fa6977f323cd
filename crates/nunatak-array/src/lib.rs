//! Lazy N-D arrays.
//!
//! One object-safe trait, [`Array`], says what an array *is* (data type, shape,
//! chunk grid) and produces any [`Region`] of itself on request. Files
//! implement it, and so do operators that wrap other arrays, so a repaired,
//! transposed, stacked, regridded ensemble is still one array and nothing runs
//! until a region is asked for.
//!
//! ```text
//! source (HDF5, NetCDF-3, memory) ─► operator ─► operator ─► read(region) ─► Values
//! ```
//!
//! Arrays are row-major (C order). Missing values are NaN in floating-point
//! arrays; integers keep the file's fill until CF decoding turns them to floats.

mod array;
mod borrowed;
mod bounds;
mod budget;
mod bytes;
mod chunk_grid;
mod data_type;
mod description;
mod error;
mod huge_pages;
mod memory;
mod numbers;
mod operators;
pub mod order_statistics;
mod outer_index;
mod progress;
mod region;
mod rows;
pub mod simplex;
#[cfg(test)]
mod tests;
mod values;

pub use array::{Array, SharedArray};
pub use borrowed::BorrowedArray;
pub use budget::{chunk_limit, has_room, memory_budget, set_memory_budget};
pub use bytes::ByteOrder;
pub use chunk_grid::ChunkGrid;
pub use data_type::DataType;
pub use description::Description;
pub use error::{ArrayError, Result};
pub use huge_pages::{copied, zeroed};
pub use memory::MemoryArray;
pub use numbers::Numbers;
pub use operators::{
    CastArray, Clamp, ClampArray, ConcatArray, DifferenceArray, IndexArray, Operator, StackArray, TakeArray,
    TransposeArray,
};
pub use outer_index::{AxisSelection, read_outer};
pub use progress::{NoProgress, Progress, Step};
pub use region::Region;
pub use rows::BlockRows;
pub use values::{Element, Values};
