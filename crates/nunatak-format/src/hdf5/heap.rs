//! The global heap of a file: texts and sequences of variable length.

use hdf5_reader::error::Result;

use super::handle::Handle;

/// Bytes of one reference into the heap: a count, an address and an index.
pub(super) fn reference_size(handle: &Handle) -> usize {
    8 + usize::from(handle.parser.superblock().offset_size)
}

/// The bytes behind a reference, of elements of `element_size` bytes.
pub(super) fn resolve(handle: &Handle, reference: &[u8], element_size: usize) -> Result<Vec<u8>> {
    handle.root.resolve_vlen_reference_bytes(reference, element_size)
}
