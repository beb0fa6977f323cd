//! Many granules, read in parallel.

use nunatak_format::{Location, StorageOptions};
use nunatak_parallel::carried;
use rayon::prelude::*;

use super::duplicates::count_once;
use super::granule::read_granule;
use super::report::GranuleReport;
use crate::points::{Segments, Selection};

/// Reads granules in parallel: their segments one granule after the other in the order of the paths, and one report per
/// path. A granule that cannot be read gives no segment and a report with its problem. A granule given more than once
/// counts once: of several releases and versions the newest, and of segments that are in several files those of the first;
/// the reports say what was left out.
pub fn read_granules(paths: &[Location], selection: &Selection) -> (Segments, Vec<GranuleReport>) {
    read_granules_with(paths, &StorageOptions::default(), selection)
}

/// As [`read_granules`], from stores that are reached with these options.
pub fn read_granules_with(
    paths: &[Location],
    options: &StorageOptions,
    selection: &Selection,
) -> (Segments, Vec<GranuleReport>) {
    let read_one = carried(|path| (path, read_granule(path, options, selection)));
    let read = || paths.par_iter().map(&read_one).collect();
    let read: Vec<_> = match waiting_threads(paths) {
        Some(pool) => pool.install(read),
        None => read(),
    };
    let failed = |path: &Location, problem| GranuleReport { problem: Some(problem), ..GranuleReport::new(path) };
    let mut granules: Vec<_> = read
        .into_iter()
        .map(|(path, result)| result.unwrap_or_else(|problem| (Segments::default(), failed(path, problem))))
        .collect();
    count_once(&mut granules);
    let mut segments = Segments::default();
    let mut reports = Vec::with_capacity(paths.len());
    for (index, (mut of_granule, report)) in granules.into_iter().enumerate() {
        of_granule.granule.fill(index as i32);
        of_granule.number_passes();
        of_granule.keep_columns(|name| is_always_there(name) || selection.wants(name));
        segments.append(of_granule);
        reports.push(report);
    }
    (segments, reports)
}

/// Whether a column is there though it was not asked for.
fn is_always_there(name: &str) -> bool {
    matches!(name, "longitude" | "latitude" | "time" | "height" | "granule" | "pass_id" | "overpass_id")
}

/// Granules of a store that are read side by side: their threads wait for answers most of the time.
const REMOTE_GRANULES: usize = 16;

/// More threads than there are cores, where some granule is remote.
fn waiting_threads(paths: &[Location]) -> Option<rayon::ThreadPool> {
    let remote = paths.iter().filter(|path| !path.is_local()).count();
    let threads = remote.min(REMOTE_GRANULES).max(rayon::current_num_threads());
    (remote > 0).then(|| rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok()).flatten()
}
