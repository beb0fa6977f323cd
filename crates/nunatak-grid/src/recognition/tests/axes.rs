//! Rows and columns: axes by attribute and by name, units, bounds.

use super::memory_source::{MemorySource, along, mapping};
use crate::recognition::{
    CoordinateSource, CoordinateValues, GridFamily, RecognitionWarning, VariableEntry, find_axes, has_axis_names,
    recognise,
};

const X: [f64; 3] = [0.0, 1e5, 2e5];

fn map() -> MemorySource {
    MemorySource::default()
        .coordinate(along("y", "y", 2).with("units", "m"), [0.0, 1e5])
        .coordinate(along("x", "x", 3).with("units", "m"), X)
}

#[test]
fn axes_are_found_by_attribute_before_name() {
    let source = map()
        .coordinate(along("b", "n", 2).with("axis", "Y").with("units", "km"), [0.0, 100.0])
        .coordinate(along("a", "m", 3).with("axis", "X").with("units", "km"), [0.0, 100.0, 200.0])
        .dataset();
    let axes = find_axes(source.inventory()).unwrap();
    assert_eq!((axes.y_name.as_str(), axes.x_name.as_str(), axes.dims), ("b", "a", ["n".into(), "m".into()]));
    let horizontal = source.find(Some("EPSG:3031")).unwrap();
    assert_eq!(horizontal.grid.rectilinear().unwrap().x().centres(), X);
    assert_eq!((horizontal.centres, horizontal.mapping_name), (vec!["b".into(), "a".into()], None));
}

#[test]
fn recognising_reads_nothing_and_building_only_axes() {
    let field = VariableEntry::new("lithk", &["y", "x"], &[2, 3]);
    let source = map().data(mapping("crs", "EPSG:3031"), [0_i64]).data(field, vec![0.0; 6]).dataset();
    let found = recognise(source.inventory()).unwrap();
    assert_eq!((found.len(), found[0].family()), (1, GridFamily::Rectilinear));
    assert!(found[0].holds(&["time".into(), "y".into(), "x".into()]) && !found[0].holds(&["y".into()]));
    assert_eq!(source.read(), Vec::<String>::new());
    found[0].build(&source, None, &mut Vec::new()).unwrap();
    assert_eq!(source.read(), ["x", "y"]);
}

#[test]
fn a_grid_without_coordinates_is_named() {
    let field = VariableEntry::new("lithk", &["row", "column"], &[3, 4]);
    let source = MemorySource::default().data(field, vec![0.0; 12]).array("lithk");
    let expected = "DataArray 'lithk' with dimensions ('row', 'column') is a grid without coordinates. Looked for y: a \
                    1-D coordinate with axis 'Y', standard_name projection_y_coordinate or latitude, or a name of y, \
                    yc, y1, northing, lat, latitude; x: a 1-D coordinate with axis 'X', standard_name \
                    projection_x_coordinate or longitude, or a name of x, xc, x1, easting, lon, longitude. Coordinates \
                    there: none. Assign the coordinates of the cell centres (obj.assign_coords(x=..., y=...)), or pass \
                    source= a grid such as nk.ismip6_grid('AIS', 8e3)";
    assert_eq!(source.message(None), expected);
    assert!(has_axis_names(&["time", "Lat", "LON"]) && !has_axis_names(&["row", "x"]));
}

#[test]
fn units_are_converted_or_named() {
    let axes = |units: Option<&str>, largest: f64| {
        let own = |name: &str| match units {
            Some(units) => along(name, name, 2).with("units", units),
            None => along(name, name, 2),
        };
        MemorySource::default().coordinate(own("y"), [0.0, largest]).coordinate(own("x"), [0.0, largest]).dataset()
    };
    let map = Some("EPSG:3031");
    assert_eq!(
        axes(Some("furlongs"), 50.0).message(map),
        "coordinate x: units 'furlongs', expected m or km for EPSG:3031"
    );
    let feet = axes(Some("feet"), 5e4).find(map).unwrap();
    assert_eq!(feet.grid, axes(Some("m"), 15_240.0).find(map).unwrap().grid);
    assert_eq!(
        axes(Some("km"), 50.0).message(Some("EPSG:4326")),
        "coordinate x: units 'km', expected degrees for EPSG:4326"
    );
    let expected = "coordinate x: no units, and 50 may be m or km; set its attribute units";
    assert_eq!(axes(None, 50.0).message(map), expected);
    let kilometres = axes(Some("Kilometers"), 50.0).find(map).unwrap();
    assert_eq!(kilometres.grid, axes(None, 5e4).find(map).unwrap().grid);
}

#[test]
fn broken_axes_are_named() {
    let crs = Some("EPSG:3031");
    let source = |values: CoordinateValues| {
        let x = along("x", "x", 3).with("units", "m");
        MemorySource::default().coordinate(along("y", "y", 2), [0.0, 1e5]).coordinate(x, values).dataset()
    };
    let floats = |values: [f64; 3]| source(CoordinateValues::Floats(values.to_vec())).message(crs);
    assert!(floats([0.0, 1e5, 1e5]).starts_with("coordinate x: cell centres repeat: 100000"));
    assert!(floats([0.0, 1e5, 5e4]).starts_with("coordinate x: cell centres are not monotonic"));
    let text = source(CoordinateValues::Other("<U1".into())).message(crs);
    assert_eq!(text, "coordinate x: expected numbers, found <U1");
}

#[test]
fn bounds_are_read_and_checked() {
    let source = |bounds: VariableEntry, values: Vec<f64>| {
        MemorySource::default()
            .coordinate(along("y", "y", 2).with("units", "km").with("bounds", "y_b"), [3.0, 1.0])
            .coordinate(along("x", "x", 2).with("units", "km"), [0.0, 1.0])
            .data(bounds, values)
            .dataset()
    };
    let bounds = || VariableEntry::new("y_b", &["y", "two"], &[2, 2]);
    let horizontal = source(bounds(), vec![2.0, 4.0, 0.0, 2.0]).find(Some("EPSG:3031")).unwrap();
    assert_eq!(horizontal.grid.rectilinear().unwrap().y().bounds(), [4e3, 2e3, 0.0]);
    assert_eq!(horizontal.shapes, ["y_b"]);
    let message = |bounds, values| source(bounds, values).message(Some("EPSG:3031"));
    let expected = "bounds y_b: cells 0 and 1 do not share an edge: [4000.0, 2500.0] and [2000.0, 0.0]";
    assert_eq!(message(bounds(), vec![2.5, 4.0, 0.0, 2.0]), expected);
    let three = VariableEntry::new("y_b", &["y", "three"], &[2, 3]);
    assert_eq!(message(three, vec![0.0; 6]), "bounds y_b: expected shape (2, 2), found (2, 3)");
    let expected = "bounds y_b: units 'degrees', expected those of y, 'km'";
    assert_eq!(message(bounds().with("units", "degrees"), vec![0.0; 4]), expected);
}

#[test]
fn a_globe_with_a_gap_is_named() {
    let globe = |step: f64| {
        let values: Vec<f64> = (0..9).map(|column| step * f64::from(column)).collect();
        let latitudes = along("lat", "lat", 2);
        MemorySource::default().coordinate(along("lon", "lon", 9), values).coordinate(latitudes, [-45.0, 45.0])
    };
    let warnings = |source: MemorySource| source.dataset().find_with_warnings(None).unwrap().1;
    assert_eq!(warnings(globe(40.0)), []);
    let gap = "Dataset with dimensions ('lon', 'lat'): the columns of lon nearly close round the globe but leave a gap \
               of 36 degrees; is a column missing, or the spacing rounded?";
    assert_eq!(warnings(globe(36.0)), [RecognitionWarning::Grid(gap.into())]);
    let part = globe(10.0).attribute("geospatial_lon_min", -180_i64).attribute("geospatial_lon_max", "180");
    let called = "Dataset with dimensions ('lon', 'lat') is called global (geospatial_lon_min and _max), but its cells \
                  span 90 of 360 degrees; the rest of the globe gets no values";
    assert_eq!(warnings(part), [RecognitionWarning::Grid(called.into())]);
}
