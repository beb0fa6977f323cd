//! Bytes by position: local files, object stores (`s3://`, `gs://`, `az://`, `http(s)://`), and readers that a program
//! brings itself.
//!
//! ```text
//! Location, StorageOptions ─► reader_of ─► ReadRanges ◄─ Object { location, stamp }
//!                                            ├─ LocalFiles
//!                                            ├─ Store ─► request: coalesce · slots · retries
//!                                            └─ registered readers, doubles for tests
//! ```
//!
//! An [`Object`] belongs to one state of a file, its [`Stamp`]: bytes of any other state are an error, never data.
//! Everything remote runs on one runtime of this process ([`block_on`]); local files are read where the caller runs.

mod aws_profile;
mod counters;
mod error;
mod location;
mod location_text;
mod object;
mod option_names;
mod options;
mod read_ranges;
mod reader_of;
mod readers;
mod registry;
mod request;
mod runtime;
mod secrets;
mod stamp;
mod store;

pub use counters::{Traffic, traffic};
pub use error::{Result, StoreError};
pub use location::{Location, Scheme};
pub use object::Object;
pub use options::StorageOptions;
pub use read_ranges::{Listed, Pending, ReadRanges};
pub use reader_of::{reader_named_by_file, reader_of};
pub use readers::{CountingReader, LatencyReader, LocalFile, LocalFiles, MemoryReader};
pub use registry::{adopt, register, registered};
pub use request::{Piece, coalesce, scatter};
pub use runtime::{Task, block_on, runtime, spawn};
pub use secrets::without_secrets;
pub use stamp::{Stamp, Version};
pub use store::Store;
