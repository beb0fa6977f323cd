//! What is checked.

use nunatak_ismip::Protocol;
use nunatak_repair::Entry;

/// What is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CheckOptions {
    /// The protocol that all files are held against; each its own, by its name, when there is none.
    pub protocol: Option<Protocol>,
    /// Whether all numbers are read: ranges, missing values, identities between files.
    pub values: bool,
}

impl CheckOptions {
    /// The protocol that a file is held against; none for products computed from model output.
    pub(crate) fn protocol_of(&self, entry: &Entry) -> Option<Protocol> {
        let own = entry.prefix.is_none().then(|| Protocol::of_file_name(&entry.stem()))?;
        Some(self.protocol.unwrap_or(own))
    }
}
