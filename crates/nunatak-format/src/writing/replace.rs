//! A file that appears under its name when it is whole.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use crate::{FormatError, Result};

/// Writes a file beside its place and renames it, so that what was there stays whole until the new one is.
///
/// # Errors
/// That of `write`, and [`FormatError::Write`] of the system; what was written is removed then.
pub fn replace_file(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> Result<()>) -> Result<()> {
    let beside = beside(path);
    let written = write_whole(path, &beside, write);
    if written.is_err() {
        // The error of writing says more than that of removing.
        let _ = std::fs::remove_file(&beside);
    }
    written
}

fn write_whole(path: &Path, beside: &Path, write: impl FnOnce(&mut BufWriter<File>) -> Result<()>) -> Result<()> {
    let failed = |source| FormatError::Write { path: path.into(), source };
    let mut file = BufWriter::with_capacity(1 << 20, File::create(beside).map_err(failed)?);
    write(&mut file)?;
    let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    std::fs::rename(beside, path).map_err(failed)
}

/// A name in the same folder that no other process uses.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".part-{}", std::process::id()));
    path.with_file_name(name)
}
