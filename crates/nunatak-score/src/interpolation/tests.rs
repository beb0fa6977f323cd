//! Values at points against fields that are known everywhere.

use std::sync::{Arc, Mutex};

use nunatak_array::{Array, ChunkGrid, DataType, Description, MemoryArray, NoProgress, Region, Values};
use nunatak_grid::{Axis, Crs, RectilinearGrid};

use super::*;

/// 6 x 5 cells of 10 m, x ascending from 0, y descending from 500.
fn grid() -> Grid {
    let x = Axis::from_centres((0..5).map(|i| f64::from(i) * 10.0).collect()).unwrap();
    let y = Axis::from_centres((0..6).map(|j| 500.0 - f64::from(j) * 10.0).collect()).unwrap();
    Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:3413").unwrap(), x, y).unwrap())
}

fn plane(x: f64, y: f64) -> f64 {
    3.0 * x - 2.0 * y + 7.0
}

fn surface(scale: f64) -> Vec<f64> {
    let cell = |at: usize| plane((at % 5) as f64 * 10.0, 500.0 - (at / 5) as f64 * 10.0);
    (0..30).map(|at| scale * cell(at)).collect()
}

/// Remembers what was read.
struct Watched(MemoryArray, Mutex<Vec<Region>>);

impl Array for Watched {
    fn data_type(&self) -> DataType {
        self.0.data_type()
    }
    fn shape(&self) -> &[usize] {
        self.0.shape()
    }
    fn chunk_grid(&self) -> ChunkGrid {
        self.0.chunk_grid()
    }
    fn read(&self, region: &Region) -> nunatak_array::Result<Values> {
        self.1.lock().unwrap().push(region.clone());
        self.0.read(region)
    }
    fn describe(&self) -> nunatak_array::Result<Description> {
        self.0.describe()
    }
}

fn in_memory(shape: &[usize], values: Vec<f64>) -> Arc<Watched> {
    Arc::new(Watched(MemoryArray::new(shape.to_vec(), Values::F64(values)).unwrap(), Mutex::new(Vec::new())))
}

fn records<'a>(times: &'a [f64], points: &'a [f64]) -> Records<'a> {
    Records { times, points, between: TimeInterpolation::Linear, outside: OutsideTime::Missing }
}

#[test]
fn a_plane_is_reproduced_and_the_outside_is_missing() {
    let model: SharedArray = in_memory(&[6, 5], surface(1.0));
    let (x, y) = ([13.0, 40.0, 0.0, 40.1], [471.0, 500.0, 450.0, 480.0]);
    let found = interpolate(&model, &grid(), &x, &y, None, &NoProgress).unwrap();
    for at in 0..3 {
        assert!((found[at] - plane(x[at], y[at])).abs() < 1e-11);
    }
    assert!(found[3].is_nan());
}

#[test]
fn a_missing_corner_counts_only_with_a_weight() {
    let mut values = surface(1.0);
    values[0] = f64::NAN; // x 0, y 500
    let model: SharedArray = in_memory(&[6, 5], values);
    let found = interpolate(&model, &grid(), &[1.0, 10.0, 0.0], &[499.0, 500.0, 500.0], None, &NoProgress).unwrap();
    assert!(found[0].is_nan() && found[2].is_nan());
    assert!((found[1] - plane(10.0, 500.0)).abs() < 1e-11);
}

#[test]
fn time_is_linear_and_each_needed_record_is_read_once_and_only_where_needed() {
    let values = [1.0, 2.0, 4.0, 8.0].iter().flat_map(|&scale| surface(scale)).collect();
    let watched = in_memory(&[4, 6, 5], values);
    let model: SharedArray = watched.clone();
    let (x, y, t) = ([13.0, 22.0, 13.0], [471.0, 472.0, 471.0], [2000.5, 2000.75, 1999.0]);
    let times = [2000.0, 2001.0, 2003.0, 2004.0];
    let found = interpolate(&model, &grid(), &x, &y, Some(records(&times, &t)), &NoProgress).unwrap();
    assert!((found[0] - 1.5 * plane(x[0], y[0])).abs() < 1e-10);
    assert!((found[1] - 1.75 * plane(x[1], y[1])).abs() < 1e-10);
    assert!(found[2].is_nan());
    let read = watched.1.lock().unwrap().clone();
    let block = |record| Region::new(vec![record, 2, 1], vec![1, 2, 3]).unwrap();
    assert_eq!(read, [block(0), block(1)]);
}

#[test]
fn a_record_hit_exactly_does_not_need_its_neighbour() {
    let values = [surface(1.0), vec![f64::NAN; 30]].concat();
    let model: SharedArray = in_memory(&[2, 6, 5], values);
    let hit = records(&[0.0, 1.0], &[0.0]);
    let found = interpolate(&model, &grid(), &[13.0], &[471.0], Some(hit), &NoProgress).unwrap();
    assert!((found[0] - plane(13.0, 471.0)).abs() < 1e-11);
}

#[test]
fn nearest_and_clamped_times() {
    let values = [1.0, 2.0].iter().flat_map(|&scale| surface(scale)).collect();
    let model: SharedArray = in_memory(&[2, 6, 5], values);
    let run = |between, outside| {
        let records = Records { times: &[0.0, 1.0], points: &[0.5, 0.51, 9.0, f64::NAN], between, outside };
        interpolate(&model, &grid(), &[20.0; 4], &[480.0; 4], Some(records), &NoProgress).unwrap()
    };
    let one = plane(20.0, 480.0);
    let found = run(TimeInterpolation::Nearest, OutsideTime::Clamp);
    assert_eq!(found[..3], [one, 2.0 * one, 2.0 * one]);
    assert!(found[3].is_nan());
    assert!(run(TimeInterpolation::Nearest, OutsideTime::Missing)[2].is_nan());
}

#[test]
fn refuses_a_model_that_does_not_fit() {
    let model: SharedArray = in_memory(&[6, 5], surface(1.0));
    let found = interpolate(&model, &grid(), &[0.0], &[500.0], Some(records(&[0.0], &[0.0])), &NoProgress);
    assert!(matches!(found, Err(ScoreError::Shape { .. })));
    let model: SharedArray = in_memory(&[2, 6, 5], [surface(1.0), surface(1.0)].concat());
    let found = interpolate(&model, &grid(), &[0.0], &[500.0], Some(records(&[1.0, 1.0], &[0.0])), &NoProgress);
    assert!(matches!(found, Err(ScoreError::Times { index: 1, .. })));
}
