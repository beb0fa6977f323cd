//! Requests to stores: which ones to make, how many at once, and when to make one again.

mod coalesce;
mod failure;
mod retry;
mod retry_after;
mod slots;

pub use coalesce::{Piece, coalesce, scatter};
pub(crate) use failure::{RequestFailure, classify};
pub(crate) use retry::{RequestPolicy, check_length};
pub(crate) use retry_after::{ListeningConnector, with_wait};
