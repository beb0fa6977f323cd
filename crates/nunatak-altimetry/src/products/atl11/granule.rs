//! One granule: its header, and the heights and crossovers of its pairs.

use nunatak_format::{File, Location, StorageOptions};

use super::columns::Atl11Columns;
use super::crossovers::read_crossovers;
use super::heights::{ReferenceSurface, read_heights};
use super::pair_reader::{PairContext, PairReader};
use super::report::Atl11Report;
use crate::error::{AltimetryError, Result};
use crate::points::Selection;
use crate::products::file_values::{scalar, text};
use crate::products::gps_time::{GpsClock, USUAL_EPOCH};

/// Pairs of beams and the names of their groups.
pub(super) const PAIRS: [(i8, &str); 3] = [(1, "pt1"), (2, "pt2"), (3, "pt3")];

/// Heights and crossovers of one granule.
pub(super) fn read_granule(
    path: &Location,
    options: &StorageOptions,
    selection: &Selection,
) -> Result<(Atl11Columns, Atl11Columns, Atl11Report)> {
    let file = nunatak_format::open_with(path, options)?;
    check_product(&file)?;
    let (mut report, clock) = describe(&file)?;
    let (mut heights, mut crossovers) = (Atl11Columns::default(), Atl11Columns::default());
    for (pair, name) in PAIRS {
        if !selection.beams.iter().any(|beam| beam.pair() == pair) {
            continue;
        }
        let Some(group) = file.root().group(name) else {
            report.missing.push(name.into());
            continue;
        };
        let context = PairContext { path, pair, name, rgt: report.rgt, region: report.region, clock, selection };
        let points = PairReader::new(path, name, group, 0).find(&["latitude", "corrected_h/latitude"]);
        let points = points.map_or(0, |variable| variable.array.len());
        let mut reader = PairReader::new(path, name, group, points);
        let surface = ReferenceSurface::read(&mut reader)?;
        heights.append(read_heights(&context, &mut reader, &surface, &mut report)?);
        report.missing.append(&mut reader.missing);
        crossovers.append(read_crossovers(&context, group, &surface, &mut report)?);
    }
    report.cycles.sort_unstable();
    report.cycles.dedup();
    (report.heights, report.kept_crossovers) = (heights.segments.len(), crossovers.segments.len());
    Ok((heights, crossovers, report))
}

fn check_product(file: &File) -> Result<()> {
    let product = file.root().attributes.text("short_name").map(str::trim);
    let has_pair = PAIRS.iter().any(|(_, name)| file.root().group(name).is_some());
    let found = match product {
        Some("ATL11") => return Ok(()),
        None if has_pair => return Ok(()),
        Some(other) => format!("product {other}"),
        None => "a file without these groups".into(),
    };
    Err(AltimetryError::NotAtl11 { path: file.location().clone(), found })
}

/// Track, region, release and epoch: from the file itself, else from its name.
fn describe(file: &File) -> Result<(Atl11Report, GpsClock)> {
    let mut report = Atl11Report::new(file.location());
    let name = file.location().file_name();
    let parts: Vec<&str> =
        name.find("ATL11_").and_then(|at| name[at..].split('.').next()).unwrap_or("").split('_').collect();
    let digits = |part: usize, length: usize| {
        parts.get(part).filter(|text| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let track = digits(1, 6);
    let stated = PAIRS.iter().find_map(|(_, name)| file.root().group(name)?.attributes.number("ReferenceGroundTrack"));
    let stated = stated.or(scalar(file, "ancillary_data/start_rgt")?).filter(|rgt| (1.0..=9999.0).contains(rgt));
    report.rgt = stated.map(|rgt| rgt as i16).or(track.and_then(|text| text[..4].parse().ok())).unwrap_or(0);
    let region = scalar(file, "ancillary_data/start_region")?.map(|region| region as i8);
    report.region = track.and_then(|text| text[4..].parse().ok()).or(region).unwrap_or(0);
    let release = digits(3, 3).map(ToString::to_string);
    report.release = text(file, "ancillary_data/release")?.or(release).unwrap_or_default();
    let version = digits(4, 2).map(ToString::to_string);
    report.version = text(file, "ancillary_data/version")?.or(version).unwrap_or_default();
    if report.rgt == 0 {
        report.notes.push("no reference ground track in the file or its name: its passes are not known".into());
    }
    let epoch = scalar(file, "ancillary_data/atlas_sdp_gps_epoch")?.filter(|epoch| epoch.is_finite());
    Ok((report, GpsClock::since(epoch.unwrap_or(USUAL_EPOCH))))
}
