//! Grids that end, and what is beyond.

use nunatak_grid::{Crs, Ellipsoid, Grid, HealpixGrid, HealpixOrder, MeshGrid};

use super::{grids, methods, regridded, sampled};
use crate::{Extrapolation, Method, MissingPolicy, Neighbours, Weights};

/// Cells of a map that are moved a little from squares, with data on them or on their corners.
fn bent(count: usize, is_on_nodes: bool) -> Grid {
    let width = count + 1;
    let place = |at: usize| {
        let (row, column) = ((at / width) as f64, (at % width) as f64);
        let wave = |value: f64| 3e4 * (0.7 * value).sin();
        (1e5 * column + wave(row) - 5e4 * count as f64, 1e5 * row + wave(column + 1.0) - 5e4 * count as f64)
    };
    let (x, y) = (0..width * width).map(place).unzip();
    let corner = |cell: usize| (cell / count * width + cell % count) as u32;
    let step = width as u32;
    let faces: Vec<u32> = (0..count * count)
        .map(corner)
        .flat_map(|corner| [corner, corner + 1, corner + step + 1, corner + step])
        .collect();
    let starts: Vec<u32> = (0..=count * count).map(|face| 4 * face as u32).collect();
    let mesh = MeshGrid::new(Crs::parse("EPSG:3031").unwrap(), x, y, &starts, &faces).unwrap();
    Grid::Mesh(if is_on_nodes { mesh.on_nodes() } else { mesh })
}

/// x and y of the places of a grid on the map.
fn on_map(grid: &Grid) -> (Vec<f64>, Vec<f64>) {
    let (longitude, latitude) = grid.centres().unwrap();
    Crs::parse("EPSG:3031").unwrap().forward(&longitude, &latitude).unwrap()
}

#[test]
fn linear_fields_of_a_map_stay_linear() {
    let target = grids::polar(7e4, 41);
    let plane = |grid: &Grid| -> Vec<f64> {
        let (x, y) = on_map(grid);
        x.iter().zip(&y).map(|(x, y)| 1.0 + 2e-6 * x - 3e-6 * y).collect()
    };
    let expected = plane(&target);
    // Places of faces are the means of corners on the map: the field is taken there.
    let Grid::Mesh(nodes) = bent(24, true) else { unreachable!() };
    let on_nodes: Vec<f64> =
        nodes.nodes().0.iter().zip(nodes.nodes().1).map(|(x, y)| 1.0 + 2e-6 * x - 3e-6 * y).collect();
    let mean = |face: usize| nodes.face(face).iter().map(|&node| on_nodes[node as usize]).sum::<f64>() / 4.0;
    let on_faces: Vec<f64> = (0..nodes.faces()).map(mean).collect();
    let sources = [
        (bent(24, true), on_nodes.clone()),
        (bent(24, false), on_faces),
        (grids::polar(9e4, 31), plane(&grids::polar(9e4, 31))),
    ];
    for (at, (source, field)) in sources.iter().enumerate() {
        for method in [Method::Bilinear, Method::Patch] {
            let found = regridded(source, &target, method, field);
            let known = found.iter().filter(|value| !value.is_nan()).count();
            assert!(known > 900 && known < target.len(), "{at} {method}: {known}");
            for (found, expected) in found.iter().zip(&expected).filter(|(found, _)| !found.is_nan()) {
                assert!((found - expected).abs() < 1e-9, "{at} {method}: {found} {expected}");
            }
        }
    }
}

#[test]
fn nothing_is_known_outside() {
    let target = grids::global(90, 180);
    let cap: Vec<u64> = (0..12 * 64 * 64).filter(|cell| *cell < 600).collect();
    let partial = HealpixGrid::new(6, HealpixOrder::Ring, grids::sphere(), Some(cap)).map(Grid::Healpix).unwrap();
    for (source, is_south) in
        [(bent(24, true), true), (bent(24, false), true), (grids::polar(9e4, 31), true), (partial, false)]
    {
        for method in methods() {
            let found = regridded(&source, &target, method, &vec![2.0; source.len()]);
            let (_, latitude) = target.centres().unwrap();
            let inner = if is_south { -85.0..=-82.0 } else { 79.0..=80.0 };
            for (found, latitude) in found.iter().zip(&latitude) {
                let is_far = if is_south { *latitude > -70.0 } else { *latitude < 70.0 };
                assert!(!is_far || found.is_nan(), "{method}: {found} at {latitude}");
                let is_within = inner.contains(latitude) && method != Method::NearestTarget;
                assert!(!is_within || (found - 2.0).abs() < 1e-12, "{method}: {found} at {latitude}");
            }
        }
    }
}

#[test]
fn extrapolation_fills_what_is_missing_and_nothing_else() {
    let (source, target) = (bent(12, false), grids::global(45, 90));
    let field = sampled(&source, |x, _| x.cos() + 2.0);
    let weights = Weights::new(&source, &target, Method::Bilinear).unwrap();
    let before = weights.apply(&field, MissingPolicy::default()).unwrap();
    let (low, high) = field.iter().fold((f64::MAX, f64::MIN), |(low, high), &value| (low.min(value), high.max(value)));
    for extrapolation in [Extrapolation::Nearest, Extrapolation::InverseDistance(Neighbours::default())] {
        let whole = weights.extrapolated(extrapolation).unwrap();
        assert_eq!(whole.extrapolation(), extrapolation);
        let after = whole.apply(&field, MissingPolicy::default()).unwrap();
        for (before, after) in before.iter().zip(&after) {
            assert!(before.is_nan() || before == after);
            assert!((low - 1e-12..=high + 1e-12).contains(after), "{after}");
        }
    }
    let off = weights.extrapolated(Extrapolation::Off).unwrap();
    assert_eq!((off.cells(), off.row_starts()), (weights.cells(), weights.row_starts()));
}

#[test]
fn extrapolation_takes_no_masked_value() {
    let (source, target) = (bent(12, false), grids::global(45, 90));
    let mask: Vec<bool> = (0..source.len()).map(|cell| cell % 12 > 3).collect();
    let weights = Weights::new(&source, &target, Method::Nearest).unwrap().masked(&mask).unwrap();
    let whole = weights.extrapolated(Extrapolation::Nearest).unwrap();
    assert!(whole.cells().iter().all(|&cell| mask[cell as usize]));
    assert_eq!(whole.cells().len(), target.len());
}

#[test]
fn too_few_values_for_a_fit_give_the_bilinear_ones() {
    let (source, target) = (bent(1, true), grids::polar(2e4, 5));
    let [linear, smooth] =
        [Method::Bilinear, Method::Patch].map(|method| Weights::new(&source, &target, method).unwrap());
    assert_eq!((linear.cells(), linear.values()), (smooth.cells(), smooth.values()));
}

#[test]
fn slim_cells_are_seen_as_far_along_either_side() {
    // Nodes of a map three times as far apart along x as along y, values of the fourth degree.
    let (columns, rows) = (16, 48);
    let places: Vec<(f64, f64)> =
        (0..columns * rows).map(|at| (6e4 * (at % columns) as f64, 2e4 * (at / columns) as f64)).collect();
    let corners = (0..(columns - 1) * (rows - 1)).map(|face| face / (columns - 1) * columns + face % (columns - 1));
    let faces: Vec<u32> =
        corners.flat_map(|at| [at, at + 1, at + columns + 1, at + columns]).map(|node| node as u32).collect();
    let source = super::on_nodes(Crs::parse("EPSG:3031").unwrap(), &places, &faces, 4);
    let field = |(x, y): (f64, f64)| 1.0 + (x / 4e5 - 1.0).powi(4) - (x / 4e5) * (y / 4e5 - 1.0).powi(3);
    let inner: Vec<(f64, f64)> =
        (0..400).map(|at| (3e5 + 1.5e4 * (at % 20) as f64, 3e5 + 1.5e4 * (at / 20) as f64)).collect();
    let target = super::on_nodes(Crs::parse("EPSG:3031").unwrap(), &inner, &[0, 1, 21, 20], 4);
    let weights = Weights::new(&source, &target, Method::Patch).unwrap();
    let values: Vec<f64> = places.iter().copied().map(field).collect();
    let found = weights.apply(&values, MissingPolicy::default()).unwrap();
    for (row, (&place, found)) in inner.iter().zip(found).enumerate() {
        assert!((found - field(place)).abs() < 1e-9, "{place:?}: {found}");
        let taken = weights.row_starts()[row]..weights.row_starts()[row + 1];
        assert!((20..=32).contains(&taken.len()), "{place:?}: {taken:?}");
        let reach = |part: fn(&(f64, f64)) -> f64| {
            let parts = weights.cells()[taken.clone()].iter().map(|&cell| part(&places[cell as usize]));
            parts.clone().fold(f64::MIN, f64::max) - parts.fold(f64::MAX, f64::min)
        };
        assert!(reach(|place| place.0) >= 3.0 * 6e4 && reach(|place| place.1) <= 6.0 * 2e4, "{place:?}");
    }
}

#[test]
fn the_smooth_method_does_not_jump_from_cell_to_cell() {
    // Along a line through many cells, steps of the value shrink with the step.
    let field = |x: f64, y: f64| (5.0 * x).sin() * (3.0 * y).cos();
    for source in [grids::global(36, 72), grids::triangles(12), grids::healpix(4), grids::rotated(36, 72)] {
        let line = |count: usize| -> Vec<(f64, f64)> {
            (0..count).map(|at| 40.0 * at as f64 / count as f64).map(|along| (along, 0.9 * along - 10.0)).collect()
        };
        let values = sampled(&source, field);
        let largest = [2000, 16000].map(|count| {
            let found = regridded(&source, &super::points(&line(count), grids::sphere()), Method::Patch, &values);
            found.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f64::max)
        });
        assert!(largest[1] < 0.2 * largest[0], "{largest:?}");
    }
}

#[test]
fn ellipsoids_may_differ() {
    let target = grids::polar(2e5, 11);
    assert_eq!(target.ellipsoid(), Ellipsoid::WGS84);
    let found = regridded(&grids::global(90, 180), &target, Method::Bilinear, &vec![1.0; 90 * 180]);
    assert!(found.iter().all(|value| (value - 1.0).abs() < 1e-14));
}
