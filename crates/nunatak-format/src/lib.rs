//! File formats: HDF5/NetCDF-4 and NetCDF-3, recognised by content.
//!
//! A file's header becomes a [`Manifest`], plain data that can be kept; a manifest over one state of the file becomes
//! a [`File`]: a tree of [`Group`]s whose [`Variable`]s carry their attributes and a lazy array. Opening reads metadata
//! only; where the chunks of a variable lie is looked up when it is first read.
//!
//! ```text
//! bytes ─► sniff ─► header (hdf5, netcdf3) ─► Manifest ─► bind ─► Group · Variable ─► plan · fetch · decode
//! ```

mod arrays;
mod attributes;
mod bind;
mod coordinates;
mod decode;
mod error;
mod file;
mod hdf5;
mod limits;
mod manifest;
mod nesting;
mod netcdf3;
mod opening;
mod rebuild;
mod record;
mod sniff;
mod source;
mod writing;

pub use nunatak_store::{
    Listed, Location, Object, ReadRanges, Stamp, StorageOptions, Store, StoreError, Traffic, Version, block_on,
    reader_named_by_file, reader_of, runtime, traffic,
};

pub use attributes::{Attribute, Attributes};
pub use error::{FormatError, Result};
pub use file::{Dimension, File, FileKind, Group, Storage, Unreadable, Variable};
pub use limits::{FileLimits, file_limits, set_file_limits};
pub use manifest::{ChunkLocation, ChunkTable, Manifest, ReferencedBytes, VariableReferences};
pub use opening::{HEAD_BYTES, open, open_with, read_local_manifest, read_manifest, read_manifest_at};
pub use rebuild::{DescribedVariable, described_location, described_variable, rebuild};
pub use record::{ElementType, RecordMember, RecordType};
pub use source::data_bytes_read;
pub use writing::{replace_file, write_netcdf};
