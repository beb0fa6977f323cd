//! Weights applied to fields: grids and fields of the tests.

use std::sync::Arc;

use nunatak_array::{Array, MemoryArray, Region, Values};
use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};

use crate::{ApplyOptions, Method, MissingPolicy, Reducer, RegriddedArray, Weights};

mod quantities;
mod statistics;
mod sums;
mod tiles;

/// A grid of longitudes and latitudes from the edges of its cells.
fn geographic(x: &[f64], y: &[f64]) -> Grid {
    let axis = |edges: &[f64]| Axis::from_bounds(edges.to_vec()).unwrap();
    Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:4326").unwrap(), axis(x), axis(y)).unwrap())
}

fn even(first: f64, step: f64, cells: usize) -> Vec<f64> {
    (0..=cells).map(|edge| first + step * edge as f64).collect()
}

fn weights(source: &Grid, target: &Grid) -> Arc<Weights> {
    Weights::shared(source, target, Method::Conservative, None).unwrap()
}

/// Missing values left out, cells however little covered kept.
fn anything() -> MissingPolicy {
    MissingPolicy::new(true, 0.0).unwrap()
}

fn fields(weights: &Weights, values: Values) -> Arc<MemoryArray> {
    let mut shape = weights.source().shape();
    shape.insert(0, values.len() / weights.source().len());
    Arc::new(MemoryArray::new(shape, values).unwrap())
}

fn regridded(weights: &Arc<Weights>, values: Values, options: ApplyOptions) -> RegriddedArray {
    RegriddedArray::new(fields(weights, values), Arc::clone(weights), options).unwrap()
}

fn all(array: &dyn Array) -> Vec<f64> {
    array.read(&Region::whole(array.shape())).unwrap().to_f64().unwrap()
}

/// Four cells of equal area in a row: two make up the first target cell, two half of the second.
fn four_in_one(values: [f64; 4], options: ApplyOptions) -> Vec<f64> {
    let source = geographic(&even(0.0, 1.0, 4), &[0.0, 1.0]);
    let target = geographic(&[0.0, 2.0, 6.0], &[0.0, 1.0]);
    all(&regridded(&weights(&source, &target), Values::F64(values.to_vec()), options))
}

fn reduced(values: [f64; 4], reducer: &str) -> Vec<f64> {
    four_in_one(values, ApplyOptions::new(anything()).reduced_by(reducer.parse::<Reducer>().unwrap()))
}

#[track_caller]
fn close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
        let near = (found - expected).abs() <= 1e-12 * expected.abs().max(1.0);
        assert!(near || (found.is_nan() && expected.is_nan()), "{at}: {found} {expected}");
    }
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| if value.is_nan() { u64::MAX } else { value.to_bits() }).collect()
}
