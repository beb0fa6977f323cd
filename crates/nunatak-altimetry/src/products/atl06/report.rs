//! Reports: what was found in each granule.

use nunatak_format::Location;

use crate::error::AltimetryError;
use crate::points::{Beam, Orientation};

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
