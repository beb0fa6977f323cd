//! What is checked.

use nunatak_ismip::Protocol;
use nunatak_repair::Entry;

/// What is checked.
///
/// # Examples
/// ```
/// # use std::path::Path;
/// # use nunatak_array::NoProgress;
/// use nunatak_compliance::{CheckOptions, OpenedArchive, check};
/// # use nunatak_format::{FileKind, Group};
/// use nunatak_ismip::Protocol;
/// # use nunatak_repair::{Draft, Entry, Report, RuleSet};
///
/// # let (root, rules, none) = ("/archive", &RuleSet::ismip6(), &Report::default());
/// # let path = Path::new("/archive/JPL1/ISSM/exp05/lithk_AIS_JPL1_ISSM_exp05.nc");
/// # let entries = &[Entry::of_path(Path::new(root), path, 1, rules)?];
/// # let draft = |entry: &Entry| Draft::repaired(entry, FileKind::Hdf5, &Group::default(), rules);
/// # let drafts = &[draft(&entries[0])?];
/// # let as_written = |entry: &Entry| draft(entry).map_err(|error| error.to_string());
/// # let archive = OpenedArchive { root, entries, listed: entries, rules, drafts, listing: none, opening: none };
/// // A file of ISMIP6, held against ISMIP7.
/// let options = CheckOptions { protocol: Some(Protocol::Ismip7), values: false };
/// let report = check(archive, as_written, options, &NoProgress)?;
/// assert!(report.to_text().contains("5 fields in the file name `lithk_AIS_JPL1_ISSM_exp05`; expected 10: "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
