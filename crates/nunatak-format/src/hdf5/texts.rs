//! Texts of variable length of a whole variable.

use std::sync::Arc;

use hdf5_reader::error::{Error, Result as Hdf5Result};

use super::handle::open;
use super::heap;
use crate::Result;
use crate::manifest::{Padding, text};
use crate::source::ByteSource;

/// The texts behind references into the file's heap.
///
/// # Errors
/// The format's.
pub(crate) fn read_texts(
    source: &Arc<ByteSource>,
    object: &str,
    references: &[u8],
    padding: Padding,
) -> Result<Vec<String>> {
    let handle = open(source)?;
    let one = |reference| {
        let found = heap::resolve(&handle, reference, 1)?;
        handle.budget.text(found.bytes().len()).map_err(Error::InvalidData)?;
        Ok(text(found.bytes(), padding))
    };
    let texts: Hdf5Result<_> = references.chunks_exact(heap::reference_size(&handle)).map(one).collect();
    texts.map_err(|error| handle.error(object, 0, &error))
}
