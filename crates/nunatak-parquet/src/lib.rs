//! Parquet files that are checked before they are believed: tables of texts, bytes and 64-bit integers.
//!
//! The parquet reader allocates what a file's counts say, and panics where a file contradicts itself. So every count in
//! the footer and in the page headers is first compared with the bytes that are there.
//!
//! ```text
//! file ─► footer (thrift) ─► check_footer ─► page headers (thrift) ─► check_pages ─► parquet's reader ─► Table
//! ```

mod checksum;
mod error;
mod footer;
mod pages;
mod read;
mod table;
mod thrift;
mod write;

#[cfg(test)]
mod hostile_file_tests;

pub use error::{ParquetError, Result};
pub use table::{Table, TableColumn};
