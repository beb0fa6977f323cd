//! How trees are made, and what happens with files that cannot be opened.

use crate::join::Join;

/// What to do with a file that cannot be opened. It is in the report in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnError {
    /// Go on; the caller warns.
    #[default]
    Warn,
    /// Stop with an error.
    Raise,
    /// Go on in silence.
    Skip,
}

/// How a tree is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TreeOptions {
    /// How variables of an experiment share one time axis.
    pub join: Join,
    /// What to do with files that cannot be opened.
    pub on_error: OnError,
}
