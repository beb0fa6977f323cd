//! Points located in grids of every kind that many points are located in at once, beside one point at a time: CPU
//! nanoseconds per point of one thread.
//!
//! `cargo bench -p nunatak-grid --bench locate`

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark may stop, and its macros write no docs")]

use std::time::Instant;

use nunatak_grid::{Axis, Crs, Ellipsoid, Grid, HealpixGrid, HealpixOrder, Locator, RectilinearGrid};

/// Points of one piece, as a caller that streams has them.
const PIECE: usize = 4096;
const REPEATS: usize = 5;

fn axis(first: f64, step: f64, length: usize) -> Axis {
    Axis::from_centres((0..length).map(|at| first + step * at as f64).collect()).unwrap()
}

fn rectilinear(crs: &str, x: Axis, y: Axis) -> Grid {
    Grid::Rectilinear(RectilinearGrid::new(Crs::parse(crs).unwrap(), x, y).unwrap())
}

/// Points 20 m apart along tracks that pass within 2 degrees of a pole, as a polar orbit's do.
fn tracks(count: usize, hemisphere: f64) -> (Vec<f64>, Vec<f64>) {
    let per_track = 100_000;
    let point = |at: usize| {
        let (track, along) = (at / per_track, at % per_track);
        let angle = (along as f64 / per_track as f64 - 0.5) * 0.628;
        // A great circle 2 degrees from the pole, turned about it from track to track.
        let (inclination, turn) = (2_f64.to_radians(), 2.399_963 * track as f64);
        let [x, y, z] = [angle.sin(), angle.cos() * inclination.sin(), angle.cos() * inclination.cos()];
        let longitude = (y.atan2(x) + turn).to_degrees().rem_euclid(360.0) - 180.0;
        (longitude, hemisphere * z.asin().to_degrees())
    };
    (0..count).map(point).unzip()
}

/// Nanoseconds that this thread has worked, where Linux tells; else those that have passed.
fn nanoseconds(start: Instant) -> f64 {
    let worked = std::fs::read_to_string("/proc/thread-self/schedstat");
    let worked = worked.ok().and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    worked.unwrap_or_else(|| start.elapsed().as_secs_f64() * 1e9)
}

/// Nanoseconds per point of the fastest run.
fn fastest(points: usize, mut run: impl FnMut()) -> f64 {
    let (start, mut least) = (Instant::now(), f64::INFINITY);
    for _ in 0..REPEATS {
        let before = nanoseconds(start);
        run();
        least = least.min(nanoseconds(start) - before);
    }
    least / points as f64
}

fn main() {
    let healpix = |level, order| Grid::Healpix(HealpixGrid::new(level, order, Ellipsoid::WGS84, None).unwrap());
    let polar = || axis(-3.04e6, 8e3, 761);
    for (name, grid, hemisphere) in [
        ("EPSG:3031, 8 km", rectilinear("EPSG:3031", polar(), polar()), -1.0),
        ("EPSG:3031, 500 m", rectilinear("EPSG:3031", axis(-3.04e6, 5e2, 12_161), axis(-3.04e6, 5e2, 12_161)), -1.0),
        ("EPSG:3413, 8 km", rectilinear("EPSG:3413", polar(), polar()), 1.0),
        ("EPSG:6932, 8 km", rectilinear("EPSG:6932", polar(), polar()), -1.0),
        ("degrees, 0.1", rectilinear("EPSG:4326", axis(-179.95, 0.1, 3600), axis(-89.95, 0.1, 400)), -1.0),
        ("HEALPix 12, nested", healpix(12, HealpixOrder::Nested), -1.0),
        ("HEALPix 12, ring", healpix(12, HealpixOrder::Ring), -1.0),
    ] {
        let (longitude, latitude) = tracks(1_000_000, hemisphere);
        let locator = Locator::new(&grid).unwrap();
        let (mut cells, mut x, mut y) = ([0; PIECE], [0.0; PIECE], [0.0; PIECE]);
        let mut inside = 0;
        let together = fastest(longitude.len(), || {
            inside = 0;
            for (longitude, latitude) in longitude.chunks(PIECE).zip(latitude.chunks(PIECE)) {
                let count = longitude.len();
                let (cells, x, y) = (&mut cells[..count], &mut x[..count], &mut y[..count]);
                locator.locate_batch(longitude, latitude, cells, x, y).unwrap();
                inside += cells.iter().filter(|&&cell| cell != Locator::OUTSIDE).count();
            }
        });
        print!("{name:<20} {together:7.1} ns a point, {:5.1} % inside", 100.0 * inside as f64 / longitude.len() as f64);
        if let Grid::Rectilinear(grid) = &grid {
            let alone = fastest(longitude.len() / 10, || {
                let found = longitude.iter().zip(&latitude).step_by(10).filter(|&(&longitude, &latitude)| {
                    let (x, y) = grid.crs().forward(&[longitude], &[latitude]).unwrap();
                    grid.locate(x[0], y[0]).is_some()
                });
                assert!(found.count() > 0);
            });
            print!("; one at a time {alone:7.1}");
        }
        println!();
    }
}
