//! Rectilinear grids: areas of cells on the globe and on maps.

use super::*;

fn axis(start: f64, step: f64, length: usize) -> Axis {
    Axis::from_centres((0..length).map(|index| start + step * index as f64).collect()).unwrap()
}

fn global(step: f64) -> RectilinearGrid {
    let (columns, rows) = ((360.0 / step) as usize, (180.0 / step) as usize);
    let crs = Crs::parse("EPSG:4326").unwrap();
    RectilinearGrid::new(crs, axis(step / 2.0, step, columns), axis(-90.0 + step / 2.0, step, rows)).unwrap()
}

#[test]
fn cells_of_the_globe_fill_the_ellipsoid() {
    for step in [10.0, 1.0, 0.25] {
        let sum: f64 = global(step).cell_areas().iter().sum();
        let expected = crate::Ellipsoid::WGS84.area();
        assert!((sum / expected - 1.0).abs() < 1e-12, "{step}: {sum} {expected}");
    }
}

#[test]
fn rows_at_the_poles_are_half_cells() {
    let crs = Crs::parse("EPSG:4326").unwrap();
    let grid = RectilinearGrid::new(crs, axis(0.0, 1.0, 360), axis(90.0, -1.0, 181)).unwrap();
    assert_eq!(grid.y().extent(), (-90.0, 90.0));
    let sum: f64 = grid.cell_areas().iter().sum();
    assert!((sum / crate::Ellipsoid::WGS84.area() - 1.0).abs() < 1e-12);
}

#[test]
fn impossible_globes_are_refused() {
    let crs = Crs::parse("EPSG:4326").unwrap();
    let rows = axis(-89.5, 1.0, 180);
    assert!(matches!(
        RectilinearGrid::new(crs.clone(), axis(0.0, 1.0, 362), rows),
        Err(GridError::Bounds { problem }) if problem.contains("360")
    ));
    assert!(RectilinearGrid::new(crs, axis(0.0, 1.0, 10), axis(80.0, 1.0, 15)).is_err());
}

#[test]
fn polar_cells_have_the_area_of_the_factor_in_their_middle() {
    let crs = Crs::parse("EPSG:3031").unwrap();
    let grid = RectilinearGrid::new(crs.clone(), axis(-3.04e6, 32e3, 191), axis(3.04e6, -32e3, 191)).unwrap();
    let areas = grid.cell_areas();
    for cell in [0, 95 * 191 + 95, 100 * 191 + 3] {
        let (x, y) = (grid.x().centres()[cell % 191], grid.y().centres()[cell / 191]);
        let expected = crs.area_factor(x, y) * 32e3 * 32e3;
        assert!((areas[cell] / expected - 1.0).abs() < 1e-5);
    }
}

#[test]
fn points_fall_in_cells() {
    let crs = Crs::parse("EPSG:3031").unwrap();
    let grid = RectilinearGrid::new(crs, axis(0.0, 10.0, 3), axis(20.0, -10.0, 3)).unwrap();
    assert_eq!(grid.locate(0.0, 20.0), Some(0));
    assert_eq!(grid.locate(24.0, 4.0), Some(8));
    assert_eq!(grid.locate(25.1, 4.0), None);
    assert_eq!(global(1.0).locate(-0.5, -89.5), Some(359));
    assert_eq!(global(1.0).locate(719.5, -89.5), Some(359));
}

#[test]
fn a_stencil_reproduces_a_plane() {
    let crs = Crs::parse("EPSG:3031").unwrap();
    let grid = RectilinearGrid::new(crs, axis(0.0, 10.0, 7), axis(50.0, -10.0, 6)).unwrap();
    let plane = |x: f64, y: f64| 3.0 - 0.25 * x + 1.5 * y;
    for (x, y) in [(0.0, 0.0), (60.0, 50.0), (13.7, 44.4), (59.999, 0.001)] {
        let stencil = grid.bilinear_stencil(x, y).unwrap();
        let value: f64 = stencil
            .cells
            .iter()
            .zip(stencil.weights)
            .map(|(&cell, weight)| weight * plane(grid.x().centres()[cell % 7], grid.y().centres()[cell / 7]))
            .sum();
        assert!((value - plane(x, y)).abs() < 1e-12);
    }
    assert_eq!(grid.bilinear_stencil(60.1, 0.0), None);
    assert_eq!(grid.bilinear_stencil(0.0, -0.1), None);
    assert_eq!(grid.bilinear_stencil(f64::NAN, 0.0), None);
}

#[test]
fn a_stencil_crosses_the_seam_of_the_globe() {
    for (grid, first, last) in [
        (global(1.0), 0, 359),
        (
            RectilinearGrid::new(Crs::parse("4326").unwrap(), axis(179.5, -1.0, 360), axis(-89.5, 1.0, 180)).unwrap(),
            0,
            359,
        ),
    ] {
        let seam = grid.x().centres()[last] + 0.25 * if grid.x().is_descending() { -1.0 } else { 1.0 };
        for turn in [-360.0, 0.0, 360.0] {
            let stencil = grid.bilinear_stencil(seam + turn, -89.5).unwrap();
            assert_eq!((stencil.cells[0], stencil.cells[1]), (last, first));
            assert!((stencil.weights[0] - 0.75).abs() < 1e-12, "{turn} {:?}", stencil.weights);
            let before_first = grid.x().centres()[first] - 0.25 * if grid.x().is_descending() { -1.0 } else { 1.0 };
            let stencil = grid.bilinear_stencil(before_first + turn, -89.5).unwrap();
            assert_eq!((stencil.cells[0], stencil.cells[1]), (last, first));
            assert!((stencil.weights[1] - 0.75).abs() < 1e-12, "{turn} {:?}", stencil.weights);
        }
    }
}
