//! Cells near points against all cells of a level.

use nunatak_grid::vector::{dot, minus};
use nunatak_grid::{AuthalicSphere, Ellipsoid, HealpixGrid, HealpixOrder};

use crate::sample::near_cells::HealpixRings;

#[test]
fn all_cells_within_an_angle_are_found() {
    let sphere = AuthalicSphere::new(&Ellipsoid::WGS84);
    let positions =
        [(0.0, 90.0), (0.0, -90.0), (359.9, 89.2), (-10.0, -88.0), (0.0, 0.0), (180.0, 41.8), (45.0, -41.9)];
    let more = (0..200).map(|at| (1.7 * f64::from(at) - 170.0, 89.0 * (2.3 * f64::from(at)).sin()));
    let positions: Vec<(f64, f64)> = positions.into_iter().chain(more).collect();
    for level in 0..5 {
        let grid = HealpixGrid::new(level, HealpixOrder::Ring, Ellipsoid::WGS84, None).unwrap();
        let centres: Vec<_> = (0..grid.len()).map(|cell| grid.centre(cell)).collect();
        let rings = HealpixRings::new(level);
        for &(longitude, latitude) in &positions {
            let point = sphere.unit_vector(longitude, latitude);
            for sides in [1.0, 2.5, 7.0] {
                let angle = rings.cell_sides(sides);
                let mut found = Vec::new();
                rings.add_within(point, angle, &mut found);
                found.sort_unstable();
                assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "{level} {longitude} {latitude}: twice");
                assert!(found.iter().all(|&cell| (cell as usize) < centres.len()));
                let chord = 2.0 * (0.5 * angle.min(std::f64::consts::PI)).sin();
                for (cell, &centre) in centres.iter().enumerate() {
                    let apart = minus(centre, point);
                    let is_within = dot(apart, apart).sqrt() < chord * (1.0 - 1e-12);
                    let is_found = found.binary_search(&(cell as u64)).is_ok();
                    assert!(is_found || !is_within, "level {level} at {longitude} {latitude}: cell {cell}");
                }
            }
        }
    }
}
