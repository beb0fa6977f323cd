//! What a granule says about itself: track, cycle, release, orientation, and the epoch of its times.

use nunatak_format::File;

use super::granule_name::GranuleName;
use super::report::GranuleReport;
use crate::error::{AltimetryError, Result};
use crate::points::{Beam, Orientation};
use crate::products::file_values::{distinct, listed, numbers, scalar, text};
use crate::products::gps_time::{GpsClock, USUAL_EPOCH};

/// Fails for a file of another product.
pub(super) fn check_product(file: &File) -> Result<()> {
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

/// Track, cycle, region, release and orientation: from the file itself, else from its name; and its clock.
pub(super) fn describe(file: &File) -> Result<(GranuleReport, GpsClock)> {
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
    let epoch = scalar(file, "ancillary_data/atlas_sdp_gps_epoch")?.filter(|epoch| epoch.is_finite());
    if let Some(epoch) = epoch.filter(|&epoch| epoch != USUAL_EPOCH) {
        let text = format!("atlas_sdp_gps_epoch is {epoch} and not {USUAL_EPOCH} as usual: times count from it");
        report.notes.push(text);
    }
    Ok((report, GpsClock::since(epoch.unwrap_or(USUAL_EPOCH))))
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
