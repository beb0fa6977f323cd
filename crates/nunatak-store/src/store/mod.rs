//! Object stores, through `object_store`: connections, reads, listings.

mod builders;
mod connection;
mod connector;
mod environment;
mod get;
mod key;
mod listing;
mod odd_keys;
mod ranges;
mod redirects;

pub use connection::Store;
