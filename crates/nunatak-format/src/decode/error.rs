//! Why a chunk could not be decoded.

/// Why a chunk could not be decoded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum DecodeError {
    Corrupt(String),
    Unsupported(String),
}

/// The error of a decoder that names itself and what it found.
pub(super) fn corrupt(filter: &str, problem: impl std::fmt::Display) -> DecodeError {
    DecodeError::Corrupt(format!("{filter} stream is corrupt: {problem}"))
}
