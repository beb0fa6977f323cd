use nunatak_format::{Location, StorageOptions};
use rayon::prelude::*;

use crate::granule::read_granule;
use crate::{AltimetryError, Beam, Orientation, Segments, Selection};

/// Counts of one beam of one granule.
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
            orientation: Orientation::Unknown,
            beams: Vec::new(),
            missing: Vec::new(),
            notes: Vec::new(),
            problem: None,
        }
    }
}

/// Reads granules in parallel: their segments one granule after the other in the order of the paths, and one report per
/// path. A granule that cannot be read gives no segment and a report with its problem.
pub fn read_granules(paths: &[Location], selection: &Selection) -> (Segments, Vec<GranuleReport>) {
    read_granules_with(paths, &StorageOptions::default(), selection)
}

/// As [`read_granules`], from stores that are reached with these options.
pub fn read_granules_with(
    paths: &[Location],
    options: &StorageOptions,
    selection: &Selection,
) -> (Segments, Vec<GranuleReport>) {
    let read = || paths.par_iter().map(|path| (path, read_granule(path, options, selection))).collect();
    let read: Vec<_> = match waiting_threads(paths) {
        Some(pool) => pool.install(read),
        None => read(),
    };
    let mut segments = Segments::default();
    let mut reports = Vec::with_capacity(paths.len());
    for (index, (path, result)) in read.into_iter().enumerate() {
        match result {
            Ok((mut of_granule, report)) => {
                of_granule.granule.fill(index as i32);
                segments.append(of_granule);
                reports.push(report);
            }
            Err(problem) => reports.push(GranuleReport { problem: Some(problem), ..GranuleReport::new(path) }),
        }
    }
    segments.number_passes();
    (segments, reports)
}

/// Granules of a store that are read side by side: their threads wait for answers most of the time.
const REMOTE_GRANULES: usize = 16;

/// More threads than there are cores, where some granule is remote.
fn waiting_threads(paths: &[Location]) -> Option<rayon::ThreadPool> {
    let remote = paths.iter().filter(|path| !path.is_local()).count();
    let threads = remote.min(REMOTE_GRANULES).max(rayon::current_num_threads());
    (remote > 0).then(|| rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok()).flatten()
}
