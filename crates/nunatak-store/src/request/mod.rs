//! Requests to stores: which ones to make, how many at once, and when to make one again.

mod coalesce;
mod failure;
mod notes;
mod retry;
mod slots;

pub use coalesce::{Piece, coalesce, scatter};
pub(crate) use failure::{RequestFailure, classify};
pub(crate) use notes::{note, noted, with_notes};
pub(crate) use retry::{RequestPolicy, check_length};
