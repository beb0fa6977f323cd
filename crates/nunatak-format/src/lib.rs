//! File formats: HDF5/NetCDF-4 and NetCDF-3, recognised by content.
//!
//! A file becomes a [`File`]: a tree of [`Group`]s whose [`Variable`]s carry their attributes and a lazy array.
//! Opening reads metadata only; where the chunks of a variable lie is looked up when it is first read.
//!
//! ```text
//! bytes ─► sniff ─► header (hdf5, netcdf3) ─► Group · Variable · Attributes ─► lazy array ─► plan · fetch · decode
//! ```

mod attributes;
mod error;
mod file;
mod hdf5;
mod netcdf3;
mod rebuild;
mod record;
mod sniff;
mod source;
mod stored;

pub use attributes::{Attribute, Attributes};
pub use error::{FormatError, Result};
pub use file::{Dimension, File, FileKind, Group, Storage, Unreadable, Variable, open};
pub use rebuild::rebuild;
pub use record::{ElementType, RecordMember, RecordType};
pub use source::data_bytes_read;
