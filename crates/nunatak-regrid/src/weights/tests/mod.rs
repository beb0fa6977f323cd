//! Weights between rows and columns conserve.

use nunatak_grid::{Axis, Crs, Ellipsoid, Grid, PolarStereographic, Pole, RectilinearGrid};
use proptest::prelude::*;

use crate::options::{Method, MissingPolicy};
use crate::{RegridError, Weights};

mod missing;
mod points;
mod seams;

fn rectilinear(grid: &Grid) -> &RectilinearGrid {
    grid.rectilinear().unwrap()
}

fn axis(start: f64, step: f64, length: usize) -> Axis {
    Axis::from_centres((0..length).map(|index| start + step * index as f64).collect()).unwrap()
}

fn polar(name: &str, x: Axis, y: Axis) -> Grid {
    Grid::Rectilinear(RectilinearGrid::new(Crs::parse(name).unwrap(), x, y).unwrap())
}

/// The ISMIP6 grid of Antarctica at this spacing (m).
fn antarctic(spacing: f64) -> Grid {
    let length = (6_080_000.0 / spacing) as usize + 1;
    polar("EPSG:3031", axis(-3_040_000.0, spacing, length), axis(-3_040_000.0, spacing, length))
}

fn southern(step: f64) -> Grid {
    polar(
        "EPSG:4326",
        axis(-180.0 + step / 2.0, step, (360.0 / step) as usize),
        axis(-90.0 + step / 2.0, step, (55.0 / step) as usize),
    )
}

/// A field that falls to zero inside the Antarctic grid, at its cell centres.
fn dome(grid: &Grid) -> Vec<f64> {
    let grid = rectilinear(grid);
    grid.y()
        .centres()
        .iter()
        .flat_map(|y| grid.x().centres().iter().map(move |x| (1.0 - (x * x + 1.1 * y * y) / 7e12).max(0.0) * 4000.0))
        .collect()
}

fn integral(grid: &Grid, field: &[f64]) -> f64 {
    rectilinear(grid)
        .cell_areas()
        .iter()
        .zip(field)
        .filter(|(_, value)| !value.is_nan())
        .map(|(area, value)| area * value)
        .sum()
}

fn all_of_it() -> MissingPolicy {
    MissingPolicy::new(true, 0.0).unwrap()
}

fn check_ones(source: &Grid, target: &Grid, method: Method) {
    let weights = Weights::new(source, target, method).unwrap();
    let ones = vec![1.0; rectilinear(source).len()];
    let found = weights.apply(&ones, MissingPolicy::default()).unwrap();
    assert!(found.iter().any(|value| !value.is_nan()));
    for value in found.iter().filter(|value| !value.is_nan()) {
        assert!((value - 1.0).abs() < 1e-13, "{value}");
    }
    for covered in weights.covered_fraction() {
        assert!(covered < 1.0 + 1e-10, "{covered}");
    }
}

#[test]
fn ones_stay_ones() {
    let (coarse, fine, global) = (antarctic(64e3), antarctic(40e3), southern(2.5));
    for method in [Method::Conservative, Method::Bilinear, Method::Nearest] {
        for (source, target) in [(&coarse, &fine), (&fine, &coarse), (&coarse, &global), (&global, &coarse)] {
            check_ones(source, target, method);
        }
    }
    check_ones(&southern(2.5), &southern(1.25), Method::Conservative);
}

#[test]
fn polar_grids_conserve_there_and_back() {
    let (coarse, fine) = (antarctic(32e3), antarctic(16e3));
    let field = dome(&coarse);
    let there = Weights::new(&coarse, &fine, Method::Conservative).unwrap().apply(&field, all_of_it()).unwrap();
    let back = Weights::new(&fine, &coarse, Method::Conservative).unwrap().apply(&there, all_of_it()).unwrap();
    let expected = integral(&coarse, &field);
    for found in [integral(&fine, &there), integral(&coarse, &back)] {
        assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
    }
}

#[test]
fn polar_to_geographic_and_back_conserves() {
    let (polar, global) = (antarctic(64e3), southern(1.0));
    let field = dome(&polar);
    let there = Weights::new(&polar, &global, Method::Conservative).unwrap();
    // Cells at the boundary are covered in part: their mean belongs to the covered part only.
    let covered = there.covered_fraction();
    let values = there.apply(&field, all_of_it()).unwrap();
    let on_global: Vec<f64> =
        values.iter().zip(&covered).map(|(value, part)| if *part > 0.0 { value * part } else { 0.0 }).collect();
    let expected = integral(&polar, &field);
    let found = integral(&global, &on_global);
    assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
    let back = Weights::new(&global, &polar, Method::Conservative).unwrap().apply(&on_global, all_of_it()).unwrap();
    let found = integral(&polar, &back);
    // On the way back the dome's foot ends inside the polar grid, so that nothing is lost.
    assert!((found / integral(&global, &on_global) - 1.0).abs() < 1e-12, "{found}");
}

#[test]
fn every_source_cell_is_shared_out_whole() {
    let (polar, global) = (antarctic(160e3), southern(2.5));
    let weights = Weights::new(&polar, &global, Method::Conservative).unwrap();
    let target_areas = rectilinear(&global).cell_areas();
    let mut shared = vec![0.0; rectilinear(&polar).len()];
    for (row, ends) in weights.row_starts().windows(2).enumerate() {
        for entry in ends[0]..ends[1] {
            shared[weights.cells()[entry] as usize] += weights.values()[entry] * target_areas[row];
        }
    }
    let inside = |cell: usize| {
        let (x, y) = (rectilinear(&polar).x().centres()[cell % 39], rectilinear(&polar).y().centres()[cell / 39]);
        x.hypot(y) < 3.0e6
    };
    for (cell, (found, expected)) in shared.iter().zip(rectilinear(&polar).cell_areas()).enumerate() {
        if inside(cell) {
            assert!((found / expected - 1.0).abs() < 1e-12, "{cell}: {found} {expected}");
        }
    }
}

/// Distances from the pole at which a ray enters and leaves a rectangle.
fn crossing(direction: (f64, f64), x: (f64, f64), y: (f64, f64)) -> Option<(f64, f64)> {
    let slab = |along: f64, (low, high): (f64, f64)| {
        let (first, second) = (low / along, high / along);
        (first.min(second), first.max(second))
    };
    let (in_x, in_y) = (slab(direction.0, x), slab(direction.1, y));
    let (enter, leave) = (in_x.0.max(in_y.0).max(0.0), in_x.1.min(in_y.1));
    (enter < leave).then_some((enter, leave))
}

#[test]
fn shares_of_polar_cells_agree_with_thin_slices_of_longitude() {
    // Each slice of a rectangle is the zone between the latitudes where its meridian enters and leaves.
    let crs = Crs::parse("EPSG:3031").unwrap();
    let polar = polar("EPSG:3031", axis(-2e5, 4e5, 3), axis(1e5, 4e5, 3));
    let global = southern(2.5);
    let (grid, cells) = (rectilinear(&polar), rectilinear(&global));
    let weights = Weights::new(&global, &polar, Method::Conservative).unwrap();
    let areas = grid.cell_areas();
    let slices = 400;
    for (cell, area) in areas.iter().enumerate() {
        let mut expected = std::collections::BTreeMap::<u32, f64>::new();
        for slice in 0..144 * slices {
            let width = 2.5 / f64::from(slices);
            let longitude = -180.0 + width * (f64::from(slice) + 0.5);
            let direction = (longitude.to_radians().sin(), longitude.to_radians().cos());
            let Some((enter, leave)) = crossing(direction, grid.x().cell(cell % 3), grid.y().cell(cell / 3)) else {
                continue;
            };
            let x = [direction.0 * enter, direction.0 * leave];
            let (_, latitude) = crs.inverse(&x, &[direction.1 * enter, direction.1 * leave]).unwrap();
            for row in 0..cells.y().len() {
                let (low, high) = cells.y().cell(row);
                let (south, north) = (latitude[0].max(low), latitude[1].min(high));
                if south < north {
                    let share = Ellipsoid::WGS84.zone_area(south, north, width) / area;
                    *expected.entry((row as i32 * 144 + slice / slices) as u32).or_default() += share;
                }
            }
        }
        let entries = weights.row_starts()[cell]..weights.row_starts()[cell + 1];
        for entry in entries.clone() {
            let share = expected.remove(&weights.cells()[entry]).unwrap_or(0.0);
            assert!((weights.values()[entry] - share).abs() < 1e-6, "{cell}: {} {share}", weights.values()[entry]);
        }
        assert!(expected.values().all(|share| *share < 1e-6), "{cell}: {expected:?}");
    }
}

fn turned(meridian: f64, parallel: f64, x: Axis, y: Axis) -> Grid {
    let projection = PolarStereographic::new(Ellipsoid::WGS84, Pole::South, parallel, meridian).unwrap();
    let projection = projection.with_false_origin(1e6, -5e5).unwrap();
    Grid::Rectilinear(RectilinearGrid::new(Crs::PolarStereographic(projection), x, y).unwrap())
}

#[test]
fn maps_of_one_pole_conserve() {
    let source = antarctic(64e3);
    let target = turned(25.0, -80.0, axis(-4e6, 5e4, 201), axis(4.5e6, -5e4, 201));
    let field = dome(&source);
    let weights = Weights::new(&source, &target, Method::Conservative).unwrap();
    let covered = weights.covered_fraction();
    let found: Vec<f64> = weights
        .apply(&field, all_of_it())
        .unwrap()
        .iter()
        .zip(&covered)
        .map(|(value, part)| if *part > 0.0 { value * part } else { 0.0 })
        .collect();
    assert!((integral(&target, &found) / integral(&source, &field) - 1.0).abs() < 1e-12);
    check_ones(&source, &target, Method::Conservative);
}

#[test]
fn a_quarter_turn_moves_cells_onto_cells() {
    // Turned by 90 degrees east about the south pole, x of the one map is -y or y of the other: cells coincide.
    let source = antarctic(320e3);
    let projection = PolarStereographic::new(Ellipsoid::WGS84, Pole::South, -71.0, 90.0).unwrap();
    let axes = || axis(-3.04e6, 320e3, 20);
    let target = Grid::Rectilinear(RectilinearGrid::new(Crs::PolarStereographic(projection), axes(), axes()).unwrap());
    let weights = Weights::new(&source, &target, Method::Conservative).unwrap();
    let nearest = Weights::new(&source, &target, Method::Nearest).unwrap();
    let field: Vec<f64> = (0..400).map(f64::from).collect();
    let (found, expected) = (
        weights.apply(&field, MissingPolicy::default()).unwrap(),
        nearest.apply(&field, MissingPolicy::default()).unwrap(),
    );
    for (found, expected) in found.iter().zip(&expected) {
        assert!((found - expected).abs() < 1e-6, "{found} {expected}");
    }
}

#[test]
fn weights_do_not_depend_on_the_number_of_threads() {
    let (source, target) = (antarctic(160e3), southern(5.0));
    let make = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| Weights::new(&source, &target, Method::Conservative).unwrap())
    };
    let (one, three) = (make(1), make(3));
    assert_eq!(one.cells(), three.cells());
    assert_eq!(one.values(), three.values());
}

#[test]
fn cells_that_only_touch_share_nothing() {
    // The same cells, their coordinates rounded in two ways.
    let counted = polar("EPSG:4326", axis(-179.95, 0.1, 3600), axis(-89.95, 0.1, 100));
    let edges = |start: f64, count: usize| (0..=count).map(|edge| start + edge as f64 / 10.0).collect();
    let divided = polar(
        "EPSG:4326",
        Axis::from_bounds(edges(-180.0, 3600)).unwrap(),
        Axis::from_bounds(edges(-90.0, 100)).unwrap(),
    );
    assert_ne!(counted, divided);
    let weights = Weights::new(&counted, &divided, Method::Conservative).unwrap();
    assert_eq!(weights.cells().len(), 360_000);
}

proptest! {
    #[test]
    fn any_two_overlapping_grids_share_their_area_once(
        origin in (-2e6..1e6, -2e6..1e6), step in 1e4..1e5, other in (-2e6..1e6, -2e6..1e6), ratio in 0.3..3.0,
    ) {
        let source = polar("EPSG:3031", axis(origin.0, step, 12), axis(origin.1, step, 9));
        let target = polar("EPSG:3031", axis(other.0, step * ratio, 10), axis(other.1, step * ratio, 14));
        let Ok(weights) = Weights::new(&source, &target, Method::Conservative) else { return Ok(()) };
        let areas = rectilinear(&target).cell_areas();
        let shared: f64 = weights.covered_fraction().iter().zip(&areas).map(|(part, area)| part * area).sum();
        let range = |first: &Axis, second: &Axis| {
            (first.extent().0.max(second.extent().0), first.extent().1.min(second.extent().1))
        };
        let (s, t) = (rectilinear(&source), rectilinear(&target));
        let Crs::PolarStereographic(projection) = s.crs() else { unreachable!() };
        let expected = projection.rectangle_area(range(s.x(), t.x()), range(s.y(), t.y()));
        prop_assert!((shared / expected - 1.0).abs() < 1e-12, "{} {}", shared, expected);
    }
}
