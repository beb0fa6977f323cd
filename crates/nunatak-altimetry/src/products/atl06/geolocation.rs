//! The errors of geolocation of one beam's segments.

use nunatak_format::File;

use super::beam_reader::{BeamReader, land_ice_segments};
use super::pointing::{PointingSigma, pointing_sigma};
use super::rows::Rows;
use crate::error::Result;
use crate::error_model::{GeolocationInputs, GeolocationSigma, PairSlopes, geolocation_sigma};
use crate::points::{Beam, Segments};

/// Puts the errors of geolocation into the segments of the rows that are read.
///
/// A slope that is missing is replaced by one typical of the whole beam: where a segment that is kept needs it, the slopes
/// of all of the beam are read, so that no segment's error depends on what else is read.
pub(super) fn geolocation(
    file: &File,
    beam: Beam,
    reader: &mut BeamReader<'_>,
    segments: &mut Segments,
    (quality, keep): (&[i8], &[bool]),
    release: &str,
) -> Result<()> {
    let pointing = pointing_sigma(reader, release)?;
    if segments.slope_along.len() == segments.len() {
        let good: Vec<bool> = segments.quality.iter().map(|&quality| quality == 0).collect();
        let left = left_slopes(file, beam, &segments.segment_id, &segments.slope_along)?;
        let mut found =
            sigma(&segments.segment_id, &segments.slope_along, &segments.slope_across, &pointing, &good, &left);
        let needs_all = found.flag.iter().zip(keep).any(|(&flag, &keep)| keep && flag == 1);
        if needs_all && segments.len() < reader.written() {
            found = among_all_rows(reader, segments, &pointing, quality, &left)?;
        }
        (segments.sigma_geo, segments.sigma_geo_flag) = (found.sigma, found.flag);
    }
    (segments.sigma_radial, segments.sigma_along, segments.sigma_across) =
        (pointing.radial, pointing.along, pointing.across);
    Ok(())
}

/// The errors of the rows that are read, with the slopes of all of the beam; of its other rows nothing else is known.
fn among_all_rows(
    reader: &mut BeamReader<'_>,
    segments: &Segments,
    pointing: &PointingSigma,
    quality: &[i8],
    left: &PairSlopes,
) -> Result<GeolocationSigma> {
    let count = reader.written();
    let rows = reader.select(Rows::all(count));
    let along = reader.f32("fit_statistics/dh_fit_dx")?;
    let good: Vec<bool> = quality.iter().map(|&quality| quality == 0).collect();
    let among = PointingSigma {
        radial: rows.among(&pointing.radial, count, f32::NAN),
        along: rows.among(&pointing.along, count, f32::NAN),
        across: rows.among(&pointing.across, count, f32::NAN),
    };
    let id = rows.among(&segments.segment_id, count, 0);
    let across = rows.among(&segments.slope_across, count, f32::NAN);
    let found = sigma(&id, &along, &across, &among, &good, left);
    let of_rows = GeolocationSigma { sigma: rows.of(&found.sigma), flag: rows.of(&found.flag) };
    reader.select(rows);
    Ok(of_rows)
}

fn sigma(
    segment_id: &[i32],
    along: &[f32],
    across: &[f32],
    pointing: &PointingSigma,
    good: &[bool],
    left: &PairSlopes,
) -> GeolocationSigma {
    let inputs = GeolocationInputs {
        segment_id,
        along,
        across,
        sigma_radial: &pointing.radial,
        sigma_along: &pointing.along,
        sigma_across: &pointing.across,
        good,
    };
    geolocation_sigma(inputs, left)
}

/// Slopes of the left beam of the pair at these segments: the beam's own where it is the left one.
fn left_slopes(file: &File, beam: Beam, segment_id: &[i32], along: &[f32]) -> Result<PairSlopes> {
    if beam == beam.left() {
        return Ok(PairSlopes::new(segment_id, along));
    }
    let known = segment_id.iter().filter(|&&id| id != 0);
    let (Some(&first), Some(&last)) = (known.clone().min(), known.max()) else { return Ok(PairSlopes::default()) };
    let Some(group) = land_ice_segments(file, beam.left()) else { return Ok(PairSlopes::default()) };
    let mut left = BeamReader::new(file.location(), beam.left(), group)?;
    let ids = left.i32("segment_id", 0)?;
    let beside: Vec<bool> = ids.iter().map(|id| (first..=last).contains(id)).collect();
    let rows = Rows::all(ids.len()).around(&beside);
    left.select(rows.clone());
    Ok(PairSlopes::new(&rows.of(&ids), &left.f32("fit_statistics/dh_fit_dx")?))
}
