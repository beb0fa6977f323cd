//! Rotations of the whole Earth are regridded to themselves.

use std::sync::Arc;

use nunatak_array::{Array, MemoryArray, Region, SharedArray, Values};
use nunatak_grid::vector::{Vector, cross, dot};
use nunatak_grid::{Grid, VectorAxes};

use super::source_rotation::doubles;
use super::{Component, RotatedArray};
use crate::test_grids::{globe, healpix, polar};
use crate::{ApplyOptions, Method, MissingPolicy, Reducer, Weights};

const AXIS: Vector = [0.3, -0.8, 0.52];

/// Components of a rotation of the whole Earth about an axis, exactly.
fn solid_body(grid: &Grid, axes: VectorAxes) -> [Vec<f64>; 2] {
    let frames = grid.frames(axes).unwrap();
    let velocity = |normal| cross(AXIS, normal);
    [
        frames.iter().map(|frame| dot(velocity(frame.normal()), frame.x())).collect(),
        frames.iter().map(|frame| dot(velocity(frame.normal()), frame.y())).collect(),
    ]
}

fn array(grid: &Grid, values: Vec<f64>) -> SharedArray {
    let shape = [vec![values.len() / grid.len()], grid.shape()].concat();
    Arc::new(MemoryArray::new(shape, Values::F64(values)).unwrap())
}

fn rotated(source: &Grid, target: &Grid, method: Method, axes: VectorAxes, fields: [Vec<f64>; 2]) -> [RotatedArray; 2] {
    let weights = Weights::shared(source, target, method, None).unwrap();
    let [x, y] = fields.map(|field| array(source, field));
    [Component::X, Component::Y].map(|component| {
        let components = [Arc::clone(&x), Arc::clone(&y)];
        RotatedArray::new(components, component, axes, Arc::clone(&weights), MissingPolicy::default().into()).unwrap()
    })
}

fn read(array: &RotatedArray) -> Vec<f64> {
    doubles(array.read(&Region::whole(array.shape())).unwrap()).unwrap()
}

/// Largest error of the vectors, and how many there are.
fn error(found: &[Vec<f64>; 2], expected: &[Vec<f64>; 2]) -> (f64, usize) {
    let errors = (0..found[0].len()).map(|at| (found[0][at] - expected[0][at]).hypot(found[1][at] - expected[1][at]));
    let there: Vec<f64> = errors.filter(|error| !error.is_nan()).collect();
    (there.iter().copied().fold(0.0, f64::max), there.len())
}

/// Largest error of a number that is as smooth as the components.
fn scalar_error(source: &Grid, target: &Grid, method: Method) -> f64 {
    let values = |grid: &Grid| -> Vec<f64> {
        grid.frames(VectorAxes::Grid).unwrap().iter().map(|frame| dot(AXIS, frame.normal())).collect()
    };
    let weights = Weights::shared(source, target, method, None).unwrap();
    let found = weights.apply(&values(source), MissingPolicy::default()).unwrap();
    let errors = found.iter().zip(values(target)).map(|(found, expected)| (found - expected).abs());
    errors.filter(|error| !error.is_nan()).fold(0.0, f64::max)
}

#[test]
fn a_turn_of_the_earth_is_recovered_on_every_grid_as_well_as_a_number() {
    let (map, degrees, pixels) = (polar(100e3, 2e6), globe(90, 180), healpix(5));
    for (source, target) in
        [(&map, &degrees), (&degrees, &map), (&map, &pixels), (&pixels, &map), (&degrees, &pixels), (&pixels, &degrees)]
    {
        for method in [Method::Bilinear, Method::Conservative2, Method::Nearest, Method::Patch] {
            let limit = 2.0 * scalar_error(source, target, method) + 1e-4;
            for axes in [VectorAxes::Grid, VectorAxes::Geographic] {
                let found = rotated(source, target, method, axes, solid_body(source, axes)).each_ref().map(read);
                let (error, count) = error(&found, &solid_body(target, axes));
                let name = format!("{} -> {}, {method} {axes:?}", source.summary(), target.summary());
                assert!(error < limit && count > target.len() / 60, "{name}: {error} of {count}, limit {limit}");
            }
        }
    }
}

#[test]
fn vectors_that_are_picked_keep_their_length_to_round_off() {
    let (source, target) = (globe(36, 72), polar(50e3, 1e6));
    let fields = solid_body(&source, VectorAxes::Grid);
    let found = rotated(&source, &target, Method::Nearest, VectorAxes::Grid, fields.clone()).each_ref().map(read);
    let weights = Weights::shared(&source, &target, Method::Nearest, None).unwrap();
    for (at, &cell) in weights.cells().iter().enumerate() {
        let expected = fields[0][cell as usize].hypot(fields[1][cell as usize]);
        assert!((found[0][at].hypot(found[1][at]) - expected).abs() < 1e-14);
    }
}

#[test]
fn a_vector_is_missing_when_a_component_is() {
    let (source, target) = (polar(200e3, 2e6), globe(45, 90));
    let mut fields = solid_body(&source, VectorAxes::Grid);
    fields[0][220] = f64::NAN;
    let one = rotated(&source, &target, Method::Conservative, VectorAxes::Grid, fields.clone()).each_ref().map(read);
    fields[1][220] = f64::NAN;
    let both = rotated(&source, &target, Method::Conservative, VectorAxes::Grid, fields).each_ref().map(read);
    for (one, both) in one.iter().flatten().zip(both.iter().flatten()) {
        assert!(one == both || (one.is_nan() && both.is_nan()));
    }
    assert!(one[0].iter().zip(&one[1]).all(|(x, y)| x.is_nan() == y.is_nan()));
}

#[test]
fn regions_and_rebuilt_arrays_have_the_same_bits() {
    let (source, target) = (globe(36, 72), healpix(3));
    let one = solid_body(&source, VectorAxes::Grid);
    let fields = one.map(|field| [&field[..], &field.iter().map(|value| 2.0 * value).collect::<Vec<_>>()].concat());
    let [_, y] = rotated(&source, &target, Method::Bilinear, VectorAxes::Grid, fields);
    let whole = read(&y);
    let part = doubles(y.read(&Region::new(vec![1, 300], vec![1, 200]).unwrap()).unwrap()).unwrap();
    assert_eq!(part, whole[target.len() + 300..target.len() + 500]);
    let again = RotatedArray::rebuild(&y.describe().unwrap(), &[y.components[0].clone(), y.components[1].clone()]);
    assert_eq!(read(&again.unwrap()), whole);
}

#[test]
fn a_median_of_components_is_an_error() {
    let (source, target) = (polar(200e3, 2e6), globe(45, 90));
    let weights = Weights::shared(&source, &target, Method::Conservative, None).unwrap();
    let fields = solid_body(&source, VectorAxes::Grid).map(|field| array(&source, field));
    let options = ApplyOptions::default().reduced_by(Reducer::Minimum);
    let found = RotatedArray::new(fields, Component::X, VectorAxes::Grid, weights, options);
    assert!(found.err().is_some_and(|error| error.to_string().contains("`min`")));
}
