//! Points located many at a time against one at a time: `proj4rs`, a search along the axes, and positions in space.

use proptest::prelude::*;

use super::super::axis::Axis;
use super::super::healpix::{HealpixGrid, HealpixOrder};
use super::super::rectilinear::RectilinearGrid;
use super::offsets::{east_and_north, metres};
use super::*;
use crate::crs::{AuthalicSphere, Crs, Ellipsoid};

/// Cells and offsets of points.
fn batch(grid: &Grid, longitude: &[f64], latitude: &[f64]) -> Vec<Option<LocatedPoint>> {
    Locator::new(grid).unwrap().locate(longitude, latitude).unwrap()
}

fn spaced(first: f64, step: f64, length: usize) -> Axis {
    Axis::from_centres((0..length).map(|at| first + step * at as f64).collect()).unwrap()
}

fn rectilinear(crs: &str, x: Axis, y: Axis) -> Grid {
    Grid::Rectilinear(RectilinearGrid::new(Crs::parse(crs).unwrap(), x, y).unwrap())
}

/// One point at a time, without anything of what is tested here.
fn alone(grid: &RectilinearGrid, longitude: f64, latitude: f64) -> Option<LocatedPoint> {
    if !longitude.is_finite() || latitude.is_nan() || latitude.abs() > 90.0 {
        return None;
    }
    let (x, y) = grid.crs().forward(&[longitude], &[latitude]).ok()?;
    let cell = grid.locate(x[0], y[0])?;
    let centre = [grid.x().centres()[cell % grid.x().len()], grid.y().centres()[cell / grid.x().len()]];
    let offset = [x[0] - centre[0], y[0] - centre[1]];
    let is_geographic = grid.crs().is_geographic();
    Some(LocatedPoint {
        cell,
        offset: if is_geographic { metres(offset, centre[1], grid.crs().ellipsoid()) } else { offset },
    })
}

/// Whether a point is as near to an edge of the cell that either found as the digits of a position are.
fn is_on_an_edge(grid: &RectilinearGrid, longitude: f64, latitude: f64) -> bool {
    let Ok((x, y)) = grid.crs().forward(&[longitude], &[latitude]) else { return true };
    let near = |axis: &Axis, at: f64| axis.bounds().iter().any(|edge| (edge - at).abs() < 1e-6);
    near(grid.x(), x[0]) || near(grid.y(), y[0])
}

/// A grid of each kind: evenly spaced, descending, uneven, of another map, about the whole globe and part of it.
fn grids() -> Vec<Grid> {
    let uneven = Axis::from_bounds(vec![-3.1e6, -2.9e6, -1e6, -9e5, 0.0, 1.0, 5e5, 5.1e5, 3.2e6]).unwrap();
    vec![
        rectilinear("EPSG:3031", spaced(-3.04e6, 8e3, 761), spaced(3.04e6, -8e3, 761)),
        rectilinear("EPSG:3413", uneven.clone(), spaced(-3.333e6, 1e3 / 3.0, 9000)),
        rectilinear("EPSG:6932", uneven, spaced(4e6, -7.77e4, 100)),
        rectilinear("EPSG:32633", spaced(1e5, 1e4, 80), spaced(6e6, 1e4, 300)),
        rectilinear("EPSG:4326", spaced(0.0, 1.0, 360), spaced(-90.0, 0.5, 361)),
        rectilinear("EPSG:4326", spaced(-59.95, 0.1, 500), spaced(83.3, -0.05, 500)),
    ]
}

/// Places that a sign or an end of an interval could lose.
fn places() -> impl Strategy<Value = (f64, f64)> {
    let longitude = prop_oneof![
        4 => -200.0..380.0_f64,
        1 => (-8_i32..17).prop_map(|eighth| 45.0 * f64::from(eighth)),
        1 => prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(-1e9), Just(180.000_000_1), Just(-0.0), Just(571.0)],
    ];
    let latitude = prop_oneof![
        6 => -90.0..=90.0_f64,
        4 => -90.0..-60.0_f64,
        4 => 58.0..90.0_f64,
        1 => prop_oneof![Just(f64::NAN), Just(90.0), Just(-90.0), Just(90.000_001), Just(-1e3), Just(0.0)],
    ];
    (longitude, latitude)
}

/// Number of the cell at a place, by the sines of the standard library.
fn number_at(cells: &HealpixGrid, sphere: &AuthalicSphere, longitude: f64, latitude: f64) -> u64 {
    cells.number_on_sphere(sphere.height_and_radius(latitude), longitude)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn many_points_are_where_each_alone_is(places in prop::collection::vec(places(), 1..40)) {
        let (longitude, latitude): (Vec<f64>, Vec<f64>) = places.into_iter().unzip();
        for grid in grids() {
            let found = batch(&grid, &longitude, &latitude);
            let Grid::Rectilinear(grid) = grid else { return Ok(()) };
            for (at, found) in found.into_iter().enumerate() {
                let expected = alone(&grid, longitude[at], latitude[at]);
                if found.map(|point| point.cell) != expected.map(|point| point.cell) {
                    prop_assert!(is_on_an_edge(&grid, longitude[at], latitude[at]), "{:?} {:?}", found, expected);
                    continue;
                }
                let (Some(found), Some(expected)) = (found, expected) else { continue };
                // `proj4rs` loses digits about the pole of an equal-area map.
                let from_pole = (90.0 - latitude[at].abs()) * 1.1e5;
                let tolerance = if matches!(grid.crs(), Crs::Projected(_)) { 1e-6 + 0.05 / from_pole } else { 1e-6 };
                let apart = [0, 1].map(|axis| (found.offset[axis] - expected.offset[axis]).abs());
                prop_assert!(apart[0] < tolerance && apart[1] < tolerance, "{:?} {:?}", found, expected);
            }
        }
    }

    #[test]
    fn many_points_of_healpix_are_where_each_alone_is(
        places in prop::collection::vec(places(), 1..40), level in 0_u8..20, ring: bool,
    ) {
        let order = if ring { HealpixOrder::Ring } else { HealpixOrder::Nested };
        let cells = HealpixGrid::new(level, order, Ellipsoid::WGS84, None).unwrap();
        let sphere = AuthalicSphere::new(&Ellipsoid::WGS84);
        let (longitude, latitude): (Vec<f64>, Vec<f64>) = places.into_iter().unzip();
        let found = batch(&Grid::Healpix(cells.clone()), &longitude, &latitude);
        for (at, found) in found.into_iter().enumerate() {
            let (longitude, latitude) = (longitude[at], latitude[at]);
            let is_known = longitude.is_finite() && latitude.abs() <= 90.0;
            prop_assert_eq!(found.is_some(), is_known);
            let Some(found) = found else { continue };
            let expected = number_at(&cells, &sphere, longitude, latitude) as usize;
            let offset = |cell| {
                east_and_north(&Ellipsoid::WGS84, sphere.longitude_latitude(cells.centre(cell)), (longitude % 360.0, latitude))
            };
            // On an edge of two cells the last digit decides.
            let on_edge = || {
                let moved = [-1e-10, 1e-10].map(|step| number_at(&cells, &sphere, longitude + step / latitude.to_radians().cos().max(1e-9), latitude));
                let up = [-1e-10, 1e-10].map(|step: f64| number_at(&cells, &sphere, longitude, (latitude + step).clamp(-90.0, 90.0)));
                moved.iter().chain(&up).any(|&number| number as usize == found.cell)
            };
            prop_assert!(found.cell == expected || on_edge(), "{} {}", found.cell, expected);
            let expected = offset(found.cell);
            prop_assert!((found.offset[0] - expected[0]).hypot(found.offset[1] - expected[1]) < 1e-6);
        }
    }
}

#[test]
fn cuts_do_not_change_a_bit() {
    // More than one task, and more than one piece of each.
    let count = 2 * POINTS_PER_TASK + 777;
    let longitude: Vec<f64> = (0..count).map(|at| 0.37 * at as f64 % 360.0 - 180.0).collect();
    let latitude: Vec<f64> = (0..count).map(|at| -90.0 + 30.0 * (at as f64 / count as f64)).collect();
    let listed = HealpixGrid::new(6, HealpixOrder::Nested, Ellipsoid::WGS84, Some((30_000..40_000).rev().collect()));
    for grid in [grids().swap_remove(0), grids().swap_remove(4), Grid::Healpix(listed.unwrap())] {
        let whole = batch(&grid, &longitude, &latitude);
        let pieces = longitude.chunks(1001).zip(latitude.chunks(1001));
        let cut: Vec<_> = pieces.flat_map(|(longitude, latitude)| batch(&grid, longitude, latitude)).collect();
        assert!(whole.iter().filter(|point| point.is_some()).count() > 1000);
        assert_eq!(whole, cut, "{}", grid.summary());
    }
}

#[test]
fn poles_and_edges_belong_to_the_cells_that_they_did() {
    let grid = &grids()[0];
    // The pole is on the corner of no cell: a centre.
    let pole = batch(grid, &[0.0, 123.0], &[-90.0; 2]);
    assert_eq!(pole[0], pole[1]);
    assert_eq!(pole[0].map(|point| point.cell), Some(380 * 761 + 380));
    // One with an edge at the pole: lower edges belong to a cell, whichever way the axis runs.
    let edge = rectilinear("EPSG:3031", spaced(-4e3, 8e3, 2), spaced(4e3, -8e3, 2));
    assert_eq!(batch(&edge, &[77.0], &[-90.0])[0].map(|point| point.cell), Some(1));
    // The antimeridian is one line, by whichever name.
    let found = batch(&edge, &[180.0, -180.0], &[-89.99; 2]);
    assert_eq!(found[0], found[1]);
}

#[test]
fn edges_of_many_cells_are_those_of_each() {
    for (grid, is_even) in grids().into_iter().zip([true, false, false, true]) {
        let Grid::Rectilinear(grid) = grid else { return };
        let around = |axis: &Axis| -> Vec<f64> {
            let edges = axis.bounds().iter().flat_map(|edge| [edge.next_down(), *edge, edge.next_up()]);
            edges.chain(axis.centres().iter().copied()).chain([f64::NAN, f64::INFINITY, -1e300, 0.0]).collect()
        };
        let (x, y) = (around(grid.x()), around(grid.y()));
        let count = x.len().max(y.len());
        let x: Vec<f64> = x.iter().cycle().take(count).copied().collect();
        // Out of step, so that the edges of one axis meet the insides of the other.
        let y: Vec<f64> = y.iter().cycle().skip(1).step_by(7).take(count).copied().collect();
        let (mut cells, mut right, mut up) = (vec![7; count], vec![0.0; count], vec![0.0; count]);
        let locator = RectilinearLocator::new(&grid);
        assert_eq!(locator.is_even(), is_even);
        locator.cells_of(&x, &y, LocatedColumns { cells: &mut cells, x: &mut right, y: &mut up });
        for at in 0..count {
            let expected = grid.locate(x[at], y[at]);
            assert_eq!(cells[at], expected.map_or(Locator::OUTSIDE, |cell| cell as u64), "{} {}", x[at], y[at]);
            if let Some(cell) = expected {
                let centre = [grid.x().centres()[cell % grid.x().len()], grid.y().centres()[cell / grid.x().len()]];
                assert_eq!([right[at], up[at]], [x[at] - centre[0], y[at] - centre[1]]);
            }
        }
        assert!(cells.contains(&Locator::OUTSIDE) && cells.iter().any(|&cell| cell != Locator::OUTSIDE));
    }
}

#[test]
fn columns_of_another_length_are_refused() {
    let grid = &grids()[0];
    let locator = Locator::new(grid).unwrap();
    let (mut cells, mut x, mut y) = ([7; 2], [0.0; 2], [0.0; 2]);
    let refused = locator.locate_batch(&[0.0], &[-80.0], &mut cells, &mut x[..1], &mut y[..1]);
    assert!(matches!(refused, Err(GridError::Length { what: "cells of points", expected: 1, found: 2 })));
    assert!(locator.locate_batch(&[0.0; 2], &[-80.0], &mut cells, &mut x, &mut y).is_err());
    assert_eq!(cells, [7; 2]);
}
