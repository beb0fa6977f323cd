//! One file of an archive by itself, repaired as its catalog would repair it.

use std::path::Path;

use nunatak_format::{Location, StorageOptions, block_on, open_with, reader_of};
use nunatak_repair::{Draft, Entry, Report, RuleSet};
use nunatak_tree::Dataset;

use crate::assemble::assemble;
use crate::error::{CatalogError, Result};
use crate::options::{OnError, TreeOptions};

/// Opens one file and repairs it. Rules that look at the other files of its archive do not apply.
///
/// # Errors
/// [`CatalogError::File`] when its path does not say what it is of, or something in it cannot be read; the errors of
/// opening it.
///
/// # Examples
/// ```no_run
/// use nunatak_catalog::{RuleSet, open_repaired};
/// use nunatak_format::StorageOptions;
///
/// let path = std::path::Path::new("/data/JPL1/ISSM/exp05/lithk_AIS_JPL1_ISSM_exp05.nc");
/// let (dataset, report) = open_repaired(&path.into(), &StorageOptions::default(), &RuleSet::ismip6())?;
/// println!("{} repairs, thickness {:?}", report.repairs.len(), dataset.get("lithk").map(|own| own.array.shape()));
/// # Ok::<(), nunatak_catalog::CatalogError>(())
/// ```
pub fn open_repaired(location: &Location, options: &StorageOptions, rules: &RuleSet) -> Result<(Dataset, Report)> {
    let location = location.absolute();
    let stamp = block_on(reader_of(&location, options)?.stat(&location))?;
    let row = Entry::of_path(Path::new("/"), location.segments(), stamp.length, rules);
    let row = row.map_err(|problem| CatalogError::File { message: format!("{location}: {problem}") })?;
    let file = open_with(&location, options)?;
    let draft = Draft::open(&Entry { path: location, ..row }, &file, rules)?;
    assemble(vec![draft], TreeOptions { on_error: OnError::Raise, ..TreeOptions::default() }, rules)
}
