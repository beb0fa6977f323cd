//! Files and headers in parquet tables: saved catalogs, and the cache of this machine.

mod cache;
mod table;

pub(crate) use cache::Cache;
pub(crate) use table::{Saved, file_table};
