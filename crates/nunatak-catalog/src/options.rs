//! How trees are made, and what happens with files that cannot be opened.

use crate::join::Join;

/// What to do with a file that cannot be opened. It is in the report in any case.
///
/// # Examples
///
/// ```
/// use nunatak_array::NoProgress;
/// use nunatak_catalog::{Catalog, OnError, RuleSet, TreeOptions};
/// # use nunatak_format::StorageOptions;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let root = tempfile::tempdir()?;
/// # let folder = root.path().join("JPL1/ISSM/exp05");
/// # std::fs::create_dir_all(&folder)?;
/// # std::fs::write(folder.join("lithk_AIS_JPL1_ISSM_exp05.nc"), "no NetCDF")?;
/// # let catalog = Catalog::open(root.path(), &StorageOptions::default(), RuleSet::ismip6())?;
///
/// // The one file of the archive is broken.
/// let (tree, report) = catalog.to_datatree(TreeOptions::default(), &NoProgress)?;
/// assert!(tree.is_empty());
/// assert!(report.problems[0].message.contains("lithk_AIS_JPL1_ISSM_exp05.nc"));
/// let options = TreeOptions { on_error: OnError::Raise, ..TreeOptions::default() };
/// assert!(catalog.to_datatree(options, &NoProgress).is_err());
/// # Ok(()) }
/// ```
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
///
/// # Examples
///
/// ```
/// use nunatak_array::NoProgress;
/// use nunatak_catalog::{Catalog, Join, OnError, RuleSet, TreeOptions};
/// # use nunatak_format::{Group, StorageOptions, write_netcdf};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let root = tempfile::tempdir()?;
/// # let folder = root.path().join("JPL1/ISSM/exp05");
/// # std::fs::create_dir_all(&folder)?;
/// # write_netcdf(&folder.join("lithk_AIS_JPL1_ISSM_exp05.nc"), &Group::default(), &NoProgress)?;
/// # let catalog = Catalog::open(root.path(), &StorageOptions::default(), RuleSet::ismip6())?;
///
/// // What was chosen is on record in each dataset.
/// let options = TreeOptions { join: Join::Inner, on_error: OnError::Raise };
/// let (tree, _) = catalog.to_datatree(options, &NoProgress)?;
/// let dataset = tree.get("JPL1/ISSM/exp05").ok_or("no dataset")?;
/// assert_eq!(dataset.attributes.text("nunatak_join"), Some("inner"));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TreeOptions {
    /// How variables of an experiment share one time axis.
    pub join: Join,
    /// What to do with files that cannot be opened.
    pub on_error: OnError,
}
