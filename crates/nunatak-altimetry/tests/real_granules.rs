//! Real granules: counts stated by h5py, and the recomputed geolocation error against the stored one.
//! The data are found through `NUNATAK_DATA` or `../shared/data` beside the repository; without them the test says so.

use std::path::PathBuf;

use nunatak_altimetry::{Quality, Selection, pass_number, read_granules};
use nunatak_format::Location;

/// File name, segments, good segments (counted with h5py).
const GRANULES: [(&str, usize, usize); 8] = [
    ("ATL06_20181013235645_02340114_209_01.h5", 1522, 81),
    ("ATL06_20181014001049_02350102_003_01.h5", 4088, 851),
    ("processed_ATL06_20181015100401_02560110_003_01.h5", 520, 226),
    ("processed_ATL06_20190416093911_02770303_002_01.h5", 9171, 1593),
    ("processed_ATL06_20190424092231_03990303_002_01.h5", 832, 2),
    ("processed_ATL06_20190613065109_11610303_002_01.h5", 17140, 17058),
    ("processed_ATL06_20190613193602_11690305_002_01.h5", 3447, 3361),
    ("processed_ATL06_20190621191922_12910305_002_01.h5", 1065, 0),
];

fn paths() -> Option<Vec<Location>> {
    let root = std::env::var_os("NUNATAK_DATA").map(PathBuf::from);
    let root = root.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    let paths: Vec<_> = GRANULES.iter().map(|(name, ..)| root.join("atl06").join(name)).collect();
    if paths.iter().all(|path| path.exists()) {
        return Some(paths.into_iter().map(Location::from).collect());
    }
    eprintln!("SKIPPED: no real granules under {}; set NUNATAK_DATA", root.display());
    None
}

#[test]
fn counts_and_geolocation_errors() {
    let Some(paths) = paths() else { return };
    let (segments, reports) = read_granules(&paths, &Selection { quality: Quality::All, ..Selection::default() });
    for ((name, expected, good), report) in GRANULES.iter().zip(&reports) {
        assert!(report.problem.is_none(), "{name}: {:?}", report.problem);
        let sum = |of: fn(&nunatak_altimetry::BeamReport) -> usize| report.beams.iter().map(of).sum::<usize>();
        assert_eq!((sum(|beam| beam.segments), sum(|beam| beam.good)), (*expected, *good), "{name}");
        assert_eq!(sum(|beam| beam.kept), *expected, "{name}");
    }
    let mut compared = 0;
    for index in 0..segments.len() {
        let released = reports[segments.granule[index] as usize].release != "209";
        if released && segments.quality[index] == 0 && segments.sigma_geo_flag[index] == 0 {
            let difference = segments.sigma_geo[index] - f64::from(segments.sigma_geo_stored[index]);
            assert!(difference.abs() < 1e-4, "segment {index}: {difference}");
            compared += 1;
        }
    }
    assert_eq!(compared, 21_497);
}

#[test]
fn default_selection_keeps_the_good_segments() {
    let Some(paths) = paths() else { return };
    let (segments, reports) = read_granules(&paths, &Selection::default());
    assert_eq!(segments.len(), GRANULES.iter().map(|granule| granule.2).sum::<usize>());
    assert!(segments.height.iter().all(|height| height.is_finite()));
    assert!(segments.sigma_geo.iter().all(|sigma| sigma.is_finite() && *sigma >= 0.29));
    assert_eq!(reports[6].missing.iter().filter(|name| name.starts_with("gt1")).count(), 2);
    for index in 0..segments.len() {
        let expected = pass_number(segments.rgt[index], segments.cycle[index], segments.pair[index]);
        assert_eq!(segments.pass_id[index], expected);
    }
}
