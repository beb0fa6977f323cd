//! Cells along one dimension, two-dimensional coordinates, HEALPix.

use super::memory_source::{MemorySource, along, mapping};
use crate::recognition::{CoordinateSource, HorizontalGrid};
use crate::recognition::{CoordinateValues, GridFamily, VariableEntry, recognise};
use crate::{Edges, Grid, HealpixOrder, MeshGrid};

fn mesh(horizontal: &HorizontalGrid) -> &MeshGrid {
    match &horizontal.grid {
        Grid::Mesh(mesh) => mesh,
        other => panic!("{}", other.summary()),
    }
}

fn degrees(name: &str, dims: &[&str], shape: &[usize]) -> VariableEntry {
    let units = if name == "lon" { "degrees_east" } else { "degrees_north" };
    VariableEntry::new(name, dims, shape).with("units", units)
}

#[test]
fn rows_of_latitudes_have_cells() {
    let (lon, lat) = (degrees("lon", &["cell"], &[8]), degrees("lat", &["cell"], &[8]));
    let source = MemorySource::default()
        .coordinate(lon, [0.0, 90.0, 180.0, 270.0].repeat(2))
        .coordinate(lat, [[-45.0; 4], [45.0; 4]].concat())
        .dataset();
    let horizontal = source.find(None).unwrap();
    assert_eq!((horizontal.dims[0].as_str(), mesh(&horizontal).edges()), ("cell", Edges::Parallels));
    let cells: f64 = horizontal.grid.cell_areas().unwrap().iter().sum();
    let ellipsoid = horizontal.grid.ellipsoid().area();
    assert!((cells / ellipsoid - 1.0).abs() < 1e-9, "{cells} {ellipsoid}");
}

#[test]
fn scattered_points_are_no_cells() {
    let (lon, lat) = (degrees("lon", &["cell"], &[3]), degrees("lat", &["cell"], &[3]));
    let source = MemorySource::default().coordinate(lon, [0.0, 1.0, 2.0]).coordinate(lat, [5.0, 7.0, 6.0]).dataset();
    let expected = "Dataset with dimensions ('cell',): lon and lat are points along one dimension without bounds; their \
                    cells cannot be inferred. Add bounds (cell, corner) and name them in the attribute bounds, or pass \
                    source= a grid such as nk.open_mesh(path)";
    assert_eq!(source.message(None), expected);
}

#[test]
fn scattered_points_are_places_where_no_cells_are_needed() {
    let places = |y: [f64; 3]| {
        let (lon, lat) = (degrees("lon", &["site"], &[3]), degrees("lat", &["site"], &[3]));
        let source = MemorySource::default().coordinate(lon, [0.0, 1.0, 2.0]).coordinate(lat, y).dataset();
        recognise(source.inventory()).unwrap()[0].build_places(&source, None, &mut Vec::new()).unwrap()
    };
    let own = places([5.0, 7.0, 6.0]);
    assert_eq!((own.dims.join(" "), own.centres.join(" ")), ("site".into(), "lat lon".into()));
    assert_eq!((own.grid.shape(), mesh(&own).faces(), own.grid.summary()), (vec![3], 0, "EPSG:4326, 3 places".into()));
    assert!(own.grid.is_same(&places([5.0, 7.0, 6.0]).grid).unwrap());
    assert!(!own.grid.is_same(&places([5.0, 7.0, 6.001]).grid).unwrap());
    // One that is missing is no place.
    assert!(places([5.0, f64::NAN, 6.0]).grid.centres().unwrap().1[1].is_nan());
}

#[test]
fn curvilinear_cells_without_a_place_are_holes() {
    let east = |at: usize| (at % 5) as f64 * 3.0;
    let north = |at: usize| (at / 5) as f64 * 2.0 - 40.0;
    let source = |fill: f64, axes: [&str; 2]| {
        let is_land = |at: usize| matches!(at, 6 | 7 | 11 | 12);
        let values = |of: &dyn Fn(usize) -> f64| -> Vec<f64> {
            (0..30).map(|at| if is_land(at) { fill } else { of(at) }).collect()
        };
        let own = |name: &str| degrees(name, &axes, &if axes[0] == "j" { [6, 5] } else { [5, 6] });
        let turned = |values: Vec<f64>| {
            if axes[0] == "j" { values } else { (0..30).map(|at| values[at % 6 * 5 + at / 6]).collect() }
        };
        let (lon, lat) = (turned(values(&east)), turned(values(&north)));
        MemorySource::default().coordinate(own("lon"), lon).coordinate(own("lat"), lat).dataset()
    };
    let (missing, warnings) = source(f64::NAN, ["j", "i"]).find_with_warnings(None).unwrap();
    assert!(warnings.is_empty());
    let holes: Vec<usize> = (0..30).filter(|&at| missing.grid.is_hole(at)).collect();
    assert_eq!(holes, [6, 7, 11, 12]);
    let areas = missing.grid.cell_areas().unwrap();
    // Of two cells of one row, one is beside the hole.
    assert!((areas[8] / areas[9] - 1.0).abs() < 1e-2, "{areas:?}");
    for (fill, is_doubtful) in [(0.0, true), (-1.0, true), (-999.0, false), (1e20, false)] {
        let (found, warnings) = source(fill, ["j", "i"]).find_with_warnings(None).unwrap();
        assert_eq!((found.grid == missing.grid, warnings.len()), (true, usize::from(is_doubtful)), "{fill}");
        let (turned, _) = source(fill, ["i", "j"]).find_with_warnings(None).unwrap();
        assert_eq!((0..30).filter(|&at| turned.grid.is_hole(at)).count(), 4, "{fill}");
    }
}

#[test]
fn cells_have_bounds_in_any_order() {
    let source = |dims: &[&str], x: Vec<f64>, y: Vec<f64>| {
        let (x_entry, y_entry) = (along("x", "cell", 3).with("units", "m"), along("y", "cell", 3).with("units", "m"));
        MemorySource::default()
            .coordinate(x_entry.with("bounds", "x_b"), [1.0, 3.0, 5.0])
            .coordinate(y_entry.with("bounds", "y_b"), [1.0, 1.0, 1.0])
            .data(VariableEntry::new("x_b", dims, &[3, 3]), x)
            .data(VariableEntry::new("y_b", dims, &[3, 3]), y)
            .dataset()
    };
    let x = [[0.0, 2.0, 0.0], [2.0, 4.0, 2.0], [4.0, 6.0, 4.0]];
    let turned = (0..9).map(|at| x[at % 3][at / 3]).collect();
    let cells = source(&["cell", "corner"], x.concat(), [0.0, 0.0, 2.0].repeat(3)).find(Some("EPSG:3031")).unwrap();
    let other = source(&["corner", "cell"], turned, [[0.0; 3], [0.0; 3], [2.0; 3]].concat());
    assert_eq!(cells.grid, other.find(Some("EPSG:3031")).unwrap().grid);
    assert_eq!((cells.shapes, cells.grid.len()), (vec!["x_b".into(), "y_b".into()], 3));
}

#[test]
fn curvilinear_cells_get_corners_or_have_them() {
    let (east, north): (Vec<f64>, Vec<f64>) = (0..6).map(|at| (f64::from(at % 3), f64::from(at / 3))).unzip();
    let centres = |bounds: bool| {
        let own = |name: &str| {
            let entry = degrees(name, &["j", "i"], &[2, 3]);
            if bounds { entry.with("bounds", format!("{name}_b").as_str()) } else { entry }
        };
        MemorySource::default().coordinate(own("lon"), east.clone()).coordinate(own("lat"), north.clone())
    };
    let inferred = centres(false).dataset();
    assert_eq!(recognise(inferred.inventory()).unwrap()[0].family(), GridFamily::Curvilinear);
    let inferred = inferred.find(None).unwrap();
    assert_eq!(
        (inferred.dims.join(" "), mesh(&inferred).shape(), mesh(&inferred).nodes().0.len()),
        ("j i".into(), &[2, 3][..], 12)
    );
    let vertices: (Vec<f64>, Vec<f64>) = (0..12).map(|at| (f64::from(at % 4) - 0.5, f64::from(at / 4) - 0.5)).unzip();
    let entry = |name: &str| VariableEntry::new(name, &["j_b", "i_b"], &[3, 4]);
    let own = centres(true).data(entry("lon_b"), vertices.0).data(entry("lat_b"), vertices.1).dataset();
    let own = own.find(None).unwrap();
    assert_eq!(mesh(&own).shape(), [2, 3]);
    let areas = |horizontal: &HorizontalGrid| horizontal.grid.cell_areas().unwrap();
    for (one, other) in areas(&own).iter().zip(areas(&inferred)) {
        assert!((one / other - 1.0).abs() < 1e-3);
    }
    let wrong = VariableEntry::new("lon_b", &["j", "i"], &[2, 3]);
    let wrong = centres(true)
        .data(wrong.clone(), vec![0.0; 6])
        .data(VariableEntry { name: "lat_b".into(), ..wrong }, vec![0.0; 6]);
    assert_eq!(wrong.dataset().message(None), "bounds lon_b: found shape (2, 3), expected (2, 3, 4) or (3, 4)");
}

#[test]
fn places_stand_in_for_axes_of_an_unknown_map() {
    let source = |with_mapping: bool| {
        let own = MemorySource::default()
            .coordinate(along("y", "y", 2).with("units", "m"), [0.0, 1e5])
            .coordinate(along("x", "x", 2).with("units", "m"), [0.0, 1e5])
            .coordinate(degrees("lon", &["y", "x"], &[2, 2]), [0.0, 1.0, 0.0, 1.0])
            .coordinate(degrees("lat", &["y", "x"], &[2, 2]), [0.0, 0.0, 1.0, 1.0]);
        if with_mapping { own.data(mapping("crs", "EPSG:3031"), [0_i64]) } else { own }.dataset()
    };
    assert!(source(true).find(None).unwrap().grid.rectilinear().is_some());
    assert!(source(false).find(Some("EPSG:3031")).unwrap().grid.rectilinear().is_some());
    assert_eq!(source(false).find(None).unwrap().centres, ["lat", "lon"]);
}

#[test]
fn healpix_cells_are_those_of_a_level() {
    let mapping = || {
        let entry = VariableEntry::new("crs", &[], &[]).with("grid_mapping_name", "healpix");
        entry.with("healpix_nside", 2_i64).with("healpix_order", "nest")
    };
    let all = |length: usize| {
        MemorySource::default().data(mapping(), [0_i64]).data(along("t", "cell", length), vec![0.0; length])
    };
    let horizontal = all(48).dataset().find(None).unwrap();
    assert_eq!((horizontal.grid.len(), horizontal.mapping.number("refinement_level")), (48, Some(1.0)));
    let Grid::Healpix(grid) = &horizontal.grid else { panic!() };
    assert_eq!((grid.order(), grid.cells()), (HealpixOrder::Nested, None));
    let expected = "Dataset with dimensions ('cell',): HEALPix level 1 has 48 cells; expected one dimension of that \
                    length or a coordinate cell_ids, found {'cell': 47}";
    assert_eq!(all(47).dataset().message(None), expected);
    let part = |numbers: CoordinateValues| {
        let ids = along("cell_ids", "cell", 3).with("grid_name", "healpix").with("level", 1_i64);
        MemorySource::default().coordinate(ids.with("indexing_scheme", "ring"), numbers).dataset()
    };
    let listed = part(CoordinateValues::Integers(vec![5, 0, 47])).find(None).unwrap();
    let Grid::Healpix(grid) = &listed.grid else { panic!() };
    assert_eq!((grid.order(), grid.cells()), (HealpixOrder::Ring, Some(&[5, 0, 47][..])));
    let twice = part(CoordinateValues::Floats(vec![5.0, 5.0, 1.0])).message(None);
    assert_eq!(twice, "cell_ids: a HEALPix cell is listed twice, so that cells overlap");
    let negative = part(CoordinateValues::Integers(vec![5, -1, 1])).message(None);
    assert_eq!(negative, "cell_ids: expected the numbers of HEALPix cells, found int64");
}
