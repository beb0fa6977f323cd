//! Many granules, read in parallel.

use std::collections::{BTreeMap, HashSet};

use nunatak_format::{Location, StorageOptions};
use nunatak_parallel::carried;
use rayon::prelude::*;

use super::columns::Atl11Columns;
use super::granule::read_granule;
use super::report::Atl11Report;
use crate::points::Selection;

/// Heights, crossovers and report of one granule.
type Granule = (Atl11Columns, Atl11Columns, Atl11Report);

/// Reads ATL11 granules in parallel: the heights at their reference points, one for each cycle, their crossovers, and one
/// report per path. Limits of quality other than the product's summary are not known here, and count as the summary.
///
/// Of granules of one track and region that are given in several releases, versions or ranges of cycles, a height of a
/// reference point and a cycle counts once, that of the newest.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{Selection, read_atl11};
///
/// let (heights, crossovers, reports) = read_atl11(&[], &Default::default(), &Selection::default());
/// assert!(heights.segments.is_empty() && crossovers.segments.is_empty() && reports.is_empty());
/// ```
pub fn read_atl11(
    paths: &[Location],
    options: &StorageOptions,
    selection: &Selection,
) -> (Atl11Columns, Atl11Columns, Vec<Atl11Report>) {
    let read_one = carried(|path| (path, read_granule(path, options, selection)));
    let read: Vec<_> = paths.par_iter().map(&read_one).collect();
    let failed = |path: &Location, problem| {
        let report = Atl11Report { problem: Some(problem), ..Atl11Report::new(path) };
        (Atl11Columns::default(), Atl11Columns::default(), report)
    };
    let mut granules: Vec<Granule> =
        read.into_iter().map(|(path, result)| result.unwrap_or_else(|problem| failed(path, problem))).collect();
    count_once(&mut granules);
    let (mut heights, mut crossovers, mut reports) = (Atl11Columns::default(), Atl11Columns::default(), Vec::new());
    for (index, (mut of_points, mut of_crossovers, report)) in granules.into_iter().enumerate() {
        for columns in [&mut of_points, &mut of_crossovers] {
            columns.segments.granule.fill(index as i32);
            columns.segments.number_passes();
        }
        heights.append(of_points);
        crossovers.append(of_crossovers);
        reports.push(report);
    }
    (heights, crossovers, reports)
}

/// What one height is the height of: the reference point and who flew over it, and when.
type Key = (i32, i8, i16, i16, i64);

fn count_once(granules: &mut [Granule]) {
    let mut same: BTreeMap<(i16, i8), Vec<usize>> = BTreeMap::new();
    for (index, (.., report)) in granules.iter().enumerate().filter(|(_, (.., report))| report.rgt > 0) {
        same.entry((report.rgt, report.region)).or_default().push(index);
    }
    for mut members in same.into_values().filter(|members| members.len() > 1) {
        members.sort_by_key(|&index| std::cmp::Reverse(granules[index].2.age()));
        let (mut heights, mut crossovers) = (HashSet::new(), HashSet::new());
        for index in members {
            let (of_points, of_crossovers, report) = &mut granules[index];
            let dropped = drop_seen(of_points, &mut heights, false) + drop_seen(of_crossovers, &mut crossovers, true);
            if dropped > 0 {
                report.notes.push(format!("{dropped} heights are in a newer granule too, and count once"));
            }
            (report.heights, report.kept_crossovers) = (of_points.segments.len(), of_crossovers.segments.len());
        }
    }
}

/// Takes out the rows whose key was seen in a granule before, and remembers the others.
fn drop_seen(columns: &mut Atl11Columns, seen: &mut HashSet<Key>, by_time: bool) -> usize {
    let (segments, track) = (&columns.segments, &columns.track);
    let key = |row: usize| {
        // The same crossing has times that differ by rounding from release to release.
        let minute = if by_time { segments.time[row].div_euclid(60_000_000_000) } else { 0 };
        (track.ref_pt[row], track.track_pair[row], segments.rgt[row], segments.cycle[row], minute)
    };
    let keys: Vec<Key> = (0..segments.len()).map(key).collect();
    let keep: Vec<bool> = keys.iter().map(|key| !seen.contains(key)).collect();
    columns.retain(&keep);
    seen.extend(keys);
    keep.iter().filter(|&&keep| !keep).count()
}
