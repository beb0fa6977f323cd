//! Bytes by position, from local files and from object stores (`s3://`, `gs://`, `az://`, `http(s)://`).
//!
//! ```text
//! Location ─► connect (StorageOptions) ─► Store ─► Object { location, stamp } ─► plan ─► fetch: bounded, retried
//! ```
//!
//! An [`Object`] belongs to one state of a file, its [`Stamp`]: bytes of any other state are an error, never data.
//! Everything remote runs on one runtime of this process ([`block_on`]); local files are read where the caller runs.

mod connect;
mod counters;
mod error;
mod fetch;
mod listing;
mod location;
mod object;
mod options;
mod plan;
mod profile;
mod retry_after;
mod runtime;
mod stamp;

pub use connect::Store;
pub use counters::{Traffic, traffic};
pub use error::{Result, StoreError};
pub use listing::Listed;
pub use location::{Location, Scheme};
pub use object::{LocalFile, Object};
pub use options::StorageOptions;
pub use plan::{Piece, coalesce};
pub use runtime::{block_on, runtime};
pub use stamp::{Stamp, Version};
