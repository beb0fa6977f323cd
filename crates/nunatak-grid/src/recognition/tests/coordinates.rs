//! What values of coordinates stand for: units, wrapped bounds, single precision, values that repeat.

use super::memory_source::{MemorySource, along};
use crate::recognition::{CoordinateSource, HorizontalGrid, RecognitionWarning, VariableEntry};

fn places(name: &str, dims: &[&str], shape: &[usize], units: &str) -> VariableEntry {
    let standard_name = if name.starts_with("lon") { "longitude" } else { "latitude" };
    VariableEntry::new(name, dims, shape).with("units", units).with("standard_name", standard_name)
}

fn areas(horizontal: &HorizontalGrid) -> Vec<f64> {
    horizontal.grid.cell_areas().unwrap()
}

fn single(values: impl IntoIterator<Item = f64>) -> Vec<f64> {
    values.into_iter().map(|value| f64::from(value as f32)).collect()
}

/// The same cells in degrees and in radians, double and single: rows and columns, curvilinear, and cells along one
/// dimension.
#[test]
fn radians_are_degrees_of_another_size() {
    let (east, north) = ([10.0, 20.0, 30.0], [60.0, 75.0]);
    let flat = |at: usize| (east[at % 3], north[at / 3]);
    let (lons, lats): (Vec<f64>, Vec<f64>) = (0..6).map(flat).unzip();
    let corners = |lon: f64, lat: f64| {
        ([lon - 5.0, lon + 5.0, lon + 5.0, lon - 5.0], [lat - 15.0, lat - 15.0, lat + 15.0, lat + 15.0])
    };
    let (corner_lons, corner_lats): (Vec<[f64; 4]>, Vec<[f64; 4]>) =
        lons.iter().zip(&lats).map(|(&lon, &lat)| corners(lon, lat)).unzip();
    let find = |kind: usize, units: &str, factor: f64, is_single: bool| {
        let of = |values: &[f64]| {
            let scaled = values.iter().map(|value| value * factor);
            if is_single { single(scaled) } else { scaled.collect() }
        };
        let own = |name: &str, dims: &[&str], shape: &[usize]| places(name, dims, shape, units);
        let source = MemorySource::default();
        let source = match kind {
            0 => {
                source.coordinate(own("lon", &["x"], &[3]), of(&east)).coordinate(own("lat", &["y"], &[2]), of(&north))
            }
            1 => {
                let source = source.coordinate(own("lon", &["y", "x"], &[2, 3]), of(&lons));
                source.coordinate(own("lat", &["y", "x"], &[2, 3]), of(&lats))
            }
            _ => source
                .coordinate(own("lon", &["cell"], &[6]).with("bounds", "lon_b"), of(&lons))
                .coordinate(own("lat", &["cell"], &[6]).with("bounds", "lat_b"), of(&lats))
                .data(VariableEntry::new("lon_b", &["cell", "corner"], &[6, 4]), of(corner_lons.as_flattened()))
                .data(VariableEntry::new("lat_b", &["cell", "corner"], &[6, 4]), of(corner_lats.as_flattened())),
        };
        areas(&source.dataset().find(None).unwrap())
    };
    for kind in 0..3 {
        let degrees = find(kind, "degrees", 1.0, false);
        for (units, is_single) in [("radian", false), ("Radians", false), ("rad", false), ("radians", true)] {
            let radians = find(kind, units, 1_f64.to_radians(), is_single);
            let tolerance = if is_single { 1e-4 } else { 1e-10 };
            for (one, other) in degrees.iter().zip(radians) {
                assert!((other / one - 1.0).abs() < tolerance, "{kind} {units}: {one} {other}");
            }
        }
    }
}

/// x and y of a geostationary map are angles, and no longitudes and latitudes.
#[test]
fn angles_of_a_map_are_no_places() {
    let own = |name: &str, axis: &str| {
        along(name, name, 3)
            .with("units", "rad")
            .with("standard_name", format!("projection_{axis}_coordinate").as_str())
    };
    let source = MemorySource::default()
        .coordinate(own("x", "x"), [0.0, 0.1, 0.2])
        .coordinate(own("y", "y"), [0.0, 0.1, 0.2])
        .dataset();
    assert!(source.message(None).contains("no coordinate reference system"), "{}", source.message(None));
}

#[test]
fn bounds_have_their_own_units() {
    let find = |units: Option<&str>, own: Option<&str>, factor: f64| {
        let with =
            |entry: VariableEntry, units: Option<&str>| units.map_or(entry.clone(), |units| entry.with("units", units));
        MemorySource::default()
            .coordinate(with(along("lon", "lon", 2), units).with("bounds", "lon_b"), [5.0, 15.0])
            .coordinate(along("lat", "lat", 2), [0.0, 10.0])
            .data(
                with(VariableEntry::new("lon_b", &["lon", "two"], &[2, 2]), own),
                [0.0, 10.0, 10.0, 20.0].map(|edge| edge * factor),
            )
            .dataset()
    };
    let degrees = find(Some("degrees_east"), None, 1.0).find(None).unwrap();
    let radians = find(Some("degrees_east"), Some("radians"), 1_f64.to_radians()).find(None).unwrap();
    for (one, other) in areas(&degrees).iter().zip(areas(&radians)) {
        assert!((one / other - 1.0).abs() < 1e-12);
    }
    assert_eq!(degrees.grid, find(Some("degrees"), Some("degree_east"), 1.0).find(None).unwrap().grid);
    let mistaken = find(Some("degrees_east"), Some("radians"), 1.0).message(None);
    assert!(mistaken.starts_with("bounds lon_b: units 'radians', expected those of lon, 'degrees_east'"), "{mistaken}");
    let expected = "bounds lon_b: units 'radians', but lon has none; set the units of lon";
    assert_eq!(find(None, Some("radians"), 1_f64.to_radians()).message(None), expected);
}

/// Columns of 10 degrees from `first`, the bounds wrapped by a function, in either order.
fn wrapped(first: f64, descends: bool, wrap: impl Fn(f64) -> f64, swap: bool) -> MemorySource {
    let centres: Vec<f64> = (0..36).map(|at| first + 10.0 * f64::from(if descends { 35 - at } else { at })).collect();
    let edges = centres.iter().flat_map(|&centre| {
        let pair = [wrap(centre - 5.0), wrap(centre + 5.0)];
        if swap { [pair[1], pair[0]] } else { pair }
    });
    let edges: Vec<f64> = edges.collect();
    MemorySource::default()
        .coordinate(along("lon", "lon", 36).with("bounds", "lon_b"), centres)
        .coordinate(along("lat", "lat", 2), [-45.0, 45.0])
        .data(VariableEntry::new("lon_b", &["lon", "two"], &[36, 2]), edges)
        .dataset()
}

#[test]
fn bounds_may_be_whole_turns_off() {
    for (first, descends, swap) in
        [(0.0, false, false), (-180.0, false, false), (0.0, true, false), (-175.0, false, true), (5.0, true, true)]
    {
        let plain = wrapped(first, descends, |edge| edge, false).find(None).unwrap();
        for wrap in [|edge: f64| edge.rem_euclid(360.0), |edge: f64| (edge + 180.0).rem_euclid(360.0) - 180.0] {
            let (found, warnings) = wrapped(first, descends, wrap, swap).find_with_warnings(None).unwrap();
            assert_eq!((found.grid, warnings), (plain.grid.clone(), vec![]), "{first} {descends} {swap}");
        }
    }
    let elsewhere = wrapped(0.0, false, |edge| edge + 10.0, false).message(None);
    assert!(elsewhere.ends_with("centre 0 of cell 0 is outside its edges 5 and 15"), "{elsewhere}");
}

#[test]
fn single_precision_closes_round_the_globe() {
    let globe = |longitudes: Vec<f64>, edges: Option<Vec<f64>>| {
        let (length, lon) = (longitudes.len(), along("lon", "lon", longitudes.len()));
        let source = MemorySource::default().coordinate(along("lat", "lat", 2), [-45.0, 45.0]);
        match edges {
            None => source.coordinate(lon, longitudes).dataset(),
            Some(edges) => source
                .coordinate(lon.with("bounds", "lon_b"), longitudes)
                .data(VariableEntry::new("lon_b", &["lon", "two"], &[length, 2]), edges)
                .dataset(),
        }
    };
    for (step, first, count) in
        [(0.1, 0.0, 3600), (0.05, -179.975, 7200), (1.0 / 12.0, -180.0, 4320), (-0.3, 359.85, 1200)]
    {
        let exact: Vec<f64> = (0..count).map(|at| first + step * f64::from(at)).collect();
        let edges = exact.iter().flat_map(|&centre| [centre - 0.5 * step, centre + 0.5 * step]);
        for edges in [None, Some(single(edges))] {
            let (found, warnings) = globe(single(exact.iter().copied()), edges).find_with_warnings(None).unwrap();
            let grid = found.grid.rectilinear().unwrap();
            assert!(grid.is_periodic() && warnings.is_empty(), "{step} {first}: {warnings:?}");
            assert!((grid.x().extent().1 - grid.x().extent().0 - 360.0).abs() < 1e-12);
        }
    }
    // Not evenly spaced, and closed by its bounds to rounding.
    let centres = single([0.1, 100.1, 250.3]);
    let edges = single([-54.8, 50.1, 50.1, 175.2, 175.2, 305.2]);
    assert!(globe(centres, Some(edges)).find(None).unwrap().grid.rectilinear().unwrap().is_periodic());
    let missing = globe(single((0..359).map(f64::from)), None).find_with_warnings(None).unwrap().1;
    assert!(matches!(&missing[..], [RecognitionWarning::Grid(text)] if text.contains("lon")), "{missing:?}");
}

/// Longitudes and latitudes of two rows and three columns for every step, and what moves.
fn stepwise(dims: [&str; 3], steps: usize, moved: f64) -> MemorySource {
    let length = |dim: &str| match dim {
        "y" => 2,
        "x" => 3,
        _ => steps,
    };
    let shape = dims.map(length);
    let places = |at: usize| {
        let index = [at / (shape[1] * shape[2]), at / shape[2] % shape[1], at % shape[2]];
        let of = |dim: &str| index[dims.iter().position(|own| *own == dim).unwrap()] as f64;
        let step = index[dims.iter().position(|own| !["x", "y"].contains(own)).unwrap()] as f64;
        (of("x") + moved * step, 60.0 + of("y"))
    };
    let (lons, lats): (Vec<f64>, Vec<f64>) = (0..shape.iter().product()).map(places).unzip();
    let entry = |name: &str, units: &str| VariableEntry::new(name, &dims, &shape).with("units", units);
    MemorySource::default()
        .coordinate(entry("XLONG", "degree_east"), lons)
        .coordinate(entry("XLAT", "degree_north"), lats)
        .data(VariableEntry::new("T2", &dims, &shape), vec![0.0; 6 * steps])
}

#[test]
fn coordinates_that_repeat_are_there_once() {
    let once = stepwise(["Time", "y", "x"], 1, 0.0).dataset().find(None).unwrap();
    assert_eq!(once.dims, ["y", "x"]);
    for (dims, steps) in
        [(["Time", "y", "x"], 3), (["ensemble", "y", "x"], 2), (["y", "x", "time"], 3), (["y", "date_time", "x"], 2)]
    {
        assert_eq!(stepwise(dims, steps, 0.0).dataset().find(None).unwrap(), once, "{dims:?}");
        assert_eq!(stepwise(dims, steps, 0.0).array("T2").find(None).unwrap().grid, once.grid, "{dims:?}");
    }
    let expected = "coordinate XLONG changes along Time: from 0 to 0.5 at step 1, expected cells that do not move; select \
                    one step (isel) and regrid each by itself";
    assert_eq!(stepwise(["Time", "y", "x"], 3, 0.5).dataset().message(None), expected);
    assert!(stepwise(["Time", "y", "x"], 0, 0.0).dataset().message(None).contains("Time has length 0"));
}

#[test]
fn axes_that_repeat_along_time_are_there_once() {
    let own = |name: &str| VariableEntry::new(name, &["time", name], &[2, 3]);
    let source = |second: f64| {
        MemorySource::default()
            .coordinate(own("lon"), [0.0, 1.0, 2.0, second, 1.0, 2.0])
            .coordinate(own("lat"), [60.0, 61.0, 62.0, 60.0, 61.0, 62.0])
            .dataset()
    };
    let found = source(0.0).find(None).unwrap();
    assert_eq!(
        (found.dims, found.grid.rectilinear().unwrap().x().centres()),
        (vec!["lat".into(), "lon".into()], &[0.0, 1.0, 2.0][..])
    );
    assert!(source(0.5).message(None).starts_with("coordinate lon changes along time"));
    // Cells along one dimension that look like rows.
    let flat = |name: &str, values: [f64; 3]| {
        let entry = VariableEntry::new(name, &["time", "cell"], &[2, 3]);
        (entry, [values, values].concat())
    };
    let ((lon, lons), (lat, lats)) = (flat("lon", [0.0, 1.0, 5.0]), flat("lat", [60.0, 66.0, 62.0]));
    let message = MemorySource::default().coordinate(lon, lons).coordinate(lat, lats).dataset().message(None);
    assert!(message.starts_with("lon and lat are the same at every step of time"), "{message}");
}

/// Bounds that repeat with their coordinate, and a corner of cells that is no step.
#[test]
fn bounds_repeat_with_their_coordinates() {
    let own = |name: &str| {
        places(name, &["time", "y", "x"], &[2, 1, 2], "degrees").with("bounds", format!("{name}_b").as_str())
    };
    let bounds = |name: &str| VariableEntry::new(name, &["time", "y", "x", "corner"], &[2, 1, 2, 4]);
    let (lon, lat) = ([0.5, 1.5], [60.5, 60.5]);
    let (lon_b, lat_b) = ([0.0, 1.0, 1.0, 0.0, 1.0, 2.0, 2.0, 1.0], [60.0, 60.0, 61.0, 61.0].repeat(2));
    let source = MemorySource::default()
        .coordinate(own("lon"), lon.repeat(2))
        .coordinate(own("lat"), lat.repeat(2))
        .data(bounds("lon_b"), lon_b.repeat(2))
        .data(bounds("lat_b"), lat_b.repeat(2))
        .dataset();
    let found = source.find(None).unwrap();
    assert_eq!(
        (found.dims.join(" "), found.shapes.join(" "), found.grid.len()),
        ("y x".into(), "lon_b lat_b".into(), 2)
    );
    assert!(source.inventory().get("lon_b").is_some_and(|bounds| bounds.shape == [1, 2, 4]));
}
