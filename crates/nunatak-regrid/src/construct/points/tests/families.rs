//! Point methods between grids of every family.

use nunatak_grid::{Crs, Ellipsoid, Grid, HealpixGrid, HealpixOrder, MeshGrid};

use super::{grids, methods, points, regridded, sampled};
use crate::{Method, MissingPolicy, Weights};

/// Cells between parallels, rings of 8 to 24 of them.
fn reduced_gaussian() -> Grid {
    let (mut x, mut y, mut faces) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..12_i32 {
        let count = 8 + 4 * row.min(11 - row);
        let (south, north) = (-90.0 + 15.0 * f64::from(row), -75.0 + 15.0 * f64::from(row));
        for column in 0..count {
            let (west, east) =
                (360.0 * f64::from(column) / f64::from(count), 360.0 * f64::from(column + 1) / f64::from(count));
            faces.extend((0..4).map(|corner| x.len() as u32 + corner));
            x.extend([west, east, east, west]);
            y.extend([south, south, north, north]);
        }
    }
    let starts: Vec<u32> = (0..=faces.len() as u32 / 4).map(|face| 4 * face).collect();
    let mesh = MeshGrid::new(Crs::Geographic(grids::sphere()), x, y, &starts, &faces).unwrap();
    Grid::Mesh(mesh.with_parallels())
}

/// The triangles of a geodesic grid with data on them: polygons of centres have five and six corners.
fn faces_of_triangles() -> Grid {
    let Grid::Mesh(nodes) = grids::triangles(8) else { unreachable!() };
    let (x, y) = nodes.nodes();
    let starts: Vec<u32> = (0..=nodes.faces()).map(|face| 3 * face as u32).collect();
    let faces: Vec<u32> = (0..nodes.faces()).flat_map(|face| nodes.face(face).to_vec()).collect();
    Grid::Mesh(MeshGrid::new(nodes.crs().clone(), x.to_vec(), y.to_vec(), &starts, &faces).unwrap())
}

fn all() -> [(&'static str, Grid); 6] {
    [
        ("axes", grids::global(24, 36)),
        ("HEALPix", grids::healpix(3)),
        ("nodes", grids::triangles(9)),
        ("faces", faces_of_triangles()),
        ("curvilinear", grids::rotated(24, 36)),
        ("reduced Gaussian", reduced_gaussian()),
    ]
}

#[test]
fn global_grids_have_a_value_everywhere() {
    let mut targets: Vec<(f64, f64)> = vec![(0.0, 90.0), (77.0, -90.0), (-40.0, 50.0), (140.0, -50.0)];
    targets.extend((0..72).flat_map(|column| {
        let longitude = 5.0 * f64::from(column) - 180.0;
        [-89.99, -85.0, -41.0, -1e-9, 0.0, 33.3, 66.6, 89.9].map(|latitude| (longitude, latitude))
    }));
    let target = points(&targets, grids::sphere());
    let field = |x: f64, y: f64| 3.0 + y.cos() * x.cos() + y.sin();
    for (name, source) in all() {
        for method in methods().into_iter().filter(|method| *method != Method::NearestTarget) {
            let weights = Weights::new(&source, &target, method).unwrap();
            for (sum, place) in weights.covered_fraction().iter().zip(&targets) {
                assert!((sum - 1.0).abs() < 1e-13, "{name} {method}: {sum} at {place:?}");
            }
            let is_signed = method == Method::Patch;
            assert!(is_signed || weights.values().iter().all(|&weight| weight > 0.0), "{name} {method}");
            let found = weights.apply(&sampled(&source, field), MissingPolicy::default()).unwrap();
            let allowed = match method {
                Method::Patch => 2e-3,
                Method::Bilinear => 3e-2,
                _ => 0.3,
            };
            for (found, expected) in found.iter().zip(sampled(&target, field)) {
                assert!((found - expected).abs() < allowed, "{name} {method}: {found} {expected}");
            }
        }
    }
}

#[test]
fn a_grid_to_itself_keeps_every_value() {
    for (name, grid) in all() {
        let field: Vec<f64> = (0..grid.len()).map(|cell| (cell as f64).sin()).collect();
        for method in methods().into_iter().filter(|method| *method != Method::Patch) {
            for (found, expected) in regridded(&grid, &grid, method, &field).iter().zip(&field) {
                assert!((found - expected).abs() < 1e-7, "{name} {method}: {found} {expected}");
            }
        }
    }
}

#[test]
fn each_value_goes_to_one_target() {
    for (name, source) in all() {
        let target = grids::healpix(2);
        let weights = Weights::new(&source, &target, Method::NearestTarget).unwrap();
        let mut cells = weights.cells().to_vec();
        cells.sort_unstable();
        assert!(cells.iter().copied().eq(0..source.len() as u32), "{name}");
        for sum in weights.covered_fraction() {
            assert!(sum == 0.0 || (sum - 1.0).abs() < 1e-14, "{name}: {sum}");
        }
    }
}

#[test]
fn threads_do_not_matter() {
    for (name, source) in all() {
        let target = grids::rotated(60, 130);
        for method in methods() {
            let [one, many] = [1, 5].map(|threads| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| Weights::new(&source, &target, method).unwrap())
            });
            assert!(one.row_starts() == many.row_starts() && one.cells() == many.cells(), "{name} {method}");
            assert!(one.values() == many.values(), "{name} {method}");
        }
    }
}

#[test]
fn latitudes_are_geodetic_on_both_grids() {
    // The same latitude on a sphere and on the ellipsoid is the same place.
    let source = Grid::Healpix(HealpixGrid::new(4, HealpixOrder::Ring, Ellipsoid::WGS84, None).unwrap());
    let field = sampled(&source, |_, y| y);
    let target = grids::global(30, 40);
    let found = regridded(&source, &target, Method::Patch, &field);
    for (found, expected) in found.iter().zip(sampled(&target, |_, y| y)) {
        let is_smooth = expected.abs() < 1.3;
        assert!(!is_smooth || (found - expected).abs() < 1e-5, "{found} {expected}");
    }
}
