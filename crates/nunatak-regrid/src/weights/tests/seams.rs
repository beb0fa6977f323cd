//! Axes in either direction, and longitudes across the seam.

use super::*;

#[test]
fn orientation_of_either_grid_does_not_matter() {
    let up = |length: usize, step: f64| axis(-3e5, step, length);
    let down = |length: usize, step: f64| axis(-3e5 + step * (length as f64 - 1.0), -step, length);
    let flip = |field: &[f64], width: usize| -> Vec<f64> { field.chunks(width).rev().flatten().copied().collect() };
    let mirror = |field: &[f64], width: usize| -> Vec<f64> {
        field.chunks(width).flat_map(|row| row.iter().rev().copied()).collect()
    };
    let field: Vec<f64> = (0..20 * 21).map(|cell| f64::from(cell * cell % 97)).collect();
    for method in [Method::Conservative, Method::Bilinear, Method::Nearest] {
        let apply = |source: Grid, target: Grid, field: &[f64]| {
            Weights::new(&source, &target, method).unwrap().apply(field, MissingPolicy::default()).unwrap()
        };
        let target = || polar("EPSG:3413", up(40, 1.25e4), up(38, 1.25e4));
        let expected = apply(polar("EPSG:3413", up(20, 3e4), up(21, 3e4)), target(), &field);
        let same = |found: Vec<f64>| {
            for (found, expected) in found.iter().zip(&expected) {
                assert!((found - expected).abs() < 1e-11 || (found.is_nan() && expected.is_nan()), "{method}");
            }
        };
        same(apply(polar("EPSG:3413", up(20, 3e4), down(21, 3e4)), target(), &flip(&field, 20)));
        same(apply(polar("EPSG:3413", down(20, 3e4), up(21, 3e4)), target(), &mirror(&field, 20)));
        let flipped = polar("EPSG:3413", down(40, 1.25e4), down(38, 1.25e4));
        same(flip(&mirror(&apply(polar("EPSG:3413", up(20, 3e4), up(21, 3e4)), flipped, &field), 40), 40));
    }
}

#[test]
fn the_seam_of_longitudes_does_not_matter() {
    let west = polar("EPSG:4326", axis(-179.0, 2.0, 180), axis(-89.0, 2.0, 90));
    let east = polar("EPSG:4326", axis(1.0, 2.0, 180), axis(-89.0, 2.0, 90));
    let target = antarctic(160e3);
    let field = |grid: &Grid| -> Vec<f64> {
        let grid = rectilinear(grid);
        grid.y()
            .centres()
            .iter()
            .flat_map(|y| grid.x().centres().iter().map(move |x| x.to_radians().cos() + 0.01 * y))
            .collect()
    };
    for method in [Method::Conservative, Method::Bilinear, Method::Nearest] {
        let apply = |source: &Grid, target: &Grid| {
            Weights::new(source, target, method).unwrap().apply(&field(source), MissingPolicy::default()).unwrap()
        };
        for (found, expected) in apply(&west, &target).iter().zip(apply(&east, &target)) {
            assert!(
                (found - expected).abs() < 1e-12 || (found.is_nan() && expected.is_nan()),
                "{method} {found} {expected}"
            );
        }
        let (found, expected) = (apply(&west, &east), field(&east));
        for (found, expected) in found.iter().zip(&expected) {
            assert!((found - expected).abs() < 1e-12, "{method} {found} {expected}");
        }
    }
}
