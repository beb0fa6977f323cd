//! Text and sequences of variable length, which lie in the file's global heap.

use hdf5_reader::StringPadding;
use hdf5_reader::error::Result;
use serde::{Deserialize, Serialize};

use super::Handle;

/// Bytes of one reference into the heap: a count, an address and an index.
pub(super) fn reference_size(handle: &Handle) -> usize {
    8 + usize::from(handle.parser.superblock().offset_size)
}

/// The bytes behind a reference, of elements of `element_size` bytes.
pub(super) fn resolve(handle: &Handle, reference: &[u8], element_size: usize) -> Result<Vec<u8>> {
    handle.root.resolve_vlen_reference_bytes(reference, element_size)
}

/// What fills the rest of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Padding {
    /// The text ends at the first zero.
    NullTerminate,
    /// Zeros at the end.
    NullPad,
    /// Spaces at the end.
    SpacePad,
}

impl From<StringPadding> for Padding {
    fn from(padding: StringPadding) -> Self {
        match padding {
            StringPadding::NullTerminate => Self::NullTerminate,
            StringPadding::NullPad => Self::NullPad,
            StringPadding::SpacePad => Self::SpacePad,
        }
    }
}

/// Text without its padding; bytes that are not UTF-8 are replaced.
pub(crate) fn text(bytes: &[u8], padding: impl Into<Padding>) -> String {
    let end = match padding.into() {
        Padding::NullTerminate => bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len()),
        Padding::NullPad => bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1),
        Padding::SpacePad => bytes.iter().rposition(|&byte| byte != b' ').map_or(0, |last| last + 1),
    };
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}
