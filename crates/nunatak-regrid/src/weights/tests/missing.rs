//! Missing values, masks, and grids that have nothing in common.

use super::*;

#[test]
fn missing_values_follow_the_policy() {
    let source = polar("EPSG:3031", axis(0.0, 1e4, 4), axis(0.0, 1e4, 4));
    let target = polar("EPSG:3031", axis(5e3, 2e4, 2), axis(5e3, 2e4, 2));
    let weights = Weights::new(&source, &target, Method::Conservative).unwrap();
    let mut field = vec![2.0; 16];
    field[0] = f64::NAN;
    (field[2], field[3], field[6]) = (f64::NAN, f64::NAN, f64::NAN);
    let apply = |skipna, coverage| weights.apply(&field, MissingPolicy::new(skipna, coverage).unwrap()).unwrap();
    assert_eq!(apply(true, 0.5)[0], 2.0);
    assert!(apply(true, 0.5)[1].is_nan());
    assert_eq!(apply(true, 0.2)[1], 2.0);
    assert!(apply(false, 0.0)[0].is_nan());
    assert_eq!(apply(false, 0.0)[3], 2.0);
    assert!(matches!(MissingPolicy::new(true, 1.5), Err(RegridError::Coverage { .. })));
}

#[test]
fn masked_cells_do_not_count() {
    let source = polar("EPSG:3031", axis(0.0, 1e4, 2), axis(0.0, 1e4, 2));
    let target = polar("EPSG:3031", axis(5e3, 2e4, 2), axis(5e3, 2e4, 2));
    let mask = [true, true, false, false];
    let weights = Weights::shared(&source, &target, Method::Conservative, Some(&mask)).unwrap();
    let found = weights.apply(&[1.0, 1.0, 9.0, 9.0], MissingPolicy::new(true, 0.4).unwrap()).unwrap();
    assert!((found[0] - 1.0).abs() < 1e-15);
    assert!((weights.covered_fraction()[0] - 0.5).abs() < 1e-3);
    assert!(matches!(weights.masked(&[true]), Err(RegridError::Size { found: 1, .. })));
}

#[test]
fn grids_apart_are_named_with_their_extents() {
    let here = polar("EPSG:3031", axis(0.0, 1e4, 3), axis(0.0, 1e4, 3));
    let there = polar("EPSG:3031", axis(0.0, 10.0, 3), axis(1e6, 10.0, 3));
    for method in [Method::Conservative, Method::Bilinear, Method::Nearest] {
        let error = Weights::new(&here, &there, method).unwrap_err().to_string();
        assert!(error.contains("x -5000 to 25000 m") && error.contains("y 999995 to 1000025 m"), "{error}");
    }
    let north = polar("EPSG:4326", axis(0.5, 1.0, 360), axis(60.5, 1.0, 30));
    let error = Weights::new(&here, &north, Method::Conservative).unwrap_err().to_string();
    assert!(error.contains("EPSG:3031") && error.contains("y 60 to 90 degrees"), "{error}");
    let opposite = polar("EPSG:3413", axis(0.0, 1e4, 3), axis(0.0, 1e4, 3));
    assert!(matches!(Weights::new(&here, &opposite, Method::Conservative), Err(RegridError::NoOverlap { .. })));
}
