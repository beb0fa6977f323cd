//! Padding of texts of fixed length.

use hdf5_reader::StringPadding;
use serde::{Deserialize, Serialize};

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

/// Text whose zeros mean nothing, wherever they are.
pub(crate) fn text_of_bytes(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\0', "")
}
