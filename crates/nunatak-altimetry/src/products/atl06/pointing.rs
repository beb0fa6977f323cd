//! Errors of the footprint's place: those of the file, or the constants of its release.

use super::beam_reader::BeamReader;
use crate::error::Result;
use crate::error_model::RADIAL_SIGMA;

/// Horizontal errors of releases 002 to 005 where the granule does not store them, m.
const HORIZONTAL_SIGMA: f32 = 20.0;
/// Horizontal errors from release 006 on, m.
const NEWER_HORIZONTAL_SIGMA: f32 = 5.0;

/// Errors of the place of each segment, m.
pub(super) struct PointingSigma {
    pub(super) radial: Vec<f32>,
    pub(super) along: Vec<f32>,
    pub(super) across: Vec<f32>,
}

/// The errors of a beam; those that the file does not have are those of its release.
pub(super) fn pointing_sigma(reader: &mut BeamReader<'_>, release: &str) -> Result<PointingSigma> {
    let horizontal = match release.trim().parse::<u32>() {
        // 209 and the like are prereleases, older than 001.
        Ok(6..100) => NEWER_HORIZONTAL_SIGMA,
        _ => HORIZONTAL_SIGMA,
    };
    let count = reader.count();
    let mut stored = |name: &str, constant: f32| -> Result<Vec<f32>> {
        let column = reader.f32(name)?;
        Ok(if reader.has(name) { column } else { vec![constant; count] })
    };
    let (along, across) =
        (stored("ground_track/sigma_geo_at", horizontal)?, stored("ground_track/sigma_geo_xt", horizontal)?);
    let radial = reader.optional_f32("ground_track/sigma_geo_r")?;
    Ok(PointingSigma { radial: radial.unwrap_or_else(|| vec![RADIAL_SIGMA; count]), along, across })
}
