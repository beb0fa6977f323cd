//! Sums over the points of a cell and a pass that do not depend on the order or the cutting of the points.
//!
//! Every value is rounded to a multiple of a [`Unit`], a power of two, by itself; multiples are added as integers of 128
//! bits. Integers add to the same whatever their order, so that any partition of the points, on any number of threads or
//! machines, gives the same bytes.
//!
//! What is summed is for the caller to say. Sums of products about means keep all digits of the sums
//! ([`Total::less_product`]), but a product was rounded to a double before: of the squares of heights of 3 km at 1e-9 m2.
//!
//! ```text
//! PointBatch (cells, passes, times, columns) ─► runs of one key, summed in registers ─► SumsByKey ─► merge ─► SortedSums
//!                                                                     Total ◄─ mean, centred product ◄─┘
//! ```

mod by_key;
mod pieces;
mod run;
#[cfg(test)]
mod tests;
mod total;
mod two_doubles;
mod unit;

pub use by_key::{CellPass, KeySums, PointBatch, SortedSums, SumsByKey};
pub use total::Total;
pub use unit::Unit;
