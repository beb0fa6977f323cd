//! Object stores, through `object_store`: connections, reads, listings.

mod aws_profile;
mod builders;
mod connection;
mod get;
mod key;
mod listing;
mod ranges;

pub use connection::Store;
