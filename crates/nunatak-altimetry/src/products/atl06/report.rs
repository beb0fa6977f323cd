//! Reports: what was found in each granule.

use nunatak_format::Location;

use crate::error::AltimetryError;
use crate::points::{Beam, Orientation};

/// Counts of one beam of one granule.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{Beam, Selection, read_granules};
/// # use nunatak_array::NoProgress;
/// # use nunatak_format::{Attribute, Group, write_netcdf};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("ATL06_20181014001049_02350102_003_01.h5");
/// # let mut group = Group::default();
/// # group.attributes.set("short_name", Attribute::Text("ATL06".into()));
/// # write_netcdf(&path, &group, &NoProgress)?;
///
/// // `path` is a granule without any beam; a beam that was asked for is counted all the same.
/// let selection = Selection { beams: vec![Beam::Gt2l], ..Selection::default() };
/// let (_, reports) = read_granules(&[path.into()], &selection);
/// let beam = reports[0].beams[0];
/// assert_eq!((beam.beam, beam.segments, beam.kept), (Beam::Gt2l, 0, 0));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BeamReport {
    /// The beam.
    pub beam: Beam,
    /// Segments in the file.
    pub segments: usize,
    /// Of these, `atl06_quality_summary == 0`.
    pub good: usize,
    /// Segments that the selection kept.
    pub kept: usize,
    /// Of those kept, segments with a missing slope: their stored geolocation error is a sentinel.
    pub sentinels: usize,
}

/// What was found in one granule.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{Selection, read_granules};
/// # use nunatak_array::NoProgress;
/// # use nunatak_format::{Attribute, Group, write_netcdf};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("ATL06_20181014001049_02350102_003_01.h5");
/// # let mut group = Group::default();
/// # group.attributes.set("short_name", Attribute::Text("ATL06".into()));
/// # write_netcdf(&path, &group, &NoProgress)?;
///
/// // `path` is `ATL06_20181014001049_02350102_003_01.h5`, a granule without any beam.
/// let (segments, reports) = read_granules(&[path.into()], &Selection::default());
/// let report = &reports[0];
/// assert!(segments.is_empty() && report.problem.is_none());
/// assert_eq!((report.rgt, report.cycle, &*report.release), (235, 1, "003"));
/// assert_eq!(report.missing, ["gt1l", "gt1r", "gt2l", "gt2r", "gt3l", "gt3r"]);
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct GranuleReport {
    /// The path it was opened from.
    pub path: Location,
    /// Reference ground track; 0 unknown.
    pub rgt: i16,
    /// Cycle; 0 unknown.
    pub cycle: i16,
    /// Region along the orbit; 0 unknown.
    pub region: i8,
    /// Release of the product; empty unknown.
    pub release: String,
    /// Version within the release; empty unknown.
    pub version: String,
    /// How the spacecraft flew.
    pub orientation: Orientation,
    /// One entry per beam that was asked for, also the absent ones.
    pub beams: Vec<BeamReport>,
    /// Groups and variables that are not in the file: their columns are NaN.
    pub missing: Vec<String>,
    /// What is odd about the granule.
    pub notes: Vec<String>,
    /// Why it could not be read at all.
    pub problem: Option<AltimetryError>,
}

impl GranuleReport {
    pub(crate) fn new(path: &Location) -> Self {
        Self {
            path: path.clone(),
            rgt: 0,
            cycle: 0,
            region: 0,
            release: String::new(),
            version: String::new(),
            orientation: Orientation::Unknown,
            beams: Vec::new(),
            missing: Vec::new(),
            notes: Vec::new(),
            problem: None,
        }
    }
}
