//! Bytes for parsers, which know nothing of stores.

mod byte_source;
mod complete;
mod data_bytes;

pub(crate) use byte_source::ByteSource;
pub(crate) use complete::complete;
pub(crate) use data_bytes::count_data_bytes;
pub use data_bytes::data_bytes_read;
