//! What is read of an array, and records in time.

use nunatak_array::{NoProgress, SharedArray};
use nunatak_grid::{Ellipsoid, Grid, HealpixGrid, HealpixOrder};

use super::Computed;
use crate::{Method, OutsideTime, PointStencils, Records, RegridError, TimeInterpolation, sample};

const LEVEL_TWELVE: usize = 12 << 24;

fn level_twelve() -> Grid {
    Grid::Healpix(HealpixGrid::new(12, HealpixOrder::Ring, Ellipsoid::WGS84, None).unwrap())
}

#[test]
fn of_two_hundred_million_cells_a_few_chunks_are_read() {
    let array = Computed::new(&[LEVEL_TWELVE], 1 << 16, |cell| cell as f64);
    let model: SharedArray = array.clone();
    let (longitude, latitude) = ([0.0, 10.0, 200.0, 0.0], [-89.0, -75.0, 80.0, f64::NAN]);
    let stencils = PointStencils::new(&level_twelve(), &longitude, &latitude, Method::Bilinear).unwrap();
    let values = stencils.values(&model, None, &NoProgress).unwrap();
    for (point, value) in values.iter().enumerate().take(3) {
        let expected: f64 = stencils.of(point).map(|(cell, weight)| weight * cell as f64).sum();
        assert!((value / expected - 1.0).abs() < 1e-15);
        assert_eq!(stencils.of(point).count(), 4);
        let sum: f64 = stencils.of(point).map(|(_, weight)| weight).sum();
        assert!((sum - 1.0).abs() < 1e-14);
    }
    assert!(values[3].is_nan());
    // Three points, each in two rings: at most two chunks and a little for each.
    let cells: usize = array.read_cells().iter().map(|&(_, count)| count).sum();
    assert!(cells < 8 << 18, "{:?}", array.read_cells());
}

#[test]
fn dense_cells_are_read_in_one_block_and_distant_ones_between_chunks() {
    let grid = Grid::Healpix(HealpixGrid::new(9, HealpixOrder::Ring, Ellipsoid::WGS84, None).unwrap());
    let array = Computed::new(&[grid.len()], 1 << 16, |cell| cell as f64);
    let model: SharedArray = array.clone();
    sample(&model, &grid, &[3.0], &[89.0], Method::Bilinear, None, &NoProgress).unwrap();
    assert_eq!(array.read_cells().len(), 1);
    sample(&model, &grid, &[3.0, 3.0], &[89.0, -89.0], Method::Bilinear, None, &NoProgress).unwrap();
    let read = array.read_cells();
    assert!(read.len() > 1 && read.iter().map(|&(_, count)| count).sum::<usize>() < grid.len() / 4, "{read:?}");
}

#[test]
fn records_are_read_where_points_need_them() {
    let grid = Grid::Healpix(HealpixGrid::new(3, HealpixOrder::Nested, Ellipsoid::WGS84, None).unwrap());
    let array = Computed::new(&[3, grid.len()], grid.len(), |_| 2.0);
    let model: SharedArray = array.clone();
    let records = Records {
        times: &[0.0, 1.0, 2.0],
        points: &[0.5, 3.0, f64::NAN],
        between: TimeInterpolation::Linear,
        outside: OutsideTime::Missing,
    };
    let (longitude, latitude) = ([5.0, 6.0, 7.0], [50.0, 51.0, 52.0]);
    let values = sample(&model, &grid, &longitude, &latitude, Method::Bilinear, Some(records), &NoProgress).unwrap();
    assert!((values[0] - 2.0).abs() < 1e-14 && values[1].is_nan() && values[2].is_nan());
    let records: Vec<usize> = array.regions.lock().unwrap().iter().map(|region| region.start()[0]).collect();
    assert_eq!(records, [0, 1]);
    let clamped = Records { times: &[0.0, 1.0, 2.0], points: &[9.0; 3], ..records_of_no_time() };
    let clamped = Records { outside: OutsideTime::Clamp, ..clamped };
    let values = sample(&model, &grid, &longitude, &latitude, Method::Nearest, Some(clamped), &NoProgress).unwrap();
    assert_eq!(values, [2.0; 3]);
}

fn records_of_no_time() -> Records<'static> {
    Records { times: &[], points: &[], between: TimeInterpolation::Nearest, outside: OutsideTime::Missing }
}

#[test]
fn what_does_not_fit_is_said() {
    let grid = Grid::Healpix(HealpixGrid::new(3, HealpixOrder::Nested, Ellipsoid::WGS84, None).unwrap());
    let model: SharedArray = Computed::new(&[10], 10, |_| 0.0);
    let found = |method| sample(&model, &grid, &[0.0], &[0.0], method, None, &NoProgress);
    assert!(matches!(found(Method::Bilinear), Err(RegridError::SampleShape { .. })));
    assert!(matches!(found(Method::NearestTarget), Err(RegridError::SampleMethod { .. })));
    assert!(matches!(found(Method::Conservative2), Err(RegridError::SampleMethod { .. })));
    let uneven = PointStencils::new(&grid, &[0.0], &[], Method::Bilinear);
    assert!(matches!(uneven, Err(RegridError::PointCount { what: "latitude", expected: 1, found: 0 })));
}
