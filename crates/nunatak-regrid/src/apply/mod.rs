//! Weights applied to many fields at once.
//!
//! Fields are interleaved, [`lanes::LANES`] at a time: the values of a source cell in all of them then follow each other,
//! and each weight is loaded once and multiplied into all of them. The target is cut into tiles of few source cells,
//! which are interleaved for one tile after the other, and stay in a thread's cache until it is summed.
//!
//! ```text
//! Rows ─► Tile (target cells, groups of source cells) ─► interleave ─► sums or statistics ─► scatter
//! ```

mod aligned_buffer;
mod field;
mod fill;
mod interleave;
mod lanes;
#[cfg(not(target_arch = "x86_64"))]
mod no_registers;
mod pick;
mod prefetch;
mod reconstruction;
#[cfg(target_arch = "x86_64")]
mod registers;
mod scatter;
mod spread;
mod statistics;
mod sums;
mod target_rows;
mod tiles;
mod transpose;
mod work;

pub(crate) use interleave::Fields;
pub(crate) use work::Work;

#[cfg(test)]
mod tests;
