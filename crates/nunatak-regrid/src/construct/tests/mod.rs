//! Conservative weights share all area.

mod clipping;

use nunatak_grid::vector::{normalised, plus, triangle_area};
use nunatak_grid::{Axis, ConvexPolygon, Crs, Grid, RectilinearGrid};

use crate::test_grids::{globe, healpix, polar, rotated, triangles};
use crate::{Method, Weights};

/// Sum of the overlap areas less the area of either side, over it: a closed pair of grids shares all of it.
fn conservation(source: &Grid, target: &Grid) -> (f64, f64) {
    conservation_of(source, target, Method::Conservative)
}

fn conservation_of(source: &Grid, target: &Grid, method: Method) -> (f64, f64) {
    let weights = Weights::new(source, target, method).unwrap();
    let covered = weights.covered_fraction();
    let worst = covered.iter().map(|covered| (covered - 1.0).abs()).fold(0.0, f64::max);
    let sphere = nunatak_grid::AuthalicSphere::new(&target.ellipsoid());
    // HEALPix cells in others share whole cells, which are all equal; with other grids they meet as polygons.
    let are_of_one_hierarchy = matches!((source, target), (Grid::Healpix(_), Grid::Healpix(_)));
    let areas = |grid: &Grid| match grid {
        Grid::Healpix(_) if are_of_one_hierarchy => vec![4.0 * std::f64::consts::PI / grid.len() as f64; grid.len()],
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
fn the_second_order_conserves_too() {
    for (source, target) in
        [(healpix(4), rotated(36, 72, 33.0)), (rotated(30, 50, 70.0), rotated(40, 60, 10.0)), (healpix(5), healpix(3))]
    {
        let (rows, columns) = conservation_of(&source, &target, Method::Conservative2);
        assert!(rows < 1e-12 && columns < 1e-11, "{} -> {}: {rows:e} {columns:e}", source.summary(), target.summary());
    }
}

#[test]
fn the_second_order_is_of_its_order() {
    let field = |[x, y, z]: [f64; 3]| 2.0 + x * y + z * z * z;
    let means = |grid: &Grid| {
        let sphere = nunatak_grid::AuthalicSphere::new(&grid.ellipsoid());
        let cells = grid.cells_on_sphere(&sphere).unwrap();
        let mut sums = vec![(0.0, 0.0); grid.len()];
        for part in 0..cells.len() {
            let corners = cells.corners(part);
            for pair in corners[1..].windows(2) {
                let area = triangle_area(corners[0], pair[0], pair[1]);
                let middles = [(corners[0], pair[0]), (pair[0], pair[1]), (pair[1], corners[0])];
                let mean: f64 = middles.map(|(a, b)| field(normalised(plus(a, b)))).iter().sum::<f64>() / 3.0;
                let sum = &mut sums[cells.owner(part) as usize];
                *sum = (sum.0 + area, sum.1 + area * mean);
            }
        }
        sums.into_iter().map(|(area, sum)| sum / area).collect::<Vec<f64>>()
    };
    let error = |level: u8| {
        let (source, target) = (healpix(level), rotated(23 << (level - 3), 41 << (level - 3), 33.0));
        let weights = Weights::new(&source, &target, Method::Conservative2).unwrap();
        let found = weights.apply(&means(&source), crate::MissingPolicy::default()).unwrap();
        let apart = found.iter().zip(means(&target)).map(|(found, expected)| (found / expected - 1.0).abs());
        apart.sum::<f64>() / found.len() as f64
    };
    let errors = [error(3), error(4), error(5)];
    for pair in errors.windows(2) {
        assert!((pair[0] / pair[1]).log2() > 1.9, "{errors:?}");
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

/// True areas on the map of the cells of a mesh.
fn map_areas(mesh: &Grid) -> Vec<f64> {
    let crs = mesh.crs();
    let Crs::PolarStereographic(projection) = &crs else { panic!("no map") };
    let cells = mesh.cells_on_map().unwrap().unwrap();
    let mut areas = vec![0.0; mesh.len()];
    for part in 0..cells.len() {
        let corners = cells.corners(part).iter().map(|corner| (corner[0], corner[1])).collect();
        areas[cells.owner(part) as usize] += ConvexPolygon::new(corners).true_area_within(projection, f64::INFINITY);
    }
    areas
}

#[test]
fn polygons_of_a_map_share_all_their_area_with_its_rows_and_columns() {
    for on_nodes in [false, true] {
        let (inner, outer) = (triangles(40e3, 1.0e6, on_nodes), triangles(90e3, 2.7e6, on_nodes));
        let axes = polar(50e3, 2.0e6);
        let axes_areas = axes.cell_areas().unwrap();
        let into_mesh = Weights::new(&axes, &inner, Method::Conservative).unwrap();
        let apart = into_mesh.covered_fraction().iter().map(|covered| (covered - 1.0).abs()).fold(0.0, f64::max);
        assert!(apart < 1e-12, "{apart}");
        let out_of_mesh = Weights::new(&outer, &axes, Method::Conservative).unwrap();
        let apart = out_of_mesh.covered_fraction().iter().map(|covered| (covered - 1.0).abs()).fold(0.0, f64::max);
        assert!(apart < 1e-12, "{apart}");
        let mut shared = vec![0.0; inner.len()];
        let from_mesh = Weights::new(&inner, &axes, Method::Conservative).unwrap();
        for (cell, ends) in from_mesh.row_starts().windows(2).enumerate() {
            for at in ends[0]..ends[1] {
                shared[from_mesh.cells()[at] as usize] += from_mesh.values()[at] * axes_areas[cell];
            }
        }
        for (shared, area) in shared.iter().zip(map_areas(&inner)) {
            assert!((shared / area - 1.0).abs() < 1e-12, "{shared} {area}");
        }
    }
}

#[test]
fn straight_edges_of_a_map_are_near_great_circles() {
    let (mesh, axes) = (triangles(40e3, 1.0e6, false), polar(50e3, 2.0e6));
    let on_map = Weights::new(&axes, &mesh, Method::Conservative).unwrap();
    let on_sphere = crate::construct::overlap::great_circle_rows(&axes, &mesh).unwrap();
    let dense = |cells: &[u32], values: &[f64]| {
        let mut row = vec![0.0; axes.len()];
        cells.iter().zip(values).for_each(|(&cell, value)| row[cell as usize] += value);
        row
    };
    let (mut first, mut worst) = (0, 0.0_f64);
    for block in &on_sphere {
        let mut start = 0;
        for &end in &block.ends {
            let ends = on_map.row_starts()[first]..on_map.row_starts()[first + 1];
            let flat = dense(&on_map.cells()[ends.clone()], &on_map.values()[ends]);
            let round = dense(&block.cells[start..end], &block.values[start..end]);
            worst = flat.iter().zip(&round).map(|(flat, round)| (flat - round).abs()).fold(worst, f64::max);
            (start, first) = (end, first + 1);
        }
    }
    assert!(worst < 1e-3 && worst > 1e-7, "{worst}");
}

#[test]
#[ignore = "a measurement"]
fn how_long_it_takes() {
    let ticks = || {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
    };
    for (source, target) in [
        (triangles(12e3, 3.05e6, false), polar(8e3, 3.04e6)),
        (polar(8e3, 3.04e6), globe(360, 720)),
        (polar(8e3, 3.04e6), polar(16e3, 3.04e6)),
        (globe(720, 1440), globe(180, 360)),
        (globe(720, 1440), healpix(8)),
        (rotated(720, 1440, 20.0), healpix(8)),
    ] {
        let (start, cpu) = (std::time::Instant::now(), ticks());
        let weights = Weights::new(&source, &target, Method::Conservative).unwrap();
        let (wall, cpu) = (start.elapsed(), ticks() - cpu);
        let count = weights.values().len();
        println!("{} -> {}: {wall:?} wall, {cpu:.2} s cpu, {count} entries", source.summary(), target.summary());
    }
}

#[test]
fn the_narrowest_cells_about_a_pole_have_weights() {
    // Between the last two edges the sine of the latitude does not change.
    let y = Axis::from_bounds(vec![-90.0, 0.0, 90.0 - 3e-11, 90.0]).unwrap();
    let x = Axis::from_bounds(vec![-180.0, -90.0, 0.0, 90.0, 180.0]).unwrap();
    let source = Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:4326").unwrap(), x, y).unwrap());
    let weights = Weights::new(&source, &globe(1, 2), Method::Conservative).unwrap();
    let cells = [0, 1, 4, 5, 8, 9, 2, 3, 6, 7, 10, 11];
    assert_eq!((weights.row_starts(), weights.cells()), (&[0, 6, 12][..], &cells[..]));
    // Share of the hemisphere within an angle of the pole: its square over two.
    let sliver = (3e-11_f64).to_radians().powi(2) / 8.0;
    for (cell, weight) in cells.into_iter().zip(weights.values()) {
        let expected = if cell < 8 { 0.25 } else { sliver };
        assert!((weight / expected - 1.0).abs() < 0.01, "{cell}: {weight} {expected}");
    }
}
