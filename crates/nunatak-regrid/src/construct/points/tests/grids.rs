//! Grids of every family over one piece of the sphere.

use std::collections::HashMap;

use nunatak_grid::vector::{Vector, normalised, plus, times};
use nunatak_grid::{Axis, Crs, Ellipsoid, Grid, HealpixGrid, HealpixOrder, MeshGrid, RectilinearGrid};

pub(super) fn sphere() -> Ellipsoid {
    Ellipsoid::new(6_371_000.0, 0.0).unwrap()
}

/// A global grid of so many rows and columns.
pub(super) fn global(rows: usize, columns: usize) -> Grid {
    let edges = |start: f64, extent: f64, count: usize| {
        Axis::from_bounds((0..=count).map(|at| start + extent * at as f64 / count as f64).collect()).unwrap()
    };
    let (x, y) = (edges(0.0, 360.0, columns), edges(-90.0, 180.0, rows));
    Grid::Rectilinear(RectilinearGrid::new(Crs::Geographic(sphere()), x, y).unwrap())
}

pub(super) fn polar(spacing: f64, count: usize) -> Grid {
    let first = -0.5 * spacing * (count - 1) as f64;
    let axis = || Axis::from_centres((0..count).map(|at| first + spacing * at as f64).collect()).unwrap();
    Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:3031").unwrap(), axis(), axis()).unwrap())
}

pub(super) fn healpix(level: u8) -> Grid {
    Grid::Healpix(HealpixGrid::new(level, HealpixOrder::Ring, sphere(), None).unwrap())
}

fn degrees(points: &[Vector]) -> (Vec<f64>, Vec<f64>) {
    points.iter().map(|[x, y, z]| (y.atan2(*x).to_degrees(), z.atan2(x.hypot(*y)).to_degrees())).unzip()
}

/// Corners and faces of an icosahedron.
fn icosahedron() -> (Vec<Vector>, Vec<[usize; 3]>) {
    let golden = 0.5 * (1.0 + 5.0_f64.sqrt());
    let mut corners = Vec::new();
    for (a, b) in [(1.0, golden), (1.0, -golden), (-1.0, golden), (-1.0, -golden)] {
        corners.extend([[0.0, a, b], [a, b, 0.0], [b, 0.0, a]].map(normalised));
    }
    let is_edge =
        |a: usize, b: usize| (nunatak_grid::vector::dot(corners[a], corners[b]) - 0.2_f64.sqrt()).abs() < 1e-9;
    let mut faces = Vec::new();
    for a in 0..12 {
        for b in a + 1..12 {
            faces.extend((b + 1..12).filter(|&c| is_edge(a, b) && is_edge(b, c) && is_edge(a, c)).map(|c| [a, b, c]));
        }
    }
    (corners, faces)
}

/// The geodesic grid whose icosahedron has each edge cut in so many: nodes and triangles.
pub(super) fn triangles(cuts: usize) -> Grid {
    let (corners, faces) = icosahedron();
    let (mut nodes, mut known, mut triangles) = (Vec::new(), HashMap::new(), Vec::new());
    for face in faces {
        let mut node = |i: usize, j: usize| {
            let shares = [i, j, cuts - i - j];
            let point = (0..3).fold([0.0; 3], |sum, at| plus(sum, times(shares[at] as f64, corners[face[at]])));
            let point = normalised(point);
            *known.entry(point.map(|value| (value * 1e9).round() as i64)).or_insert_with(|| {
                nodes.push(point);
                nodes.len() as u32 - 1
            })
        };
        for i in 0..cuts {
            for j in 0..cuts - i {
                triangles.push([node(i, j), node(i + 1, j), node(i, j + 1)]);
                if i + j + 2 <= cuts {
                    triangles.push([node(i + 1, j), node(i + 1, j + 1), node(i, j + 1)]);
                }
            }
        }
    }
    let (x, y) = degrees(&nodes);
    let starts: Vec<u32> = (0..=triangles.len()).map(|face| 3 * face as u32).collect();
    let mesh = MeshGrid::new(Crs::Geographic(sphere()), x, y, &starts, &triangles.into_flattened()).unwrap();
    Grid::Mesh(mesh.on_nodes())
}

/// A curvilinear grid: rows and columns about a pole at 40 W, 50 N.
pub(super) fn rotated(rows: usize, columns: usize) -> Grid {
    let (tilt, turn) = (40_f64.to_radians().sin_cos(), (-40_f64).to_radians().sin_cos());
    let place = |row: f64, column: f64| {
        let (latitude, longitude) =
            ((180.0 * row / rows as f64 - 90.0).to_radians(), (360.0 * column / columns as f64).to_radians());
        let [x, y, z] = [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()];
        let (x, z) = (tilt.1 * x + tilt.0 * z, tilt.1 * z - tilt.0 * x);
        [turn.1 * x - turn.0 * y, turn.0 * x + turn.1 * y, z]
    };
    let all = |shift: f64, rows: usize, columns: usize| -> Vec<Vector> {
        (0..rows)
            .flat_map(|row| (0..columns).map(move |column| (row, column)))
            .map(|(row, column)| place(row as f64 + shift, column as f64 + shift))
            .collect()
    };
    let width = columns as u32 + 1;
    let faces: Vec<u32> = (0..rows as u32)
        .flat_map(|row| (0..columns as u32).map(move |column| row * width + column))
        .flat_map(|corner| [corner, corner + 1, corner + width + 1, corner + width])
        .collect();
    let starts: Vec<u32> = (0..=rows * columns).map(|face| 4 * face as u32).collect();
    let (x, y) = degrees(&all(0.0, rows + 1, columns + 1));
    let (centre_x, centre_y) = degrees(&all(0.5, rows, columns));
    let mesh = MeshGrid::new(Crs::Geographic(sphere()), x, y, &starts, &faces).unwrap();
    Grid::Mesh(mesh.with_shape(rows, columns).unwrap().with_centres(centre_x, centre_y).unwrap())
}
