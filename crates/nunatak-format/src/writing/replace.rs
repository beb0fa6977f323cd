//! A file that appears under its name when it is whole.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use crate::{FormatError, Result};

/// Writes a file beside its place and renames it, as [`nunatak_system::replace_file`] does.
///
/// # Errors
/// That of `write`, and [`FormatError::Write`] of the system; what was written is removed then.
pub fn replace_file(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> Result<()>) -> Result<()> {
    nunatak_system::replace_file(path, write, |source| FormatError::Write { path: path.into(), source })
}
