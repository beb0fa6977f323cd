//! Times of weights, for a look: `cargo test --release -p nunatak-regrid --lib speed -- --ignored --nocapture`.

use std::time::Instant;

use nunatak_grid::{Crs, Ellipsoid, Grid, HealpixGrid, HealpixOrder, RectilinearGrid};

use super::grids;
use crate::{Method, Neighbours, Weights};

fn on_wgs84(grid: Grid) -> Grid {
    let grid = grid.rectilinear().unwrap();
    let crs = Crs::Geographic(Ellipsoid::WGS84);
    Grid::Rectilinear(RectilinearGrid::new(crs, grid.x().clone(), grid.y().clone()).unwrap())
}

/// Seconds of all threads, on Linux.
fn processor_time() -> f64 {
    let line = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    line.split(' ').skip(13).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

#[test]
#[ignore = "prints times, checks nothing"]
fn times_of_weights() {
    let healpix =
        |level| HealpixGrid::new(level, HealpixOrder::Nested, Ellipsoid::WGS84, None).map(Grid::Healpix).unwrap();
    let pairs = [
        ("(c) 3031 8 km -> 0.5 deg", grids::polar(8e3, 761), on_wgs84(grids::global(360, 720))),
        ("(d) 0.25 deg -> hp256", on_wgs84(grids::global(720, 1440)), healpix(8)),
        ("hp256 -> 1 deg", healpix(8), on_wgs84(grids::global(180, 360))),
        ("icos120 nodes -> 1 deg", grids::triangles(120), grids::global(180, 360)),
        ("rot362 -> 1 deg", grids::rotated(292, 362), grids::global(180, 360)),
    ];
    for (name, source, target) in &pairs {
        for method in [
            Method::Bilinear,
            Method::Patch,
            Method::Nearest,
            Method::NearestTarget,
            Method::InverseDistance(Neighbours::default()),
        ] {
            let best = (0..3)
                .map(|_| {
                    let (start, before) = (Instant::now(), processor_time());
                    let weights = Weights::new(source, target, method).unwrap();
                    (start.elapsed().as_secs_f64(), processor_time() - before, weights.cells().len())
                })
                .min_by(|a, b| a.0.total_cmp(&b.0))
                .unwrap();
            println!("{name} {method}: {:.3} s ({:.2} s of processors), {} entries", best.0, best.1, best.2);
        }
    }
}
