//! Why a check cannot go on.

use nunatak_array::ArrayError;
use nunatak_tree::TreeError;

/// Result of a check.
pub type Result<T, E = ComplianceError> = std::result::Result<T, E>;

/// Why a check cannot go on; what is wrong with single files is in the [`CheckReport`](crate::CheckReport).
///
/// # Examples
/// ```
/// # use std::path::Path;
/// use std::ops::ControlFlow;
/// use nunatak_array::{Progress, Step};
/// use nunatak_compliance::{CheckOptions, ComplianceError, OpenedArchive, check};
/// # use nunatak_format::{FileKind, Group};
/// # use nunatak_repair::{Draft, Entry, Report, RuleSet};
///
/// struct Stop;
///
/// impl Progress for Stop {
///     fn step(&self, _step: Step) -> ControlFlow<()> {
///         ControlFlow::Break(())
///     }
/// }
///
/// # let (root, rules, none) = ("/archive", &RuleSet::ismip6(), &Report::default());
/// # let path = Path::new("/archive/JPL1/ISSM/exp05/lithk_AIS_JPL1_ISSM_exp05.nc");
/// # let entries = &[Entry::of_path(Path::new(root), path, 1, rules)?];
/// # let drafts = &[Draft::repaired(&entries[0], FileKind::Hdf5, &Group::default(), rules)?];
/// # let as_written = |_: &Entry| Err("not needed for ISMIP6".into());
/// let archive = OpenedArchive { root, entries, listed: entries, rules, drafts, listing: none, opening: none };
/// let error = check(archive, as_written, CheckOptions::default(), &Stop).unwrap_err();
/// assert!(matches!(error, ComplianceError::Interrupted));
/// assert_eq!(error.to_string(), "interrupted");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ComplianceError {
    /// The caller asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// A variable's attributes or dimensions make no sense.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// An array cannot be read.
    #[error(transparent)]
    Array(#[from] ArrayError),
}
