//! The global heap of a file: texts and sequences of variable length.

use std::ops::Range;
use std::rc::Rc;

use hdf5_reader::error::{Error, Result};
use hdf5_reader::io::Cursor;

use super::collections::Collection;
use super::handle::Handle;

/// Bytes of one reference into the heap: a count, an address and an index.
pub(super) fn reference_size(handle: &Handle) -> usize {
    8 + usize::from(handle.parser.superblock().offset_size)
}

/// What one reference leads to.
pub(super) struct HeapObject {
    collection: Option<Rc<Collection>>,
    range: Range<usize>,
}

impl HeapObject {
    /// Its bytes; none behind a reference to nothing.
    pub(super) fn bytes(&self) -> &[u8] {
        self.collection.as_ref().map_or(&[], |collection| &collection.bytes[self.range.clone()])
    }
}

/// The object behind a reference, of elements of `element_size` bytes. Nothing is copied.
pub(super) fn resolve(handle: &Handle, reference: &[u8], element_size: usize) -> Result<HeapObject> {
    let offset_size = handle.parser.superblock().offset_size;
    let mut cursor = Cursor::new(reference);
    let count = cursor.read_u32_le()? as usize;
    let address = cursor.read_offset(offset_size)?;
    let index = cursor.read_u32_le()?;
    if Cursor::is_undefined_offset(address, offset_size) || index == 0 {
        return Ok(HeapObject { collection: None, range: 0..0 });
    }
    let length =
        count.checked_mul(element_size).ok_or_else(|| invalid("a sequence of more bytes than a number holds"))?;
    let collection = handle.heap.collection(&handle.parser, address)?;
    let object = u16::try_from(index).ok().and_then(|index| collection.objects.get(&index));
    let object = object.ok_or_else(|| invalid(format!("no object {index} in the heap at {address:#x}")))?;
    if length > object.len() {
        return Err(invalid(format!("expected {length} bytes in the heap at {address:#x}, found {}", object.len())));
    }
    let range = object.start..object.start + length;
    Ok(HeapObject { collection: Some(collection), range })
}

fn invalid(problem: impl Into<String>) -> Error {
    Error::InvalidData(problem.into())
}
