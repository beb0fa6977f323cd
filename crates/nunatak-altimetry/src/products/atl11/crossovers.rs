//! Crossovers: heights that other tracks have at the reference points of a pair.

use std::collections::HashMap;

use nunatak_format::Group;

use super::columns::{Atl11Columns, TrackColumns};
use super::cycles::cycle_at;
use super::heights::{ReferenceSurface, wanted};
use super::pair_reader::{PairContext, PairReader, flags, single, whole};
use super::report::Atl11Report;
use crate::error::Result;
use crate::points::Segments;

/// Crossovers of a pair that the selection wants.
pub(super) fn read_crossovers(
    context: &PairContext<'_>,
    pair: &Group,
    surface: &ReferenceSurface,
    report: &mut Atl11Report,
) -> Result<Atl11Columns> {
    let Some(group) = pair.group("crossing_track_data") else {
        report.missing.push(format!("{}/crossing_track_data", context.name));
        return Ok(Atl11Columns::default());
    };
    let count = group.variable("ref_pt").map_or(0, |variable| variable.array.len());
    report.crossovers += count;
    let mut reader = PairReader::new(context.path, context.name, group, count);
    let mut columns = columns(context, &mut reader, surface, report)?;
    let missing = reader.missing.iter().map(|path| path.replacen('/', "/crossing_track_data/", 1));
    report.missing.extend(missing);
    let keep = wanted(context, &columns.segments);
    columns.retain(&keep);
    Ok(columns)
}

fn columns(
    context: &PairContext<'_>,
    reader: &mut PairReader<'_>,
    surface: &ReferenceSurface,
    report: &mut Atl11Report,
) -> Result<Atl11Columns> {
    let count = reader.count();
    let ref_pt: Vec<i32> = whole(&reader.column(&["ref_pt"])?);
    let places: HashMap<i32, usize> = surface.ref_pt.iter().enumerate().map(|(at, &point)| (point, at)).collect();
    let place: Vec<Option<usize>> = ref_pt.iter().map(|point| places.get(point).copied()).collect();
    let of_place = |values: &[f32]| place.iter().map(|at| at.map_or(f32::NAN, |at| values[at])).collect::<Vec<f32>>();
    let time: Vec<i64> =
        reader.column(&["delta_time"])?.iter().map(|&seconds| context.clock.instant(seconds)).collect();
    let rgt: Vec<i16> = whole(&reader.column(&["rgt"])?);
    let cycle = cycles(context, reader, &rgt, &time, report)?;
    let spot: Vec<i8> = whole(&reader.optional(&["spot", "spot_crossing"])?);
    let segments = Segments {
        longitude: reader.column(&["longitude"])?,
        latitude: reader.column(&["latitude"])?,
        time,
        height: single(&reader.column(&["h_corr"])?),
        height_sigma: single(&reader.column(&["h_corr_sigma"])?),
        sigma_geo: reader.column(&["h_corr_sigma_systematic"])?,
        sigma_radial: vec![f32::NAN; count],
        sigma_along: vec![f32::NAN; count],
        sigma_across: vec![f32::NAN; count],
        sigma_geo_stored: vec![f32::NAN; count],
        sigma_geo_flag: vec![0; count],
        geoid_height: of_place(&surface.geoid_height),
        geoid_free_to_mean: of_place(&surface.geoid_free_to_mean),
        dem_height: of_place(&surface.dem_height),
        tide_ocean: single(&reader.optional(&["tide_ocean"])?),
        dac: single(&reader.optional(&["dac"])?),
        // The slopes of the reference surface are along and across the other track.
        slope_along: vec![f32::NAN; count],
        slope_across: vec![f32::NAN; count],
        quality: flags(&reader.column(&["atl06_quality_summary"])?),
        segment_id: whole(&reader.optional(&["segment_id"])?),
        x_atc: vec![f64::NAN; count],
        rgt,
        cycle,
        region: vec![0; count],
        pair: whole(&reader.optional(&["beam_pair"])?),
        beam: vec![0; count],
        strong: spot.iter().map(|&spot| u8::from(spot % 2 == 1)).collect(),
        spot,
        orientation: vec![-1; count],
        granule: vec![0; count],
        pass_id: vec![0; count],
        overpass_id: vec![0; count],
    };
    let track = TrackColumns {
        ref_pt,
        track_rgt: vec![context.rgt; count],
        track_pair: vec![context.pair; count],
        slope_east: of_place(&surface.slope_east),
        slope_north: of_place(&surface.slope_north),
        along_track_rss: single(&reader.optional(&["along_track_rss"])?),
    };
    Ok(Atl11Columns { segments, track })
}

/// Cycles of the crossing tracks; the prototype does not state them, and track and time do.
fn cycles(
    context: &PairContext<'_>,
    reader: &mut PairReader<'_>,
    rgt: &[i16],
    time: &[i64],
    report: &mut Atl11Report,
) -> Result<Vec<i16>> {
    if reader.find(&["cycle_number"]).is_some() {
        return Ok(whole(&reader.column(&["cycle_number"])?));
    }
    let text = "crossing_track_data has no cycle_number: cycles follow from track and time";
    report.notes.push(format!("{}/{text}", context.name));
    Ok(rgt.iter().zip(time).map(|(&rgt, &time)| cycle_at(rgt, time)).collect())
}
