//! The segments of one beam that are wanted.

use nunatak_format::File;

use super::beam_reader::BeamReader;
use super::geolocation::geolocation;
use super::report::{BeamReport, GranuleReport};
use super::rows::Rows;
use crate::error::Result;
use crate::points::{Beam, Quality, Segments, Selection};
use crate::products::gps_time::GpsClock;

/// Columns of the errors of geolocation.
const ERROR_COLUMNS: [&str; 5] = ["sigma_geo", "sigma_geo_flag", "sigma_radial", "sigma_along", "sigma_across"];

/// What was read of one beam.
pub(super) struct BeamRead {
    pub(super) segments: Segments,
    pub(super) report: BeamReport,
    pub(super) missing: Vec<String>,
    pub(super) notes: Vec<String>,
}

/// Reads the wanted segments of a beam: where and when first, then the other columns of the rows that are left.
pub(super) fn read_beam(
    file: &File,
    beam: Beam,
    mut reader: BeamReader<'_>,
    selection: &Selection,
    granule: &GranuleReport,
    clock: GpsClock,
) -> Result<BeamRead> {
    let mut notes = Vec::new();
    if reader.never_written() > 0 {
        let (beam, segments) = (beam.name(), reader.never_written());
        notes.push(format!("{beam}: {segments} segments are declared and were never written"));
    }
    let quality = quality_summary(&mut reader)?;
    let rows = rows_inside(&mut reader, selection, clock)?;
    reader.select(rows.clone());
    let mut segments = columns(&mut reader, beam, selection, granule, clock)?;
    segments.quality = rows.of(&quality);
    let keep = keep(&mut reader, &segments, selection)?;
    let nowhere = (0..segments.len()).filter(|&i| segments.height[i].is_finite() && !is_place(&segments, i)).count();
    if nowhere > 0 {
        let beam = beam.name();
        notes.push(format!("{beam}: {nowhere} segments have a height and no longitude and latitude on Earth"));
    }
    if ERROR_COLUMNS.iter().any(|column| selection.wants(column)) {
        geolocation(file, beam, &mut reader, &mut segments, (&quality, &keep), &granule.release)?;
    }
    let mut report = BeamReport { beam, segments: reader.written(), good: 0, kept: 0, sentinels: 0 };
    report.good = quality.iter().filter(|&&quality| quality == 0).count();
    segments.retain(&keep);
    report.kept = segments.len();
    report.sentinels = segments.sigma_geo_flag.iter().filter(|&&flag| flag == 1).count();
    Ok(BeamRead { segments, report, missing: reader.missing, notes })
}

/// The quality summary of all segments of the file, -1 where there is none.
fn quality_summary(reader: &mut BeamReader<'_>) -> Result<Vec<i8>> {
    let quality = reader.i32("atl06_quality_summary", -1)?;
    Ok(quality.iter().map(|&value| i8::try_from(value).unwrap_or(-1)).collect())
}

/// The rows that may lie inside the region and the span of time: latitudes of all, longitudes only where the latitude fits.
fn rows_inside(reader: &mut BeamReader<'_>, selection: &Selection, clock: GpsClock) -> Result<Rows> {
    let mut rows = Rows::all(reader.written());
    if let Some(areas) = &selection.region {
        let latitude = reader.f64("latitude")?;
        let reached: Vec<_> =
            latitude.iter().map(|&latitude| areas.iter().any(|area| area.reaches(latitude))).collect();
        rows = rows.around(&reached);
        reader.select(rows.clone());
        let places = reader.f64("longitude")?.into_iter().zip(rows.of(&latitude));
        let inside: Vec<_> =
            places.map(|(longitude, latitude)| areas.iter().any(|area| area.contains(longitude, latitude))).collect();
        rows = rows.around(&inside);
    }
    if let Some((first, last)) = selection.time {
        reader.select(rows.clone());
        let times = reader.f64("delta_time")?;
        let inside: Vec<_> = times.iter().map(|&time| (first..=last).contains(&clock.instant(time))).collect();
        rows = rows.around(&inside);
    }
    Ok(rows)
}

/// Every wanted column but quality, the errors of geolocation, granule and pass.
fn columns(
    reader: &mut BeamReader<'_>,
    beam: Beam,
    selection: &Selection,
    granule: &GranuleReport,
    clock: GpsClock,
) -> Result<Segments> {
    let count = reader.count();
    let delta_time = reader.f64("delta_time")?;
    let for_sigma = selection.wants("sigma_geo") || selection.wants("sigma_geo_flag");
    let mut f32 = |column: &str, name: &str| match selection.wants(column) || (for_sigma && column.starts_with("slope"))
    {
        true => reader.f32(name),
        false => Ok(Vec::new()),
    };
    let height_sigma = f32("height_sigma", "h_li_sigma")?;
    let sigma_geo_stored = f32("sigma_geo_stored", "sigma_geo_h")?;
    let geoid_height = f32("geoid_height", "dem/geoid_h")?;
    let dem_height = f32("dem_height", "dem/dem_h")?;
    let tide_ocean = f32("tide_ocean", "geophysical/tide_ocean")?;
    let dac = f32("dac", "geophysical/dac")?;
    let slope_along = f32("slope_along", "fit_statistics/dh_fit_dx")?;
    let slope_across = f32("slope_across", "fit_statistics/dh_fit_dy")?;
    let x_atc = if selection.wants("x_atc") { reader.f64("ground_track/x_atc")? } else { Vec::new() };
    // Releases before 004 do not have it, so that its absence is nothing to list.
    let free_to_mean = match selection.wants("geoid_free_to_mean") {
        true => reader.optional_f32("dem/geoid_free2mean")?.unwrap_or_else(|| vec![f32::NAN; count]),
        false => Vec::new(),
    };
    Ok(Segments {
        longitude: reader.f64("longitude")?,
        latitude: reader.f64("latitude")?,
        time: delta_time.iter().map(|&seconds| clock.instant(seconds)).collect(),
        height: reader.f32("h_li")?,
        height_sigma,
        sigma_geo_stored,
        geoid_height,
        geoid_free_to_mean: free_to_mean,
        dem_height,
        tide_ocean,
        dac,
        slope_along,
        slope_across,
        segment_id: reader.i32("segment_id", 0)?,
        x_atc,
        rgt: vec![granule.rgt; count],
        cycle: vec![granule.cycle; count],
        region: vec![granule.region; count],
        pair: vec![beam.pair(); count],
        beam: vec![beam.number(); count],
        spot: vec![granule.orientation.spot(beam); count],
        strong: vec![u8::from(granule.orientation.strong(beam.side()).unwrap_or(false)); count],
        orientation: vec![granule.orientation.code(); count],
        granule: vec![0; count],
        ..Segments::default()
    })
}

/// Whether a segment lies somewhere on Earth.
fn is_place(segments: &Segments, index: usize) -> bool {
    segments.latitude[index].abs() <= 90.0 && segments.longitude[index].abs() <= 360.0
}

fn keep(reader: &mut BeamReader<'_>, segments: &Segments, selection: &Selection) -> Result<Vec<bool>> {
    let places = segments.longitude.iter().zip(&segments.latitude).zip(&segments.time);
    let mut keep: Vec<bool> =
        places.map(|((&longitude, &latitude), &time)| selection.contains(longitude, latitude, time)).collect();
    let mut restrict = |test: &dyn Fn(usize) -> bool| {
        keep.iter_mut().enumerate().for_each(|(index, keep)| *keep = *keep && test(index));
    };
    match &selection.quality {
        Quality::All => {}
        Quality::SummaryZero => {
            restrict(&|i| segments.height[i].is_finite() && segments.quality[i] == 0 && is_place(segments, i));
        }
        Quality::Limits(limits) => {
            restrict(&|i| segments.height[i].is_finite() && is_place(segments, i));
            for limit in limits {
                let values = reader.f64(limit.variable.path())?;
                restrict(&|i| limit.admits(values[i]));
            }
        }
    }
    Ok(keep)
}
