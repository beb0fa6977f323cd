//! Heights at the reference points of a pair, one for each cycle.

use nunatak_format::file_limits;

use super::columns::{Atl11Columns, TrackColumns};
use super::pair_reader::{PairContext, PairReader, flags, single, whole};
use super::report::Atl11Report;
use crate::error::{AltimetryError, Result};
use crate::points::{Quality, Segments};

/// What is known of each reference point of a pair, in all cycles.
pub(super) struct ReferenceSurface {
    pub(super) ref_pt: Vec<i32>,
    pub(super) longitude: Vec<f64>,
    pub(super) latitude: Vec<f64>,
    pub(super) slope_along: Vec<f32>,
    pub(super) slope_across: Vec<f32>,
    pub(super) slope_east: Vec<f32>,
    pub(super) slope_north: Vec<f32>,
    pub(super) geoid_height: Vec<f32>,
    pub(super) geoid_free_to_mean: Vec<f32>,
    pub(super) dem_height: Vec<f32>,
    pub(super) x_atc: Vec<f64>,
}

impl ReferenceSurface {
    pub(super) fn read(reader: &mut PairReader<'_>) -> Result<Self> {
        Ok(Self {
            ref_pt: whole(&reader.column(&["ref_pt", "corrected_h/ref_pt", "ref_surf/ref_pt"])?),
            longitude: reader.column(&["longitude", "corrected_h/longitude"])?,
            latitude: reader.column(&["latitude", "corrected_h/latitude"])?,
            slope_along: single(&reader.column(&["ref_surf/at_slope"])?),
            slope_across: single(&reader.column(&["ref_surf/xt_slope"])?),
            slope_east: single(&reader.column(&["ref_surf/e_slope"])?),
            slope_north: single(&reader.column(&["ref_surf/n_slope"])?),
            // Releases before 004 have no geoid and no DEM.
            geoid_height: single(&reader.optional(&["ref_surf/geoid_h"])?),
            geoid_free_to_mean: single(&reader.optional(&["ref_surf/geoid_free2mean"])?),
            dem_height: single(&reader.optional(&["ref_surf/dem_h"])?),
            x_atc: reader.column(&["ref_surf/x_atc"])?,
        })
    }
}

/// One row for each reference point and cycle that the selection wants.
pub(super) fn read_heights(
    context: &PairContext<'_>,
    reader: &mut PairReader<'_>,
    surface: &ReferenceSurface,
    report: &mut Atl11Report,
) -> Result<Atl11Columns> {
    let cycles = cycles(context, reader)?;
    report.cycles.extend(&cycles);
    let points = surface.ref_pt.len();
    report.reference_points += points;
    let (found, limit) = (points * cycles.len(), file_limits().segments);
    if found > limit {
        return Err(AltimetryError::TooManySegments { path: context.path.clone(), beam: context.name, found, limit });
    }
    let areas = context.selection.region.as_deref();
    let inside = |point: usize| {
        let place = (surface.longitude[point], surface.latitude[point]);
        areas.is_none_or(|areas| areas.iter().any(|area| area.contains(place.0, place.1)))
    };
    let first = (0..points).find(|&point| inside(point)).unwrap_or(points);
    let last = (first..points).rfind(|&point| inside(point)).map_or(first, |point| point + 1);
    reader.select(first..last);
    let rows: Vec<(usize, i16)> =
        (first..last).flat_map(|point| cycles.iter().map(move |&cycle| (point, cycle))).collect();
    let mut columns = columns(context, reader, surface, &rows, cycles.len())?;
    let keep = wanted(context, &columns.segments);
    columns.retain(&keep);
    Ok(columns)
}

/// Cycles of the columns of a pair's tables.
fn cycles(context: &PairContext<'_>, reader: &PairReader<'_>) -> Result<Vec<i16>> {
    let paths = ["cycle_number", "corrected_h/cycle_number", "cycle_stats/cycle_number"];
    let Some(variable) = reader.find(&paths) else { return Ok(Vec::new()) };
    let failed = |source| AltimetryError::reading(context.path, format!("{}/{}", context.name, paths[0]), source);
    let values = variable.array.read_all().and_then(nunatak_array::Values::into_f64).map_err(failed)?;
    Ok(whole(&values))
}

fn columns(
    context: &PairContext<'_>,
    reader: &mut PairReader<'_>,
    surface: &ReferenceSurface,
    rows: &[(usize, i16)],
    cycles: usize,
) -> Result<Atl11Columns> {
    let mut main = |name: &str| reader.by_cycle(&[name, &format!("corrected_h/{name}")], cycles);
    let (time, height, sigma) = (main("delta_time")?, main("h_corr")?, main("h_corr_sigma")?);
    let (systematic, quality) = (main("h_corr_sigma_systematic")?, main("quality_summary")?);
    let mut of_cycle = |name: &str| reader.by_cycle(&[&format!("cycle_stats/{name}")], cycles);
    let (tide, dac) = (of_cycle("tide_ocean")?, of_cycle("dac")?);
    let (along, across) = (of_cycle("sigma_geo_at")?, of_cycle("sigma_geo_xt")?);
    let count = rows.len();
    let single_of = |values: &[f32]| rows.iter().map(|&(point, _)| values[point]).collect::<Vec<f32>>();
    let double_of = |values: &[f64]| rows.iter().map(|&(point, _)| values[point]).collect::<Vec<f64>>();
    let ref_pt: Vec<i32> = rows.iter().map(|&(point, _)| surface.ref_pt[point]).collect();
    let segments = Segments {
        longitude: double_of(&surface.longitude),
        latitude: double_of(&surface.latitude),
        time: time.iter().map(|&seconds| context.clock.instant(seconds)).collect(),
        height: single(&height),
        height_sigma: single(&sigma),
        sigma_geo: systematic,
        sigma_radial: vec![f32::NAN; count],
        sigma_along: single(&along),
        sigma_across: single(&across),
        sigma_geo_stored: vec![f32::NAN; count],
        sigma_geo_flag: vec![0; count],
        geoid_height: single_of(&surface.geoid_height),
        geoid_free_to_mean: single_of(&surface.geoid_free_to_mean),
        dem_height: single_of(&surface.dem_height),
        tide_ocean: single(&tide),
        dac: single(&dac),
        slope_along: single_of(&surface.slope_along),
        slope_across: single_of(&surface.slope_across),
        quality: flags(&quality),
        segment_id: ref_pt.clone(),
        x_atc: double_of(&surface.x_atc),
        rgt: vec![context.rgt; count],
        cycle: rows.iter().map(|&(_, cycle)| cycle).collect(),
        region: vec![context.region; count],
        pair: vec![context.pair; count],
        beam: vec![0; count],
        spot: vec![0; count],
        strong: vec![0; count],
        orientation: vec![-1; count],
        granule: vec![0; count],
        pass_id: vec![0; count],
        overpass_id: vec![0; count],
    };
    let track = TrackColumns {
        ref_pt,
        track_rgt: vec![context.rgt; count],
        track_pair: vec![context.pair; count],
        slope_east: single_of(&surface.slope_east),
        slope_north: single_of(&surface.slope_north),
        along_track_rss: vec![f32::NAN; count],
    };
    Ok(Atl11Columns { segments, track })
}

/// Which rows the selection wants.
pub(super) fn wanted(context: &PairContext<'_>, segments: &Segments) -> Vec<bool> {
    let good = |row: usize| match context.selection.quality {
        Quality::All => true,
        _ => segments.height[row].is_finite() && segments.quality[row] == 0,
    };
    let inside =
        |row: usize| context.selection.contains(segments.longitude[row], segments.latitude[row], segments.time[row]);
    (0..segments.len()).map(|row| good(row) && inside(row)).collect()
}
