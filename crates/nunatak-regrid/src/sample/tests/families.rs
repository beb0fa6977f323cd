//! Values at the centres of a target grid against regridding to it, and exact fields.

use std::sync::Arc;

use nunatak_array::{MemoryArray, NoProgress, SharedArray, Values};
use nunatak_grid::{AuthalicSphere, Ellipsoid, Grid, HealpixGrid, HealpixOrder};

use super::centres;
use crate::test_grids::{globe, healpix, polar, rotated, triangles};
use crate::{Method, Neighbours, PointStencils, Weights, sample};

/// The largest difference between the rows of stencils at the centres of a target and those of weights.
fn apart(source: &Grid, target: &Grid, method: Method) -> f64 {
    let weights = Weights::new(source, target, method).unwrap();
    let (longitude, latitude) = centres(target);
    let stencils = PointStencils::new(source, &longitude, &latitude, method).unwrap();
    let mut worst = 0.0_f64;
    for (point, ends) in weights.row_starts().windows(2).enumerate() {
        let mut row = std::collections::BTreeMap::new();
        for at in ends[0]..ends[1] {
            *row.entry(weights.cells()[at] as usize).or_insert(0.0) += weights.values()[at];
        }
        stencils.of(point).for_each(|(cell, weight)| *row.entry(cell).or_insert(0.0) -= weight);
        worst = row.values().fold(worst, |worst, apart| worst.max(apart.abs()));
    }
    worst
}

/// The largest difference (in radii of the Earth) between how near the one cell of each stencil is to the centre of a target, and how
/// near that of regridding is: of two cells as near, rounding may choose either.
fn nearness_apart(source: &Grid, target: &Grid) -> f64 {
    let weights = Weights::new(source, target, Method::Nearest).unwrap();
    let (longitude, latitude) = centres(target);
    let stencils = PointStencils::new(source, &longitude, &latitude, Method::Nearest).unwrap();
    let sphere = AuthalicSphere::new(&source.ellipsoid());
    let [sources, targets] = [source, target].map(|grid| grid.centres_on_sphere(&sphere).unwrap());
    let mut worst = 0.0_f64;
    for (point, ends) in weights.row_starts().windows(2).enumerate() {
        let regridded: Vec<usize> = weights.cells()[ends[0]..ends[1]].iter().map(|&cell| cell as usize).collect();
        let sampled: Vec<usize> = stencils.of(point).map(|(cell, _)| cell).collect();
        assert_eq!(sampled.len(), regridded.len(), "{} at {point}", source.summary());
        for (&cell, &other) in sampled.iter().zip(&regridded) {
            let distance = |cell: usize| {
                let along = |axis: usize| sources[cell][axis] - targets[point][axis];
                along(0).hypot(along(1)).hypot(along(2))
            };
            worst = worst.max((distance(cell) - distance(other)).abs());
        }
    }
    worst
}

#[test]
fn stencils_of_all_families_are_the_rows_of_regridding() {
    let listed = |level, cells: std::ops::Range<u64>| {
        let cells = cells.filter(|cell| cell % 37 != 5).chain([3, 7]).collect();
        Grid::Healpix(HealpixGrid::new(level, HealpixOrder::Nested, Ellipsoid::WGS84, Some(cells)).unwrap())
    };
    let target = rotated(17, 23, 41.0);
    let local = polar(130e3, 1.3e6);
    for (source, target) in [
        (healpix(4), &target),
        (listed(4, 900..3000), &target),
        (rotated(30, 50, 20.0), &target),
        (triangles(90e3, 1.5e6, false), &local),
        (triangles(90e3, 1.5e6, true), &local),
        (polar(70e3, 1.5e6), &local),
    ] {
        for method in [Method::Bilinear, Method::Patch, Method::InverseDistance(Neighbours::default())] {
            let apart = apart(&source, target, method);
            // Positions go over longitude and latitude, and centres that lie on an edge may choose the other side.
            assert!(apart < 1e-7, "{method} from {}: {apart}", source.summary());
        }
        let apart = nearness_apart(&source, target);
        assert!(apart < 1e-12, "nearest from {}: {apart}", source.summary());
    }
}

#[test]
fn a_plane_of_the_map_is_exact_between_the_nodes_of_triangles() {
    let mesh = triangles(90e3, 1.5e6, true);
    let crs = mesh.crs();
    let Grid::Mesh(cells) = &mesh else { panic!("no mesh") };
    let plane = |x: f64, y: f64| 3e-3 * x - 2e-3 * y + 7.0;
    let (x, y) = cells.nodes();
    let field: Vec<f64> = x.iter().zip(y).map(|(&x, &y)| plane(x, y)).collect();
    let model: SharedArray = Arc::new(MemoryArray::new(vec![field.len()], Values::F64(field)).unwrap());
    let at = |index: i32, seed: f64| 1.3e6 * (f64::from(index) * seed).sin();
    let (x, y): (Vec<f64>, Vec<f64>) = (0..500).map(|index| (at(index, 1.3), at(index, 2.1))).unzip();
    let (longitude, latitude) = crs.inverse(&x, &y).unwrap();
    let found = sample(&model, &mesh, &longitude, &latitude, Method::Bilinear, None, &NoProgress).unwrap();
    for (found, (&x, &y)) in found.iter().zip(x.iter().zip(&y)) {
        assert!((found - plane(x, y)).abs() < 1e-9, "{found} at {x} {y}");
    }
}

#[test]
fn conservative_is_the_cell_that_holds_the_point() {
    for grid in [healpix(3), globe(12, 24), triangles(90e3, 1.5e6, false), rotated(12, 20, 30.0)] {
        let (longitude, latitude) = centres(&grid);
        let stencils = PointStencils::new(&grid, &longitude, &latitude, Method::Conservative).unwrap();
        for point in 0..stencils.len() {
            assert_eq!(stencils.of(point).collect::<Vec<_>>(), [(point, 1.0)], "{}", grid.summary());
        }
    }
}

#[test]
fn a_missing_cell_spoils_the_points_that_need_it_and_points_outside_are_missing() {
    let mesh = triangles(90e3, 1.5e6, true);
    let mut field = vec![1.0; mesh.len()];
    field[mesh.len() / 2] = f64::NAN;
    let model: SharedArray = Arc::new(MemoryArray::new(vec![field.len()], Values::F64(field)).unwrap());
    let (mut longitude, mut latitude) = centres(&mesh);
    let inner = longitude.len();
    longitude.extend([0.0, f64::NAN, 0.0, f64::INFINITY]);
    latitude.extend([-40.0, -89.0, f64::NAN, -89.0]);
    let stencils = PointStencils::new(&mesh, &longitude, &latitude, Method::Bilinear).unwrap();
    let found = stencils.values(&model, None, &NoProgress).unwrap();
    for (point, value) in found.iter().enumerate() {
        let needs_it = stencils.of(point).any(|(cell, _)| cell == mesh.len() / 2);
        assert_eq!(value.is_nan(), needs_it || stencils.of(point).count() == 0, "{point}");
    }
    assert!(found[inner..].iter().all(|value| value.is_nan()));
    assert_eq!(
        found.iter().filter(|value| value.is_nan()).count() - 4,
        found[..inner].iter().filter(|v| v.is_nan()).count()
    );
}
