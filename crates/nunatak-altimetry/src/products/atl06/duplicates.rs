//! Granules that are given more than once, and versions that newer ones replace.

use std::collections::{BTreeMap, HashSet};

use super::report::GranuleReport;
use crate::points::{NOT_A_TIME, Segments};

/// A granule and its report.
type Granule = (Segments, GranuleReport);

/// Leaves every segment once. A granule is known by its track, cycle and region: of several releases and versions of one the
/// newest stays. What is left of the same segments (copies, subsets that overlap) counts in the first file that has it.
pub(super) fn count_once(granules: &mut [Granule]) {
    let mut same: BTreeMap<(i16, i16, i8), Vec<usize>> = BTreeMap::new();
    for (index, (_, report)) in granules.iter().enumerate().filter(|(_, (_, report))| report.problem.is_none()) {
        same.entry((report.rgt, report.cycle, report.region)).or_default().push(index);
    }
    for ((rgt, cycle, region), mut members) in same.into_iter().filter(|(_, members)| members.len() > 1) {
        members.sort_by_key(|&index| std::cmp::Reverse(age(&granules[index].1)));
        if rgt > 0 && cycle > 0 && region > 0 {
            members = drop_older(granules, &members);
        }
        drop_repeated(granules, &members);
    }
}

/// Release and version as numbers, so that newer is more.
fn age(report: &GranuleReport) -> (u32, u32) {
    (report.release.parse().unwrap_or(0), report.version.parse().unwrap_or(0))
}

fn name(report: &GranuleReport) -> String {
    report.path.file_name()
}

/// Empties the granules that are older than the first; those of its age are returned.
fn drop_older(granules: &mut [Granule], members: &[usize]) -> Vec<usize> {
    let Some(&first) = members.first() else { return Vec::new() };
    let newest = age(&granules[first].1);
    let replaced_by = format!(
        "replaced by {} (release {}, version {}): none of its segments counts",
        name(&granules[first].1),
        granules[first].1.release,
        granules[first].1.version
    );
    let (kept, older): (Vec<usize>, Vec<usize>) = members.iter().partition(|&&index| age(&granules[index].1) == newest);
    for index in older {
        let (segments, report) = &mut granules[index];
        retain(segments, report, &vec![false; segments.len()]);
        report.notes.push(replaced_by.clone());
    }
    kept
}

/// Takes out of each granule the segments that one before it has.
fn drop_repeated(granules: &mut [Granule], members: &[usize]) {
    let mut seen = HashSet::new();
    let mut first = String::new();
    for &index in members {
        let (segments, report) = &mut granules[index];
        let keys: Vec<_> =
            (0..segments.len()).map(|i| (segments.beam[i], segments.segment_id[i], segments.time[i])).collect();
        let is_known = |key: &(i8, i32, i64)| key.1 != 0 || key.2 != NOT_A_TIME;
        let keep: Vec<bool> = keys.iter().map(|key| !(is_known(key) && seen.contains(key))).collect();
        let repeated = keep.iter().filter(|&&keep| !keep).count();
        if repeated > 0 {
            retain(segments, report, &keep);
            report.notes.push(format!("{repeated} segments are in {first} too, and count once"));
        }
        if first.is_empty() {
            first = name(report);
        }
        seen.extend(keys);
    }
}

/// Keeps the segments whose flag is true, and counts them anew.
fn retain(segments: &mut Segments, report: &mut GranuleReport, keep: &[bool]) {
    segments.retain(keep);
    for beam in &mut report.beams {
        let own = |index: &usize| segments.beam[*index] == beam.beam.number();
        beam.kept = (0..segments.len()).filter(own).count();
        beam.sentinels =
            (0..segments.len()).filter(own).filter(|&index| segments.sigma_geo_flag.get(index) == Some(&1)).count();
    }
}

#[cfg(test)]
mod tests {
    use nunatak_format::Location;

    use super::*;
    use crate::points::Beam;
    use crate::products::atl06::BeamReport;

    /// A granule with segments of these numbers on its first beam.
    fn granule(name: &str, region: i8, version: (&str, &str), ids: &[i32]) -> Granule {
        let count = ids.len();
        let mut segments = Segments {
            segment_id: ids.to_vec(),
            beam: vec![1; count],
            time: ids.iter().map(|&id| i64::from(id)).collect(),
            height: vec![0.0; count],
            sigma_geo_flag: vec![0; count],
            ..Segments::default()
        };
        segments.granule = vec![0; count];
        let beams = vec![BeamReport { beam: Beam::Gt1l, segments: count, good: count, kept: count, sentinels: 0 }];
        let mut report = GranuleReport::new(&Location::from(std::path::PathBuf::from(name)));
        (report.rgt, report.cycle, report.region, report.beams) = (5, 3, region, beams);
        (report.release, report.version) = (version.0.into(), version.1.into());
        (segments, report)
    }

    fn counts(granules: &[Granule]) -> Vec<usize> {
        granules
            .iter()
            .map(|(segments, report)| (segments.len(), report.beams[0].kept))
            .map(|(len, kept)| {
                assert_eq!(len, kept);
                len
            })
            .collect()
    }

    #[test]
    fn the_newest_version_replaces_the_others_in_any_order() {
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let all = [("a", ("002", "02")), ("b", ("003", "01")), ("c", ("002", "10"))];
            let mut granules: Vec<_> =
                order.iter().map(|&at: &usize| granule(all[at].0, 3, all[at].1, &[1, 2, 3])).collect();
            count_once(&mut granules);
            let expected: Vec<_> = order.iter().map(|&at| if at == 1 { 3 } else { 0 }).collect();
            assert_eq!(counts(&granules), expected);
            let notes: Vec<_> = granules.iter().flat_map(|granule| &granule.1.notes).collect();
            assert!(notes.len() == 2 && notes.iter().all(|note| note.contains("replaced by b")), "{notes:?}");
        }
    }

    #[test]
    fn segments_of_copies_and_overlapping_subsets_count_once() {
        let version = ("003", "01");
        let mut granules = vec![
            granule("a", 3, version, &[1, 2, 3]),
            granule("b", 3, version, &[3, 4]),
            granule("c", 3, version, &[1, 2, 3]),
            granule("other region", 4, version, &[1, 2, 3]),
        ];
        count_once(&mut granules);
        assert_eq!(counts(&granules), [3, 1, 0, 3]);
        assert_eq!(granules[1].1.notes, ["1 segments are in a too, and count once"]);
    }

    #[test]
    fn regions_that_are_unknown_are_not_taken_for_one() {
        let mut granules = vec![granule("a", 0, ("002", "01"), &[1, 2]), granule("b", 0, ("003", "01"), &[2, 7])];
        count_once(&mut granules);
        assert_eq!(counts(&granules), [1, 2]);
    }
}
