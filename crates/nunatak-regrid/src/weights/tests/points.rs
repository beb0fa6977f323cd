//! Bilinear weights between rows and columns.

use super::*;

#[test]
fn bilinear_reproduces_a_plane() {
    let (source, target) = (antarctic(32e3), antarctic(20e3));
    let plane = |x: f64, y: f64| 2000.0 - 3e-4 * x + 5e-4 * y;
    let on = |grid: &Grid| -> Vec<f64> {
        let grid = rectilinear(grid);
        grid.y().centres().iter().flat_map(|&y| grid.x().centres().iter().map(move |&x| plane(x, y))).collect()
    };
    let found = Weights::new(&source, &target, Method::Bilinear).unwrap().apply(&on(&source), MissingPolicy::default());
    for (found, expected) in found.unwrap().iter().zip(on(&target)) {
        assert!((found - expected).abs() < 1e-10, "{found} {expected}");
    }
}

#[test]
fn bilinear_to_longitudes_goes_through_the_sources_map() {
    let (source, target) = (antarctic(32e3), southern(1.0));
    let crs = Crs::parse("EPSG:3031").unwrap();
    let grid = rectilinear(&source);
    let field: Vec<f64> =
        grid.y().centres().iter().flat_map(|y| grid.x().centres().iter().map(move |x| 1e-3 * x - 2e-3 * y)).collect();
    let found =
        Weights::new(&source, &target, Method::Bilinear).unwrap().apply(&field, MissingPolicy::default()).unwrap();
    let mut compared = 0;
    for (cell, value) in found.iter().enumerate() {
        let (longitude, latitude) =
            (rectilinear(&target).x().centres()[cell % 360], rectilinear(&target).y().centres()[cell / 360]);
        let (x, y) = crs.forward(&[longitude], &[latitude]).unwrap();
        let inside = x[0].abs() <= 3.04e6 && y[0].abs() <= 3.04e6;
        assert_eq!(value.is_nan(), !inside, "{longitude} {latitude}");
        if inside {
            assert!((value - (1e-3 * x[0] - 2e-3 * y[0])).abs() < 1e-9);
            compared += 1;
        }
    }
    assert!(compared > 10_000);
}
