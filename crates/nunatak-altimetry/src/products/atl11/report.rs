//! Reports: what was found in each granule.

use nunatak_format::Location;

use crate::error::AltimetryError;

/// What was found in one ATL11 granule.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{Selection, read_atl11};
///
/// let (.., reports) = read_atl11(&[std::path::PathBuf::from("no such file.h5").into()], &Default::default(), &Selection::default());
/// assert!(reports[0].problem.is_some() && reports[0].reference_points == 0);
/// ```
#[derive(Debug)]
pub struct Atl11Report {
    /// The path it was opened from.
    pub path: Location,
    /// Reference ground track; 0 unknown.
    pub rgt: i16,
    /// Region along the orbit; 0 unknown.
    pub region: i8,
    /// Release of the product; empty unknown.
    pub release: String,
    /// Version within the release; empty unknown.
    pub version: String,
    /// Cycles, in order.
    pub cycles: Vec<i16>,
    /// Reference points in the file.
    pub reference_points: usize,
    /// Heights that the selection kept: one for each reference point and cycle.
    pub heights: usize,
    /// Crossovers in the file.
    pub crossovers: usize,
    /// Crossovers that the selection kept.
    pub kept_crossovers: usize,
    /// Groups and variables that are not in the file: their columns are NaN.
    pub missing: Vec<String>,
    /// What is odd about the granule.
    pub notes: Vec<String>,
    /// Why it could not be read at all.
    pub problem: Option<AltimetryError>,
}

impl Atl11Report {
    pub(super) fn new(path: &Location) -> Self {
        Self {
            path: path.clone(),
            rgt: 0,
            region: 0,
            release: String::new(),
            version: String::new(),
            cycles: Vec::new(),
            reference_points: 0,
            heights: 0,
            crossovers: 0,
            kept_crossovers: 0,
            missing: Vec::new(),
            notes: Vec::new(),
            problem: None,
        }
    }

    /// Release and version as numbers, and the last cycle, so that newer is more.
    pub(super) fn age(&self) -> (u32, u32, i16) {
        let number = |text: &str| text.parse().unwrap_or(0);
        (number(&self.release), number(&self.version), self.cycles.last().copied().unwrap_or(0))
    }
}
