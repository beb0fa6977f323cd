//! Fields that vary within the source cells: limited, or with missing values.

use std::sync::Arc;

use nunatak_array::{Array, MemoryArray, Region, SharedArray, Values};
use nunatak_grid::vector::{normalised, plus, triangle_area};
use nunatak_grid::{AuthalicSphere, Grid};

use crate::test_grids::{globe, healpix, polar, rotated, triangles};
use crate::{ApplyOptions, Method, MissingPolicy, Neighbours, RegriddedArray, Weights};

mod limits;
mod missing;
mod regions;
mod ways;

/// Missing values left out, cells however little covered kept.
fn anything() -> ApplyOptions {
    MissingPolicy::new(true, 0.0).unwrap().into()
}

fn second_order(source: &Grid, target: &Grid) -> Arc<Weights> {
    Arc::new(Weights::new(source, target, Method::Conservative2).unwrap())
}

fn array(weights: &Arc<Weights>, values: &[f64], options: ApplyOptions) -> RegriddedArray {
    let mut shape = weights.source().shape();
    shape.insert(0, values.len() / weights.source().len());
    let input: SharedArray = Arc::new(MemoryArray::new(shape, Values::F64(values.to_vec())).unwrap());
    RegriddedArray::new(input, Arc::clone(weights), options).unwrap()
}

fn applied(weights: &Arc<Weights>, values: &[f64], options: ApplyOptions) -> Vec<f64> {
    all(&array(weights, values, options))
}

fn all(array: &dyn Array) -> Vec<f64> {
    array.read(&Region::whole(array.shape())).unwrap().to_f64().unwrap()
}

/// Areas (steradians) of the polygons between which second-order weights are made.
fn areas(grid: &Grid) -> Vec<f64> {
    grid.cells_on_sphere(&AuthalicSphere::new(&grid.ellipsoid())).unwrap().areas(grid.len())
}

/// Means of a function of places on the unit sphere over the cells.
fn means(grid: &Grid, field: impl Fn([f64; 3]) -> f64) -> Vec<f64> {
    let cells = grid.cells_on_sphere(&AuthalicSphere::new(&grid.ellipsoid())).unwrap();
    let mut sums = vec![(0.0, 0.0); grid.len()];
    for part in 0..cells.len() {
        let corners = cells.corners(part);
        for pair in corners[1..].windows(2) {
            let area = triangle_area(corners[0], pair[0], pair[1]);
            let middles = [(corners[0], pair[0]), (pair[0], pair[1]), (pair[1], corners[0])];
            let mean = middles.map(|(a, b)| field(normalised(plus(a, b)))).iter().sum::<f64>() / 3.0;
            let sum = &mut sums[cells.owner(part) as usize];
            *sum = (sum.0 + area, sum.1 + area * mean);
        }
    }
    sums.into_iter().map(|(area, sum)| sum / area).collect()
}

/// The two vortices of Nair and Machenhauer (2002) as Valcke et al. (2022) have them.
fn vortex([x, y, z]: [f64; 3]) -> f64 {
    let (longitude, latitude) = (5.5_f64, 0.2_f64);
    let turned = x * longitude.cos() + y * longitude.sin();
    let (a, b) = (turned * latitude.sin() - z * latitude.cos(), y * longitude.cos() - x * longitude.sin());
    let sine = turned * latitude.cos() + z * latitude.sin();
    let distance = 3.0 * (1.0 - sine * sine).max(0.0).sqrt();
    let speed = 1.5 * 3.0_f64.sqrt() / distance.cosh().powi(2) * distance.tanh();
    let turn = if distance < 1e-12 { 0.0 } else { speed / distance };
    2.0 * (1.0 + (distance / 5.0 * (b.atan2(a) - 5.0 * turn).sin()).tanh())
}

/// One on one side of a plane that cuts cells, zero on the other.
fn step([x, y, z]: [f64; 3]) -> f64 {
    f64::from(u8::from(0.3 * x - 0.5 * y + z > 0.11))
}

/// Numbers from 0 to 1 without an order.
fn scattered(count: usize) -> Vec<f64> {
    (0..count).map(|at| (at as u32).wrapping_mul(2_654_435_761) as f64 / f64::from(u32::MAX)).collect()
}

#[track_caller]
fn same_bits(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!(
            found.to_bits() == expected.to_bits() || (found.is_nan() && expected.is_nan()),
            "{at}: {found} {expected}"
        );
    }
}

#[track_caller]
fn close(found: &[f64], expected: &[f64], within: f64) {
    assert_eq!(found.len(), expected.len());
    for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
        let near = (found - expected).abs() <= within * expected.abs().max(1.0);
        assert!(near || (found.is_nan() && expected.is_nan()), "{at}: {found} {expected}");
    }
}
