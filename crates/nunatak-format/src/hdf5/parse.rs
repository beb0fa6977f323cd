//! The header of an HDF5 or NetCDF-4 file as a manifest.

use std::sync::Arc;

use super::handle::open;
use super::{dimensions, scan};
use crate::source::ByteSource;
use crate::{FileKind, Manifest, Result};

pub(crate) fn parse(source: &Arc<ByteSource>) -> Result<Manifest> {
    let handle = open(source)?;
    let scanned = scan::scan(&handle)?;
    let group = dimensions::resolve(&handle, scanned)?;
    Ok(Manifest::new(FileKind::Hdf5, group))
}
