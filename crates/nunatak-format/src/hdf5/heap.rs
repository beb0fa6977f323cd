//! Text and sequences of variable length, which lie in the file's global heap.

use hdf5_reader::StringPadding;
use hdf5_reader::error::Result;

use super::Handle;

/// Bytes of one reference into the heap: a count, an address and an index.
pub(super) fn reference_size(handle: &Handle) -> usize {
    8 + usize::from(handle.parser.superblock().offset_size)
}

/// The bytes behind a reference, of elements of `element_size` bytes.
pub(super) fn resolve(handle: &Handle, reference: &[u8], element_size: usize) -> Result<Vec<u8>> {
    handle.root.resolve_vlen_reference_bytes(reference, element_size)
}

/// Text without its padding; bytes that are not UTF-8 are replaced.
pub(super) fn text(bytes: &[u8], padding: StringPadding) -> String {
    let end = match padding {
        StringPadding::NullTerminate => bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len()),
        StringPadding::NullPad => bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1),
        StringPadding::SpacePad => bytes.iter().rposition(|&byte| byte != b' ').map_or(0, |last| last + 1),
    };
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}
