//! Grid mappings: those that data name, those that are there, those of the file.

use super::memory_source::{MemorySource, along, mapping};
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
