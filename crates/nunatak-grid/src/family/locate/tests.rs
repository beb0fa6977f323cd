//! Points located by every family, against brute force and against the polygons of regridding.

use proptest::prelude::*;

use super::super::axis::Axis;
use super::super::healpix::{HealpixGrid, HealpixOrder};
use super::super::mesh::{Location, MeshGrid};
use super::super::rectilinear::RectilinearGrid;
use super::*;
use crate::crs::{AuthalicSphere, Crs, Ellipsoid};
use crate::geometry::vector::{Vector, normalised, plus, times};

fn cells(grid: &Grid, longitude: &[f64], latitude: &[f64]) -> Vec<Option<usize>> {
    let located = Locator::new(grid).unwrap().locate(longitude, latitude).unwrap();
    located.into_iter().map(|point| point.map(|point| point.cell)).collect()
}

fn cell(grid: &Grid, longitude: f64, latitude: f64) -> Option<usize> {
    cells(grid, &[longitude], &[latitude])[0]
}

/// Winding number of an outline about a point by the sum of angles.
fn winds_about(outline: &[[f64; 2]], [x, y]: [f64; 2]) -> bool {
    let angle = |at: usize| {
        let (a, b) = (outline[at], outline[(at + 1) % outline.len()]);
        let ([ax, ay], [bx, by]) = ([a[0] - x, a[1] - y], [b[0] - x, b[1] - y]);
        (ax * by - ay * bx).atan2(ax * bx + ay * by)
    };
    (0..outline.len()).map(angle).sum::<f64>().abs() > 3.0
}

/// A mesh on a map: quadrilaterals in which every other one is cut into a concave pentagon and a triangle.
fn bent_mesh() -> MeshGrid {
    dented_mesh(0.2)
}

/// The same with dents at this part of the way from the edge opposite to them.
fn dented_mesh(depth: f64) -> MeshGrid {
    let (mut x, mut y, mut starts, mut nodes) = (Vec::new(), Vec::new(), vec![0_u32], Vec::new());
    let side = 9_u32;
    for row in 0..side {
        for column in 0..side {
            // Neither straight nor regular.
            x.push(1e4 * f64::from(column) + 2e3 * f64::from((row * 7 + column * 3) % 5));
            y.push(-5e5 + 1e4 * f64::from(row) + 2e3 * f64::from((row * 5 + column * 11) % 7) / 2.0);
        }
    }
    for row in 0..side - 1 {
        for column in 0..side - 1 {
            let corner = row * side + column;
            let [a, b, c, d] = [corner, corner + 1, corner + side + 1, corner + side];
            if (row + column) % 2 == 0 {
                nodes.extend([a, d, c, b]);
                starts.push(nodes.len() as u32);
                continue;
            }
            // A dent from the edge c-d towards a-b.
            let dent = x.len() as u32;
            let mean = |list: &[f64], weights: [f64; 4]| -> f64 {
                [a, b, c, d].iter().zip(weights).map(|(&node, weight)| weight * list[node as usize]).sum()
            };
            let weights = [0.5 - 0.5 * depth, 0.5 - 0.5 * depth, 0.5 * depth, 0.5 * depth];
            let corner = (mean(&x, weights), mean(&y, weights));
            x.push(corner.0);
            y.push(corner.1);
            nodes.extend([a, b, c, dent, d]);
            starts.push(nodes.len() as u32);
            nodes.extend([dent, c, d]);
            starts.push(nodes.len() as u32);
        }
    }
    MeshGrid::new(Crs::parse("EPSG:3031").unwrap(), x, y, &starts, &nodes).unwrap()
}

/// A cube on the sphere, each face cut in squares, and the whole tilted, so that the
/// poles are inside cells.
fn cube(side: u32, tilt: f64) -> MeshGrid {
    let sphere = AuthalicSphere::new(&Ellipsoid::WGS84);
    let (mut corners, mut starts, mut nodes): (Vec<Vector>, _, _) = (Vec::new(), vec![0_u32], Vec::new());
    let (sine, cosine) = tilt.sin_cos();
    let mut node = |corner: [f64; 3]| -> u32 {
        let [x, y, z] = normalised(corner);
        let tilted = [cosine * x - sine * z, y, sine * x + cosine * z];
        let near = |other: &Vector| (0..3).all(|axis| (other[axis] - tilted[axis]).abs() < 1e-12);
        if let Some(at) = corners.iter().position(near) {
            return at as u32;
        }
        corners.push(tilted);
        corners.len() as u32 - 1
    };
    for axis in 0..3 {
        for sign in [-1.0, 1.0] {
            for row in 0..side {
                for column in 0..side {
                    for (right, up) in [(0, 0), (1, 0), (1, 1), (0, 1)] {
                        let at = |index: u32| 2.0 * f64::from(index) / f64::from(side) - 1.0;
                        let mut corner = [sign; 3];
                        corner[(axis + 1) % 3] = at(column + right);
                        corner[(axis + 2) % 3] = at(row + up);
                        nodes.push(node(corner));
                    }
                    starts.push(nodes.len() as u32);
                }
            }
        }
    }
    let (x, y): (Vec<f64>, Vec<f64>) = corners.iter().map(|&place| sphere.longitude_latitude(place)).unzip();
    MeshGrid::new(Crs::Geographic(Ellipsoid::WGS84), x, y, &starts, &nodes).unwrap()
}

/// Rows of cells between parallels, as a reduced Gaussian grid has them; cells share no nodes.
fn reduced(counts: &[u32]) -> MeshGrid {
    let (mut x, mut y) = (Vec::new(), Vec::new());
    let height = 180.0 / counts.len() as f64;
    for (row, &count) in counts.iter().enumerate() {
        let (south, north) = (-90.0 + height * row as f64, -90.0 + height * (row + 1) as f64);
        for column in 0..count {
            let width = 360.0 / f64::from(count);
            let (west, east) = (width * (f64::from(column) - 0.5), width * (f64::from(column) + 0.5));
            x.extend([west, east, east, west]);
            y.extend([south, south, north, north]);
        }
    }
    let starts: Vec<u32> = (0..=x.len() as u32 / 4).map(|cell| 4 * cell).collect();
    let nodes: Vec<u32> = (0..x.len() as u32).collect();
    MeshGrid::new(Crs::Geographic(Ellipsoid::WGS84), x, y, &starts, &nodes).unwrap().with_parallels()
}

proptest! {
    #[test]
    fn healpix_cells_hold_what_is_inside_them(
        level in 0_u8..30, share in 0.0..1.0_f64, right in 0.001..0.999_f64, up in 0.001..0.999_f64, ring: bool
    ) {
        let order = if ring { HealpixOrder::Ring } else { HealpixOrder::Nested };
        let grid = HealpixGrid::new(level, order, Ellipsoid::WGS84, None).unwrap();
        let number = ((grid.len() as f64 * share) as usize).min(grid.len() - 1);
        // On finer cells the digits of a longitude end.
        let (right, up) = if level > 24 { (0.5, 0.5) } else { (right, up) };
        let sphere = AuthalicSphere::new(&Ellipsoid::WGS84);
        let corners = grid.corners(number);
        let (south, centre) = (corners[2], grid.centre(number));
        let inside = plus(times(1.0 - 0.5 * right.min(up), centre), times(0.5 * right.min(up), south));
        let (longitude, latitude) = sphere.longitude_latitude(normalised(inside));
        prop_assert_eq!(cell(&Grid::Healpix(grid), longitude + 360.0 * f64::from(level % 3), latitude), Some(number));
    }

    #[test]
    fn faces_of_a_map_are_those_of_brute_force(x in -1e4..1.1e5_f64, y in -5.1e5..-4.0e5_f64) {
        let mesh = bent_mesh();
        let ((node_x, node_y), crs) = (mesh.nodes(), mesh.crs().clone());
        let outline = |face| -> Vec<[f64; 2]> {
            mesh.face(face).iter().map(|&node| [node_x[node as usize], node_y[node as usize]]).collect()
        };
        let expected = (0..mesh.faces()).find(|&face| winds_about(&outline(face), [x, y]));
        let (longitude, latitude) = crs.inverse(&[x], &[y]).unwrap();
        let grid = Grid::Mesh(mesh.clone());
        prop_assert_eq!(cell(&grid, longitude[0], latitude[0]), expected);
    }

    #[test]
    fn a_closed_mesh_holds_every_point_once(longitude in -360.0..720.0_f64, latitude in -90.0..=90.0_f64, tilt in 0.0..3.0_f64) {
        let mesh = cube(4, tilt);
        let sphere = AuthalicSphere::new(&Ellipsoid::WGS84);
        let point = sphere.unit_vector(longitude, latitude);
        let grid = Grid::Mesh(mesh);
        let found = cell(&grid, longitude, latitude);
        prop_assert!(found.is_some());
        // The quadrilaterals are convex: the point is left of all edges.
        let polygons = grid.cells_on_sphere(&sphere).unwrap();
        let least = |part: usize| {
            let corners = polygons.corners(part);
            let left = |at: usize| {
                let normal = crate::vector::cross(corners[at], corners[(at + 1) % corners.len()]);
                crate::vector::dot(point, normal)
            };
            (0..corners.len()).map(left).fold(f64::INFINITY, f64::min)
        };
        let expected: Vec<usize> = (0..polygons.len()).filter(|&part| least(part) >= -1e-15).collect();
        prop_assert!(expected.contains(&found.unwrap()), "{found:?} {expected:?}");
    }

    #[test]
    fn rows_between_parallels_are_found_by_latitude(longitude in -180.0..180.0_f64, latitude in -90.0..=90.0_f64) {
        let counts = [3, 8, 20, 24, 20, 16, 5, 3];
        let row = (((latitude + 90.0) / 22.5) as usize).min(7);
        let along = (longitude / 360.0 * f64::from(counts[row]) + 0.5).rem_euclid(f64::from(counts[row]));
        let before: u32 = counts[..row].iter().sum();
        let expected = before as usize + along as usize % counts[row] as usize;
        prop_assert_eq!(cell(&Grid::Mesh(reduced(&counts)), longitude, latitude), Some(expected));
    }

    #[test]
    fn polygons_of_cells_hold_their_insides(weights in prop::collection::vec(0.05..1.0_f64, 12), pick in 0.0..1.0_f64) {
        let sphere = AuthalicSphere::new(&Ellipsoid::WGS84);
        for mesh in [bent_mesh(), dented_mesh(0.6).on_nodes(), cube(5, 0.3), cube(5, 0.3).on_nodes()] {
            let grid = Grid::Mesh(mesh);
            let polygons = grid.cells_on_sphere(&sphere).unwrap();
            let part = ((polygons.len() as f64 * pick) as usize).min(polygons.len() - 1);
            let corners = polygons.corners(part);
            // Within the sagitta of a straight line of the map the pieces of great circles are elsewhere.
            let middle = normalised(corners.iter().copied().fold([0.0; 3], plus));
            let inside = corners.iter().zip(&weights).fold(times(2.0, middle), |sum, (&corner, &weight)| plus(sum, times(weight, corner)));
            let (longitude, latitude) = sphere.longitude_latitude(inside);
            prop_assert_eq!(cell(&grid, longitude, latitude), Some(polygons.owner(part) as usize));
        }
    }
}

#[test]
fn shared_edges_and_nodes_are_in_the_cell_of_lowest_index() {
    let mesh = bent_mesh();
    let (x, y) = (mesh.nodes().0.to_vec(), mesh.nodes().1.to_vec());
    let edges = MeshLocator::new(&mesh).unwrap();
    for node in 0..x.len() as u32 {
        let lowest = (0..mesh.faces()).find(|&face| mesh.face(face).contains(&node));
        let located = edges.on_map([x[node as usize], y[node as usize]]);
        assert_eq!(located.map(|point| point.cell), lowest, "{node}");
    }
    let globe = cube(3, 0.0);
    let (x, y) = (globe.nodes().0.to_vec(), globe.nodes().1.to_vec());
    let faces: Vec<_> = (0..globe.faces()).map(|face| globe.face(face).to_vec()).collect();
    let found = cells(&Grid::Mesh(globe.clone()), &x, &y);
    for (node, found) in found.into_iter().enumerate() {
        assert_eq!(found, faces.iter().position(|face| face.contains(&(node as u32))), "{node}");
    }
    let nodes = cells(&Grid::Mesh(globe.on_nodes()), &x, &y);
    assert!(nodes.into_iter().enumerate().all(|(node, found)| found == Some(node)));
}

#[test]
fn seams_and_poles_belong_to_a_cell() {
    let counts = [4, 8, 12, 16, 12, 8, 4, 3];
    let grid = Grid::Mesh(reduced(&counts));
    let steps: Vec<f64> = (0..=160).map(|step| -180.0 + 2.25 * f64::from(step)).collect();
    for latitude in (0..=16).map(|step| -90.0 + 11.25 * f64::from(step)) {
        let found = cells(&grid, &steps, &vec![latitude; steps.len()]);
        assert!(found.iter().all(Option::is_some), "{latitude}: {found:?}");
    }
}

#[test]
fn listed_healpix_cells_are_found_by_their_place_in_the_list() {
    let all = HealpixGrid::new(3, HealpixOrder::Nested, Ellipsoid::WGS84, None).unwrap();
    let (longitude, latitude) = Grid::Healpix(all).centres().unwrap();
    for list in [vec![5, 77, 300], vec![300, 5, 77]] {
        let part = HealpixGrid::new(3, HealpixOrder::Nested, Ellipsoid::WGS84, Some(list.clone())).unwrap();
        let grid = Grid::Healpix(part);
        let found = cells(&grid, &longitude, &latitude);
        for (number, index) in found.into_iter().enumerate() {
            assert_eq!(index, list.iter().position(|&cell| cell == number as u64));
        }
    }
}

#[test]
fn offsets_and_widths_are_in_metres() {
    let grid = Grid::Healpix(HealpixGrid::new(12, HealpixOrder::Ring, Ellipsoid::WGS84, None).unwrap());
    let locator = Locator::new(&grid).unwrap();
    let (longitude, latitude) = (33.0, -75.01);
    let degree = 6_356_752.3_f64.powi(2) / 6_378_137.0 * 1.0_f64.to_radians();
    let points = locator.locate(&[longitude, longitude], &[latitude, latitude + 1e-5]).unwrap();
    let [one, other] = [points[0].unwrap(), points[1].unwrap()];
    assert_eq!(one.cell, other.cell);
    assert!((other.offset[1] - one.offset[1]) / (1e-5 * degree) - 1.0 < 0.02);
    assert!(one.offset.iter().all(|offset| offset.abs() < locator.cell_width(one.cell).unwrap()));
    assert!(
        (locator.cell_width(0).unwrap() - (5.100_656_217_24e14_f64 / (12.0 * 4.0_f64.powi(12))).sqrt()).abs() < 1e-6
    );
    for (mesh, areas) in
        [(bent_mesh(), true), (bent_mesh().on_nodes(), true), (cube(4, 0.2), false), (cube(4, 0.2).on_nodes(), false)]
    {
        let grid = Grid::Mesh(mesh.clone());
        let locator = Locator::new(&grid).unwrap();
        let expected = if areas {
            let polygons = grid.cells_on_map().unwrap().unwrap();
            let mut sums = vec![0.0; grid.len()];
            for part in 0..polygons.len() {
                sums[polygons.owner(part) as usize] += map_area_of(polygons.corners(part));
            }
            sums
        } else {
            grid.polygon_areas().unwrap()
        };
        for (cell, area) in expected.into_iter().enumerate() {
            let width = locator.cell_width(cell).unwrap();
            assert!((width * width / area - 1.0).abs() < 1e-9, "{:?} {cell}: {width} {area}", mesh.location());
        }
    }
}

fn map_area_of(outline: &[[f64; 2]]) -> f64 {
    let next = |at: usize| outline[(at + 1) % outline.len()];
    let twice: f64 = (0..outline.len()).map(|at| outline[at][0] * next(at)[1] - next(at)[0] * outline[at][1]).sum();
    0.5 * twice.abs()
}

#[test]
fn points_that_are_nowhere_are_in_no_cell() {
    let axis = || Axis::from_centres((0..4).map(|at| 1e5 * f64::from(at)).collect()).unwrap();
    let crs = Crs::parse("EPSG:3031").unwrap();
    let rows = Grid::Rectilinear(RectilinearGrid::new(crs, axis(), axis()).unwrap());
    let healpix = Grid::Healpix(HealpixGrid::new(2, HealpixOrder::Ring, Ellipsoid::WGS84, None).unwrap());
    let on_nodes = bent_mesh().on_nodes();
    assert_eq!(on_nodes.location(), Location::Nodes);
    for grid in [rows, healpix, Grid::Mesh(bent_mesh()), Grid::Mesh(on_nodes), Grid::Mesh(cube(2, 0.1))] {
        let found = cells(&grid, &[f64::NAN, 0.0, 0.0, f64::INFINITY], &[-80.0, f64::NAN, -90.5, 0.0]);
        assert_eq!(found, [None; 4], "{}", grid.summary());
        assert!(Locator::new(&grid).unwrap().locate(&[0.0], &[]).is_err());
    }
    // The map of the south pole has no north pole.
    assert_eq!(cells(&Grid::Mesh(bent_mesh()), &[0.0, 1.0], &[90.0, -85.0]).len(), 2);
}
