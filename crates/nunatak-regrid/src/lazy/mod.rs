//! Lazy arrays on another grid: with weights that are kept, and with weights made and dropped batch by batch.

mod block_values;
mod read_parts;
mod regridded_array;
mod stream_plan;
mod streamed_array;

pub(crate) use read_parts::read_parts;
pub use regridded_array::RegriddedArray;
pub use stream_plan::StreamPlan;
pub use streamed_array::StreamedArray;

#[cfg(test)]
mod tests;
