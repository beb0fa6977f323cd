//! NetCDF files written: classic with 64-bit offsets, and with 64-bit data where that is too small.
//!
//! ```text
//! Group ─► Layout (types, dimensions, where each variable begins) ─► header ─► blocks of values ─► rename
//! ```
//!
//! Every program that reads NetCDF reads these files. The header says where every variable begins, so that values go
//! to disk block by block, in order, and nothing but a block is in memory. A file appears under its name when it is
//! whole.

mod encode;
mod layout;
mod replace;
mod values;

pub use replace::replace_file;

use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;

use nunatak_array::{ArrayError, Progress, Step};

use crate::{FormatError, Group, Result};
use layout::Layout;

/// Writes the variables and attributes of a group to a NetCDF file, replacing a file of this name.
///
/// The file is `CDF-2` (netCDF's "64-bit offset"), or `CDF-5` ("64-bit data") when a variable takes 4 GiB or is of a
/// type that `CDF-2` does not have: unsigned, or 64-bit integers. Text becomes characters along one more dimension.
/// Attributes that are lists of text are joined by spaces; whole numbers in attributes become `int` where they fit, else
/// `double`. Groups below this one are not written: the format has none.
///
/// # Errors
/// [`FormatError::Unwritable`] for names, attributes and types that the format does not have and dimensions whose
/// lengths differ, [`FormatError::Write`] of the system, and [`FormatError::Values`] of an array that cannot be read,
/// which is also that of `progress` when it says to stop.
pub fn write_netcdf(path: &Path, group: &Group, progress: &dyn Progress) -> Result<()> {
    let layout = Layout::of(path, group)?;
    let header = encode::header(&layout, &group.attributes);
    let total = layout.variables.iter().map(|variable| variable.slabs.len()).sum();
    let mut step = Step { done: 0, total, bytes: 0 };
    replace_file(path, |file| {
        let failed = |source| FormatError::Write { path: path.into(), source };
        file.write_all(&header).map_err(failed)?;
        for variable in &layout.variables {
            let reading = |source| FormatError::Values { path: path.into(), object: variable.name.clone(), source };
            let mut written = 0;
            for slab in &variable.slabs {
                let bytes = values::big_endian(variable.array.read(slab).map_err(reading)?);
                file.write_all(&bytes).map_err(failed)?;
                written += bytes.len();
                step.done += 1;
                step.bytes += bytes.len();
                if let ControlFlow::Break(()) = progress.step(step) {
                    return Err(reading(ArrayError::Interrupted));
                }
            }
            file.write_all(&[0; 3][..written.next_multiple_of(4) - written]).map_err(failed)?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests;
