//! Errors of altimetry.

use nunatak_array::ArrayError;
use nunatak_format::{FormatError, Location};

/// Result of an altimetry operation.
pub type Result<T, E = AltimetryError> = std::result::Result<T, E>;

/// What can be wrong with a granule, a selection or an aggregation.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{Selection, read_granules};
/// # use nunatak_array::NoProgress;
/// # use nunatak_format::{Attribute, Group, write_netcdf};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("photons.nc");
/// # let mut group = Group::default();
/// # group.attributes.set("short_name", Attribute::Text("ATL03".into()));
/// # write_netcdf(&path, &group, &NoProgress)?;
///
/// // `path` ends in `photons.nc`, a file of another product.
/// let (_, reports) = read_granules(&[path.into()], &Selection::default());
/// let problem = reports[0].problem.as_ref().ok_or("the file was read")?.to_string();
/// assert!(problem.contains("photons.nc: expected an ATL06 granule"));
/// assert!(problem.contains("found product ATL03"));
/// # Ok(()) }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AltimetryError {
    /// The file cannot be opened or decoded; the message names the object and the offset.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// A variable of the file cannot be read.
    #[error("{}: {variable}: {source}", path.display())]
    Variable {
        /// The granule.
        path: Location,
        /// Path of the variable in it.
        variable: String,
        /// Why not.
        source: Box<ArrayError>,
    },
    /// The file is readable but no ATL06 granule.
    #[error(
        "{}: expected an ATL06 granule (groups gt1l to gt3r with land_ice_segments), found {found}; use open_points for flattened or other layouts",
        path.display()
    )]
    NotAtl06 {
        /// The file.
        path: Location,
        /// What it is instead.
        found: String,
    },
    /// The file is readable but no ATL11 granule.
    #[error("{}: expected an ATL11 granule (groups pt1 to pt3 with h_corr), found {found}", path.display())]
    NotAtl11 {
        /// The file.
        path: Location,
        /// What it is instead.
        found: String,
    },
    /// A variable of a beam, or a pair of beams, has another length than its heights.
    #[error("{}: {variable}: expected shape {expected:?} like the other variables of the beam, found {found:?}", path.display())]
    Length {
        /// The granule.
        path: Location,
        /// Path of the variable in it.
        variable: String,
        /// Segments of the beam, or reference points and cycles.
        expected: Vec<usize>,
        /// Shape found.
        found: Vec<usize>,
    },
    /// A granule has more segments than are taken from one file.
    #[error(
        "{}: {beam}: expected at most {limit} segments in one granule, found {found}; {}",
        path.display(), nunatak_format::FileLimits::remedy("segments")
    )]
    TooManySegments {
        /// The granule.
        path: Location,
        /// The beam that is too much.
        beam: &'static str,
        /// Segments of this beam and those before it.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// An argument is not usable.
    #[error("{argument}: found {found}, expected {expected}")]
    Argument {
        /// Its name.
        argument: &'static str,
        /// The value given.
        found: String,
        /// What is allowed.
        expected: String,
    },
    /// The points cannot be projected to the grid.
    #[error(transparent)]
    Grid(#[from] nunatak_grid::GridError),
}

impl AltimetryError {
    /// The error of a variable that cannot be read; errors of the format already name file and object.
    pub(crate) fn reading(path: &Location, variable: String, source: ArrayError) -> Self {
        match source {
            ArrayError::Source(source) => match source.downcast::<FormatError>() {
                Ok(error) => Self::Format(*error),
                Err(source) => Self::variable(path, variable, ArrayError::Source(source)),
            },
            source => Self::variable(path, variable, source),
        }
    }

    fn variable(path: &Location, variable: String, source: ArrayError) -> Self {
        Self::Variable { path: path.clone(), variable, source: Box::new(source) }
    }
}
