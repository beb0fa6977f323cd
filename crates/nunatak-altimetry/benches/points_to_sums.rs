//! From longitude, latitude and height to exact sums per cell and pass: CPU nanoseconds per point of one thread.
//!
//! `cargo bench -p nunatak-altimetry --bench points_to_sums`

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark may stop, and its macros write no docs")]

use std::time::Instant;

use nunatak_altimetry::{PointBatch, SumsByKey, Unit};
use nunatak_grid::{Axis, Crs, Grid, Locator, RectilinearGrid};

const POINTS: usize = 4_000_000;
/// Points that are located and summed while they are in the cache.
const PIECE: usize = 1024;
const REPEATS: usize = 5;
/// Columns of all statistics with their uncertainties, about.
const MANY: usize = 24;

fn polar(spacing: f64) -> Grid {
    let length = (6.08e6 / spacing) as usize + 1;
    let axis = || Axis::from_centres((0..length).map(|at| spacing * at as f64 - 3.04e6).collect()).unwrap();
    Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:3031").unwrap(), axis(), axis()).unwrap())
}

/// Points 20 m apart along tracks that pass within 2 degrees of the south pole.
fn tracks() -> (Vec<f64>, Vec<f64>) {
    let per_track = 100_000;
    let point = |at: usize| {
        let (track, along) = (at / per_track, at % per_track);
        let angle = (along as f64 / per_track as f64 - 0.5) * 0.628;
        let (inclination, turn) = (2_f64.to_radians(), 2.399_963 * track as f64);
        let [x, y, z] = [angle.sin(), angle.cos() * inclination.sin(), angle.cos() * inclination.cos()];
        ((y.atan2(x) + turn).to_degrees().rem_euclid(360.0) - 180.0, -z.asin().to_degrees())
    };
    (0..POINTS).map(point).unzip()
}

/// Nanoseconds that this thread has worked, where Linux tells; else those that have passed.
fn nanoseconds(start: Instant) -> f64 {
    let worked = std::fs::read_to_string("/proc/thread-self/schedstat");
    let worked = worked.ok().and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    worked.unwrap_or_else(|| start.elapsed().as_secs_f64() * 1e9)
}

/// Prints the nanoseconds per point of the fastest run.
fn report(name: &str, mut run: impl FnMut() -> usize) {
    let (start, mut least, mut keys) = (Instant::now(), f64::INFINITY, 0);
    for _ in 0..REPEATS {
        let before = nanoseconds(start);
        keys = run();
        least = least.min(nanoseconds(start) - before);
    }
    println!("{name:<48} {:7.1} ns a point, {keys} cells and passes", least / POINTS as f64);
}

/// Points located and their columns summed, piece by piece.
fn aggregated<const COLUMNS: usize>(
    locator: &Locator<'_>,
    (longitude, latitude, height): (&[f64], &[f64], &[f64]),
    passes: &[i64],
) -> SumsByKey<COLUMNS> {
    let mut sums = SumsByKey::new([Unit::two_to(-50); COLUMNS]);
    let (mut cells, mut x, mut y) = ([0; PIECE], [0.0; PIECE], [0.0; PIECE]);
    let mut columns = [[0.0; PIECE]; COLUMNS];
    for start in (0..longitude.len()).step_by(PIECE) {
        let end = (start + PIECE).min(longitude.len());
        let count = end - start;
        let (cells, x, y) = (&mut cells[..count], &mut x[..count], &mut y[..count]);
        locator.locate_batch(&longitude[start..end], &latitude[start..end], cells, x, y).unwrap();
        for (at, column) in columns.iter_mut().enumerate() {
            let values = column.iter_mut().zip(&height[start..end]).zip(x.iter());
            match at {
                0 => values.for_each(|((value, &height), _)| *value = height),
                1 => values.for_each(|((value, &height), _)| *value = height * height),
                _ => values.for_each(|((value, &height), &x)| *value = height * x),
            }
        }
        let columns = std::array::from_fn(|at| &columns[at][..count]);
        sums.push(&PointBatch { cells, passes: &passes[start..end], times: &passes[start..end], columns }).unwrap();
    }
    sums
}

fn main() {
    let (longitude, latitude) = tracks();
    let height: Vec<f64> = (0..POINTS).map(|at| 2000.0 + (at as f64 * 0.001).sin() * 500.0).collect();
    let columns = (&longitude[..], &latitude[..], &height[..]);
    let one_pass = vec![0_i64; POINTS];
    let passes: Vec<i64> = (0..POINTS).map(|at| (at / 100_000) as i64).collect();
    for spacing in [8e3, 1e3] {
        let grid = polar(spacing);
        let locator = Locator::new(&grid).unwrap();
        let km = spacing / 1e3;
        report(&format!("{km} km: located, count, sum and squares"), || {
            aggregated::<2>(&locator, columns, &one_pass).into_sorted().entries().len()
        });
        report(&format!("{km} km: located, {MANY} columns by pass"), || {
            aggregated::<MANY>(&locator, columns, &passes).into_sorted().entries().len()
        });
        // In no order: each point a run of its own.
        let order: Vec<usize> = (0..POINTS).map(|at| at * 1_000_003 % POINTS).collect();
        let take = |values: &[f64]| order.iter().map(|&at| values[at]).collect::<Vec<f64>>();
        let (longitude, latitude, height) = (take(&longitude), take(&latitude), take(&height));
        report(&format!("{km} km: in no order, count, sum and squares"), || {
            aggregated::<2>(&locator, (&longitude, &latitude, &height), &one_pass).into_sorted().entries().len()
        });
    }
}
