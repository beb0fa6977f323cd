//! Grids of every family for the tests.

use nunatak_grid::{Axis, Crs, Ellipsoid, Grid, HealpixGrid, HealpixOrder, MeshGrid, RectilinearGrid};

pub(crate) fn healpix(level: u8) -> Grid {
    Grid::Healpix(HealpixGrid::new(level, HealpixOrder::Nested, Ellipsoid::WGS84, None).unwrap())
}

pub(crate) fn globe(rows: usize, columns: usize) -> Grid {
    let edges = |low: f64, high: f64, count: usize| {
        Axis::from_bounds((0..=count).map(|at| low + (high - low) * at as f64 / count as f64).collect()).unwrap()
    };
    let (x, y) = (edges(-180.0, 180.0, columns), edges(-90.0, 90.0, rows));
    Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:4326").unwrap(), x, y).unwrap())
}

pub(crate) fn polar(spacing: f64, half: f64) -> Grid {
    let count = (2.0 * half / spacing).round() as usize;
    let axis = || Axis::from_centres((0..=count).map(|at| -half + spacing * at as f64).collect()).unwrap();
    Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:3031").unwrap(), axis(), axis()).unwrap())
}

/// Rows and columns about a pole that is turned away by this angle (degrees), cells of great circles.
pub(crate) fn rotated(rows: usize, columns: usize, tilt: f64) -> Grid {
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

/// Triangles on the map of EPSG:3031: a square of nodes every `spacing`, moved about, each square cut in two.
pub(crate) fn triangles(spacing: f64, half: f64, on_nodes: bool) -> Grid {
    let count = (2.0 * half / spacing).round() as usize;
    let moved = |at: usize, seed: f64| 0.2 * spacing * (12.9898 * seed + 78.233 * at as f64).sin();
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for row in 0..=count {
        for column in 0..=count {
            let node = row * (count + 1) + column;
            x.push(-half + spacing * column as f64 + moved(node, 1.0));
            y.push(-half + spacing * row as f64 + moved(node, 2.0));
        }
    }
    let mut nodes = Vec::new();
    for row in 0..count {
        for column in 0..count {
            let corner = (row * (count + 1) + column) as u32;
            let up = count as u32 + 1;
            nodes.extend([corner, corner + 1, corner + up, corner + 1, corner + up, corner + up + 1]);
        }
    }
    let starts: Vec<u32> = (0..=nodes.len() as u32).step_by(3).collect();
    let mesh = MeshGrid::new(Crs::parse("EPSG:3031").unwrap(), x, y, &starts, &nodes).unwrap();
    Grid::Mesh(if on_nodes { mesh.on_nodes() } else { mesh })
}
