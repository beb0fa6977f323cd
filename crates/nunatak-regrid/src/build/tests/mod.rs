//! Grids of every family for the tests of the weights.

use nunatak_grid::{Axis, Crs, Ellipsoid, Grid, HealpixGrid, HealpixOrder, MeshGrid, RectilinearGrid};

use crate::{Method, Weights};

pub(super) fn healpix(level: u8) -> Grid {
    Grid::Healpix(HealpixGrid::new(level, HealpixOrder::Nested, Ellipsoid::WGS84, None).unwrap())
}

pub(super) fn globe(rows: usize, columns: usize) -> Grid {
    let edges = |low: f64, high: f64, count: usize| {
        Axis::from_bounds((0..=count).map(|at| low + (high - low) * at as f64 / count as f64).collect()).unwrap()
    };
    let (x, y) = (edges(-180.0, 180.0, columns), edges(-90.0, 90.0, rows));
    Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:4326").unwrap(), x, y).unwrap())
}

pub(super) fn polar(spacing: f64, half: f64) -> Grid {
    let count = (2.0 * half / spacing).round() as usize;
    let axis = || Axis::from_centres((0..=count).map(|at| -half + spacing * at as f64).collect()).unwrap();
    Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:3031").unwrap(), axis(), axis()).unwrap())
}

/// Rows and columns about a pole that is turned away by this angle (degrees), cells of great circles.
pub(super) fn rotated(rows: usize, columns: usize, tilt: f64) -> Grid {
    let (mut x, mut y) = (Vec::new(), Vec::new());
    let (sine, cosine) = tilt.to_radians().sin_cos();
    for row in 0..=rows {
        for column in 0..columns {
            let (longitude, latitude) = (
                (360.0 * column as f64 / columns as f64).to_radians(),
                (-90.0 + 180.0 * row as f64 / rows as f64).to_radians(),
            );
            let (a, b, c) = (latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin());
            let (a, c) = (cosine * a + sine * c, cosine * c - sine * a);
            x.push(b.atan2(a).to_degrees());
            y.push(c.clamp(-1.0, 1.0).asin().to_degrees());
        }
    }
    let mut nodes = Vec::new();
    let mut starts = vec![0];
    for row in 0..rows {
        for column in 0..columns {
            let node = |row: usize, column: usize| {
                // All nodes of a pole are one.
                let column = if row == 0 || row == rows { 0 } else { column % columns };
                (row * columns + column) as u32
            };
            nodes.extend([node(row, column), node(row, column + 1), node(row + 1, column + 1), node(row + 1, column)]);
            starts.push(nodes.len() as u32);
        }
    }
    let mesh = MeshGrid::new(Crs::parse("EPSG:4326").unwrap(), x, y, &starts, &nodes).unwrap();
    Grid::Mesh(mesh.with_shape(rows, columns).unwrap())
}

/// Sum of the areas in common less the area of either side, over it: a closed pair of grids shares all of it.
fn conservation(source: &Grid, target: &Grid) -> (f64, f64) {
    let weights = Weights::new(source, target, Method::Conservative).unwrap();
    let covered = weights.covered_fraction();
    let worst = covered.iter().map(|covered| (covered - 1.0).abs()).fold(0.0, f64::max);
    let sphere = nunatak_grid::AuthalicSphere::new(&target.ellipsoid());
    let areas = |grid: &Grid| match grid {
        Grid::Rectilinear(axes) if axes.crs().is_geographic() => {
            axes.cell_areas().into_iter().map(|area| area / sphere.radius_squared()).collect()
        }
        grid => grid.cells_on_sphere(&sphere).unwrap().areas(grid.len()),
    };
    let (sources, targets): (Vec<f64>, Vec<f64>) = (areas(source), areas(target));
    let mut shared = vec![0.0; source.len()];
    for (cell, ends) in weights.row_starts().windows(2).enumerate() {
        for at in ends[0]..ends[1] {
            shared[weights.cells()[at] as usize] += weights.values()[at] * targets[cell];
        }
    }
    let apart = shared.iter().zip(&sources).map(|(shared, area)| (shared / area - 1.0).abs()).fold(0.0, f64::max);
    (worst, apart)
}

#[test]
fn cells_of_great_circles_share_all_their_area() {
    for (source, target) in [
        (healpix(4), rotated(36, 72, 33.0)),
        (rotated(36, 72, 33.0), healpix(4)),
        (rotated(30, 50, 70.0), rotated(40, 60, 10.0)),
        (healpix(5), healpix(3)),
        (rotated(90, 180, 0.0), rotated(90, 180, 0.0)),
    ] {
        let (rows, columns) = conservation(&source, &target);
        assert!(rows < 1e-12 && columns < 1e-12, "{} -> {}: {rows:e} {columns:e}", source.summary(), target.summary());
    }
}

#[test]
fn zones_share_all_their_area_with_cells_of_great_circles() {
    for (source, target) in [
        (globe(36, 72), healpix(4)),
        (healpix(4), globe(36, 72)),
        (globe(90, 180), healpix(3)),
        (globe(6, 3), healpix(3)),
        (rotated(30, 50, 70.0), globe(40, 60)),
        (globe(40, 60), rotated(40, 60, 0.0)),
        (globe(41, 61), rotated(30, 50, 1e-3)),
        (rotated(45, 90, 90.0), globe(45, 90)),
    ] {
        let (rows, columns) = conservation(&source, &target);
        assert!(rows < 1e-12 && columns < 1e-12, "{} -> {}: {rows:e} {columns:e}", source.summary(), target.summary());
    }
}

#[test]
#[ignore = "a measurement"]
fn how_long_the_sphere_takes() {
    for (source, target) in
        [(globe(720, 1440), healpix(8)), (rotated(720, 1440, 20.0), healpix(8)), (healpix(8), rotated(180, 360, 20.0))]
    {
        let start = std::time::Instant::now();
        let weights = Weights::new(&source, &target, Method::Conservative).unwrap();
        println!(
            "{} -> {}: {:?}, {} entries",
            source.summary(),
            target.summary(),
            start.elapsed(),
            weights.values().len()
        );
    }
}

#[test]
fn debug_rows() {
    let (source, target) = (rotated(30, 50, 70.0), globe(40, 60));
    let weights = Weights::new(&source, &target, Method::Conservative).unwrap();
    for (cell, covered) in weights.covered_fraction().iter().enumerate() {
        if (covered - 1.0).abs() > 1e-11 {
            println!("BAD row {} column {} covered {}", cell / 60, cell % 60, covered - 1.0);
        }
    }
}
