//! Grid mappings: those that data name, those that are there, those of the file.

use super::memory_source::{MemorySource, along, mapping};
use crate::Grid;
use crate::recognition::{AttributeList, RecognitionWarning, VariableEntry};

fn map() -> MemorySource {
    MemorySource::default()
        .coordinate(along("y", "y", 2).with("units", "m"), [0.0, 1e5])
        .coordinate(along("x", "x", 2).with("units", "m"), [0.0, 1e5])
}

fn field() -> VariableEntry {
    VariableEntry::new("lithk", &["y", "x"], &[2, 2])
}

#[test]
fn the_mapping_that_data_name_wins() {
    let both = || map().data(mapping("south", "EPSG:3031"), [0_i64]).data(mapping("north", "EPSG:3413"), [0_i64]);
    let expected = "Dataset with dimensions ('y', 'x') has grid mappings that differ: south (EPSG:3031), north \
                    (EPSG:3413); pass crs= to choose";
    assert_eq!(both().dataset().message(None), expected);
    let named = field().with("grid_mapping", "north: x y");
    let found = both().data(named, [0.0; 4]).dataset().find(None).unwrap();
    assert_eq!((found.grid.crs().epsg(), found.mapping_name), (Some(3413), Some("north".into())));
    assert_eq!(both().dataset().find(Some("EPSG:3031")).unwrap().mapping_name, None);
}

#[test]
fn decoding_may_have_moved_the_name() {
    let mut moved = field();
    moved.encoding.set("grid_mapping", "north");
    let source = map().data(mapping("south", "EPSG:3031"), [0_i64]).data(mapping("north", "EPSG:3413"), [0_i64]);
    assert_eq!(source.data(moved, [0.0; 4]).dataset().find(None).unwrap().mapping_name, Some("north".into()));
}

#[test]
fn a_variable_finds_its_mapping_in_its_file() {
    let spatial_ref = |epsg: &str| AttributeList::from_iter([("spatial_ref", epsg)]);
    let source = || {
        let own = field().with("grid_mapping", "polar");
        map().data(own, [0.0; 4]).in_file("other", spatial_ref("EPSG:3413")).in_file("polar", spatial_ref("EPSG:3031"))
    };
    let found = source().array("lithk").find(None).unwrap();
    assert_eq!((found.grid.crs().epsg(), found.mapping_name), (Some(3031), Some("polar".into())));
    assert!(source().dataset().message(None).contains("has no coordinate reference system. Looked for a grid mapping"));
}

#[test]
fn a_mapping_that_was_guessed_warns() {
    let polar = VariableEntry::new("crs", &[], &[])
        .with("grid_mapping_name", "polar_stereographic")
        .with("latitude_of_projection_origin", -90.0)
        .with("standard_parallel", -71_i64);
    for _ in 0..2 {
        // The second time from the cache.
        let (found, warnings) = map().data(polar.clone(), [0_i64]).dataset().find_with_warnings(None).unwrap();
        assert_eq!(found.grid.crs().epsg(), Some(3031));
        let expected = "grid mapping `crs`: straight_vertical_longitude_from_pole: found nothing, expected 0 (assumed); \
                        pass crs= to override it";
        assert_eq!(warnings, [RecognitionWarning::GridMapping(expected.into())]);
    }
}

#[test]
fn degrees_are_longitude_and_latitude() {
    let axes = |lon: VariableEntry, lat: VariableEntry| {
        MemorySource::default().coordinate(lat, [-1.0, 1.0]).coordinate(lon, [0.0, 1.0]).dataset()
    };
    let found = axes(along("lon", "lon", 2), along("lat", "lat", 2)).find(None).unwrap();
    assert_eq!((found.grid.crs().epsg(), found.mapping_name), (Some(4326), None));
    let swapped = axes(along("lon", "lon", 2).with("units", "degrees_north"), along("lat", "lat", 2));
    let expected = "coordinate lon is longitude, but units 'degrees_north' and standard name None say latitude: \
                    longitude and latitude look swapped";
    assert_eq!(swapped.message(None), expected);
}

#[test]
fn the_long_form_names_the_mapping_of_each_coordinate() {
    for text in ["north: x y globe: lat lon", "globe: lat lon north: y x", "globe:lon lat north:x y", "north: x y"] {
        let source = map().data(mapping("globe", "EPSG:4326"), [0_i64]).data(mapping("north", "EPSG:3413"), [0_i64]);
        let found = source.data(field().with("grid_mapping", text), [0.0; 4]).dataset().find(None).unwrap();
        assert_eq!((found.grid.crs().epsg(), found.mapping_name), (Some(3413), Some("north".into())), "{text}");
    }
    let in_file = |epsg: &str| AttributeList::from_iter([("spatial_ref", epsg)]);
    let own = field().with("grid_mapping", "globe: lat lon north: x y");
    let source =
        map().data(own, [0.0; 4]).in_file("globe", in_file("EPSG:4326")).in_file("north", in_file("EPSG:3413"));
    assert_eq!(source.array("lithk").find(None).unwrap().grid.crs().epsg(), Some(3413));
}

const FEET: &str = "+proj=tmerc +lat_0=54 +lon_0=-150 +k=0.9999 +x_0=500000 +ellps=GRS80 +units=us-ft";

#[test]
fn a_text_states_the_unit_of_coordinates_without_units() {
    let axes = |units: Option<&str>, scale: f64, text: &str| {
        let own = |name: &str| match units {
            Some(units) => along(name, name, 2).with("units", units),
            None => along(name, name, 2),
        };
        let crs = VariableEntry::new("crs", &[], &[]).with("spatial_ref", text);
        let values = [1e3 * scale, 2e3 * scale];
        MemorySource::default().coordinate(own("y"), values).coordinate(own("x"), values).data(crs, [0_i64]).dataset()
    };
    let foot = 1200.0 / 3937.0;
    let feet = axes(None, 1.0, FEET).find(None).unwrap();
    assert_eq!(feet.grid.rectilinear().unwrap().x().centres(), [1e3 * foot, 2e3 * foot]);
    assert_eq!(feet.mapping.text("spatial_ref"), Some(FEET));
    for name in ["US_survey_foot", "us-ft", "ft"] {
        assert_eq!(axes(Some(name), 1.0, FEET).find(None).unwrap().grid, feet.grid, "{name}");
    }
    let expected = "coordinate x: units 'm', but the grid mapping crs is a map in us-ft; set the units of x to those of its \
                    values, and drop the text of the mapping that is wrong";
    assert_eq!(axes(Some("m"), foot, FEET).message(None), expected);
    let metres = FEET.replace("us-ft", "m");
    let stated = axes(None, 1.0, &metres).find(None).unwrap();
    assert_eq!(stated.grid, axes(Some("km"), 1e-3, &metres).find(None).unwrap().grid);
    assert!(stated.mapping.iter().next().is_none());
}

#[test]
fn a_false_origin_beside_other_units_than_metres_is_refused() {
    let source = |units: &str, easting: f64| {
        let crs = VariableEntry::new("crs", &[], &[])
            .with("grid_mapping_name", "lambert_azimuthal_equal_area")
            .with("latitude_of_projection_origin", 90.0)
            .with("longitude_of_projection_origin", 0.0)
            .with("false_easting", easting);
        let own = |name: &str| along(name, name, 2).with("units", units);
        MemorySource::default().coordinate(own("y"), [0.0, 1.0]).coordinate(own("x"), [0.0, 1.0]).data(crs, [0_i64])
    };
    let text = source("km", 1e3).dataset().message(None);
    assert!(text.contains("false_easting or false_northing of the grid mapping crs may be in them or in m"), "{text}");
    assert!(source("km", 0.0).dataset().find(None).is_ok() && source("m", 1e3).dataset().find(None).is_ok());
}

/// Rows and columns from a rotated pole: the true places are a degree north of where the axes seem to be.
fn rotated(x: VariableEntry, y: VariableEntry) -> MemorySource {
    let places = |name: &str| VariableEntry::new(name, &["y", "x"], &[2, 2]);
    MemorySource::default()
        .coordinate(y, [0.0, 1.0])
        .coordinate(x, [0.0, 1.0])
        .coordinate(places("lon").with("units", "degrees_east"), [0.0, 1.0, 0.0, 1.0])
        .coordinate(places("lat").with("units", "degrees_north"), [1.0, 1.0, 2.0, 2.0])
}

#[test]
fn axes_from_a_rotated_pole_are_no_longitudes() {
    let own = |name: &str, dim: &str| along(name, dim, 2).with("units", "degrees");
    let named = |name: &str, dim: &str| own(name, dim).with("axis", if dim == "x" { "X" } else { "Y" });
    for (x, y) in [
        (named("rlon", "x"), named("rlat", "y")),
        (own("x", "x").with("standard_name", "grid_longitude"), own("y", "y").with("standard_name", "grid_latitude")),
        (own("x", "x"), own("y", "y")),
    ] {
        let source = rotated(x, y).dataset();
        for crs in [None, Some("EPSG:4326")] {
            assert!(matches!(source.find(crs).unwrap().grid, Grid::Mesh(_)));
        }
    }
    let bare =
        MemorySource::default().coordinate(named("rlat", "y"), [0.0, 1.0]).coordinate(named("rlon", "x"), [0.0, 1.0]);
    let text = bare.dataset().message(Some("EPSG:4326"));
    assert!(text.contains("coordinates rlon and rlat are longitudes and latitudes from a rotated pole"), "{text}");
}
