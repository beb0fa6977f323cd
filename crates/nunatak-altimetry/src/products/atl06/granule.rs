//! One granule: its header, and the segments that are wanted.

use nunatak_array::{Region, Values};
use nunatak_format::{Attribute, File, Group, Location, StorageOptions, Variable};

use super::beam_reader::{BeamReader, check_segments};
use super::granule_name::GranuleName;
use super::report::{BeamReport, GranuleReport};
use crate::error::{AltimetryError, Result};
use crate::error_model::{GeolocationInputs, GeolocationSigma, PairSlopes, RADIAL_SIGMA, geolocation_sigma};
use crate::points::{Beam, NOT_A_TIME, Orientation, Quality, Segments, Selection};

/// 2018-01-01T00:00:00 UTC in s since 1970: the epoch of `delta_time`. No leap second has been added since.
const EPOCH_SECONDS: i64 = 1_514_764_800;
/// The same instant in GPS seconds, as granules state it.
const EPOCH_GPS_SECONDS: f64 = 1_198_800_018.0;

/// Most values that are read of a variable about the whole granule: real ones have one for each part of an orbit.
const MOST_HEADER_VALUES: usize = 1000;

/// Opens one granule and reads the segments that the selection wants.
pub(crate) fn read_granule(
    path: &Location,
    options: &StorageOptions,
    selection: &Selection,
) -> Result<(Segments, GranuleReport)> {
    let file = nunatak_format::open_with(path, options)?;
    check_product(&file)?;
    let mut report = describe(&file)?;
    let mut segments = Segments::default();
    for &beam in &Beam::ALL {
        if selection.beams.contains(&beam) {
            let (of_beam, beam_report) = read_beam(&file, beam, selection, &mut report)?;
            segments.append(of_beam);
            report.beams.push(beam_report);
        }
    }
    Ok((segments, report))
}

fn check_product(file: &File) -> Result<()> {
    let product = file.root().attributes.text("short_name").map(str::trim);
    let has_beam = Beam::ALL.iter().any(|beam| file.root().group(beam.name()).is_some());
    let found = match product {
        Some("ATL06") => return Ok(()),
        Some(other) => format!("product {other}"),
        None if has_beam => return Ok(()),
        None => {
            let names = file.root().variables.iter().map(|variable| variable.name.as_str());
            let groups = file.root().groups.iter().map(|group| group.name.as_str());
            let listed: Vec<_> = groups.chain(names).take(6).collect();
            if listed.is_empty() { "an empty file".into() } else { format!("a file with {}", listed.join(", ")) }
        }
    };
    Err(AltimetryError::NotAtl06 { path: file.location().clone(), found })
}

/// Track, cycle, region, release and orientation: from the file itself, else from its name.
fn describe(file: &File) -> Result<GranuleReport> {
    let name = file.location().file_name();
    let parsed = GranuleName::parse(&name);
    let mut report = GranuleReport::new(file.location());
    let tracks = numbers(file, "orbit_info/rgt")?;
    let cycles = numbers(file, "orbit_info/cycle_number")?;
    let (rgt, cycle) = (tracks.first().map(|&value| value as i16), cycles.first().map(|&value| value as i16));
    report.rgt = rgt.or(parsed.as_ref().map(|parsed| parsed.rgt)).unwrap_or(0);
    report.cycle = cycle.or(parsed.as_ref().map(|parsed| parsed.cycle)).unwrap_or(0);
    let region = scalar(file, "ancillary_data/start_region")?.map(|value| value as i8);
    report.region = parsed.as_ref().map(|parsed| parsed.region).or(region).unwrap_or(0);
    let (release, version) = parsed.map(|parsed| (parsed.release, parsed.version)).unzip();
    report.release = text(file, "ancillary_data/release")?.or(release).unwrap_or_default();
    report.version = text(file, "ancillary_data/version")?.or(version).unwrap_or_default();
    orientation(&mut report, &distinct(&numbers(file, "orbit_info/sc_orient")?));
    for (name, values) in [("rgt", distinct(&tracks)), ("cycle_number", distinct(&cycles))] {
        if let [first, _, ..] = values[..] {
            let found = listed(&values);
            report.notes.push(format!("orbit_info/{name} holds {found}: all segments are taken for those of {first}"));
        }
    }
    if report.rgt == 0 {
        report.notes.push("no orbit_info/rgt and no track in the file name: its segments share pass (0, 0)".into());
    }
    match scalar(file, "ancillary_data/atlas_sdp_gps_epoch")? {
        Some(epoch) if epoch != EPOCH_GPS_SECONDS => {
            report
                .notes
                .push(format!("atlas_sdp_gps_epoch is {epoch}, expected {EPOCH_GPS_SECONDS}: times may be off"));
        }
        _ => {}
    }
    Ok(report)
}

/// How the spacecraft flew; while it turned, or where nothing is said, no beam is known to be strong.
fn orientation(report: &mut GranuleReport, codes: &[f64]) {
    report.orientation = match codes {
        [code] => Orientation::from_code(Some(*code)),
        [] => Orientation::Unknown,
        _ => Orientation::Transition,
    };
    let found = match codes {
        [_, _, ..] => format!("holds {}", listed(codes)),
        _ => format!("is {}", report.orientation.code()),
    };
    if matches!(report.orientation, Orientation::Transition | Orientation::Unknown) {
        report.notes.push(format!("sc_orient {found}: strong beams cannot be told"));
    }
}

/// Each value once, in the order in which they come.
fn distinct(values: &[f64]) -> Vec<f64> {
    let mut found: Vec<f64> = Vec::new();
    for value in values {
        if !found.contains(value) {
            found.push(*value);
        }
    }
    found
}

fn listed(values: &[f64]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn read_beam(
    file: &File,
    beam: Beam,
    selection: &Selection,
    report: &mut GranuleReport,
) -> Result<(Segments, BeamReport)> {
    let mut counts = BeamReport { beam, segments: 0, good: 0, kept: 0, sentinels: 0 };
    let Some(group) = land_ice_segments(file, beam) else {
        let present = file.root().group(beam.name()).is_some();
        let absent = if present { "/land_ice_segments" } else { "" };
        report.missing.push(format!("{}{absent}", beam.name()));
        return Ok((Segments::default(), counts));
    };
    let mut reader = BeamReader::new(file.location(), beam, group)?;
    let others: usize = report.beams.iter().map(|beam| beam.segments).sum();
    check_segments(file.location(), beam, others + reader.count())?;
    if reader.never_written() > 0 {
        let (beam, segments) = (beam.name(), reader.never_written());
        report.notes.push(format!("{beam}: {segments} segments are declared and were never written"));
    }
    let mut segments = columns(&mut reader, beam, report)?;
    let good: Vec<bool> = segments.quality.iter().map(|&quality| quality == 0).collect();
    let keep = keep(&mut reader, &segments, selection)?;
    let nowhere = (0..segments.len()).filter(|&i| segments.height[i].is_finite() && !is_place(&segments, i)).count();
    if nowhere > 0 {
        let beam = beam.name();
        report.notes.push(format!("{beam}: {nowhere} segments have a height and no longitude and latitude on Earth"));
    }
    let GeolocationSigma { sigma, flag } = geolocation(file, &mut reader, beam, &segments, &good)?;
    (segments.sigma_geo, segments.sigma_geo_flag) = (sigma, flag);
    report.missing.append(&mut reader.missing);
    counts.segments = segments.len();
    counts.good = good.iter().filter(|&&good| good).count();
    segments.retain(&keep);
    counts.kept = segments.len();
    counts.sentinels = segments.sigma_geo_flag.iter().filter(|&&flag| flag == 1).count();
    Ok((segments, counts))
}

fn land_ice_segments(file: &File, beam: Beam) -> Option<&Group> {
    file.root().group(beam.name())?.group("land_ice_segments")
}

/// Every column but the recomputed error, granule and pass.
fn columns(reader: &mut BeamReader<'_>, beam: Beam, report: &GranuleReport) -> Result<Segments> {
    let count = reader.count();
    let delta_time = reader.f64("delta_time")?;
    let quality = reader.i32("atl06_quality_summary", -1)?;
    Ok(Segments {
        longitude: reader.f64("longitude")?,
        latitude: reader.f64("latitude")?,
        time: delta_time.iter().map(|&seconds| instant(seconds)).collect(),
        height: reader.f32("h_li")?,
        height_sigma: reader.f32("h_li_sigma")?,
        sigma_geo_stored: reader.f32("sigma_geo_h")?,
        geoid_height: reader.f32("dem/geoid_h")?,
        dem_height: reader.f32("dem/dem_h")?,
        tide_ocean: reader.f32("geophysical/tide_ocean")?,
        dac: reader.f32("geophysical/dac")?,
        slope_along: reader.f32("fit_statistics/dh_fit_dx")?,
        slope_across: reader.f32("fit_statistics/dh_fit_dy")?,
        quality: quality.iter().map(|&value| i8::try_from(value).unwrap_or(-1)).collect(),
        segment_id: reader.i32("segment_id", 0)?,
        x_atc: reader.f64("ground_track/x_atc")?,
        rgt: vec![report.rgt; count],
        cycle: vec![report.cycle; count],
        region: vec![report.region; count],
        pair: vec![beam.pair(); count],
        beam: vec![beam.number(); count],
        strong: vec![u8::from(report.orientation.strong(beam.side()).unwrap_or(false)); count],
        orientation: vec![report.orientation.code(); count],
        granule: vec![0; count],
        pass_id: vec![0; count],
        ..Segments::default()
    })
}

/// `delta_time` in s to ns since 1970; missing stays missing.
fn instant(delta_time: f64) -> i64 {
    let nanoseconds = delta_time * 1e9;
    if !nanoseconds.is_finite() || nanoseconds.abs() > 4e18 {
        return NOT_A_TIME;
    }
    EPOCH_SECONDS * 1_000_000_000 + nanoseconds.round() as i64
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
            for &(variable, limit) in limits {
                let values = reader.f64(variable.path())?;
                restrict(&|i| values[i] <= limit);
            }
        }
    }
    Ok(keep)
}

fn geolocation(
    file: &File,
    reader: &mut BeamReader<'_>,
    beam: Beam,
    segments: &Segments,
    good: &[bool],
) -> Result<GeolocationSigma> {
    let left = match land_ice_segments(file, beam.left()) {
        _ if beam == beam.left() => PairSlopes::new(&segments.segment_id, &segments.slope_along),
        Some(group) => {
            let mut left = BeamReader::new(file.location(), beam.left(), group)?;
            PairSlopes::new(&left.i32("segment_id", 0)?, &left.f32("fit_statistics/dh_fit_dx")?)
        }
        None => PairSlopes::default(),
    };
    let radial = reader.optional_f32("ground_track/sigma_geo_r")?;
    let inputs = GeolocationInputs {
        segment_id: &segments.segment_id,
        along: &segments.slope_along,
        across: &segments.slope_across,
        sigma_radial: &radial.unwrap_or_else(|| vec![RADIAL_SIGMA; segments.len()]),
        sigma_along: &reader.f32("ground_track/sigma_geo_at")?,
        sigma_across: &reader.f32("ground_track/sigma_geo_xt")?,
        good,
    };
    Ok(geolocation_sigma(inputs, &left))
}

fn first_value(file: &File, path: &str) -> Result<Option<Values>> {
    let Some(variable) = file.root().variable(path) else { return Ok(None) };
    read(file, variable, path).map(|values| (!values.is_empty()).then_some(values))
}

/// The leading values of a variable that has few: of what a granule says about itself.
fn read(file: &File, variable: &Variable, path: &str) -> Result<Values> {
    let lengths = variable.array.shape().iter().enumerate();
    let few =
        lengths.map(|(axis, &length)| length.min(if axis == 0 { MOST_HEADER_VALUES } else { 1 })).collect::<Vec<_>>();
    let values = variable.array.read(&Region::whole(&few));
    values.map_err(|source| AltimetryError::reading(file.location(), path.into(), source))
}

fn scalar(file: &File, path: &str) -> Result<Option<f64>> {
    Ok(first_value(file, path)?.and_then(|values| Attribute::Numbers(values).as_f64()))
}

fn numbers(file: &File, path: &str) -> Result<Vec<f64>> {
    let values = first_value(file, path)?;
    Ok(values.and_then(|values| values.into_f64().ok()).unwrap_or_default())
}

fn text(file: &File, path: &str) -> Result<Option<String>> {
    Ok(first_value(file, path)?.and_then(|values| match values {
        Values::Bytes { width, data } => {
            let bytes = data.get(..width).unwrap_or(&data);
            Some(String::from_utf8_lossy(bytes).trim_matches([' ', '\0']).to_string())
        }
        Values::Text(texts) => texts.into_iter().next().map(|text| text.trim().to_string()),
        _ => None,
    }))
}
