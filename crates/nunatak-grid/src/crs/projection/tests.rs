//! Projections against PROJ.

use crate::{Axis, Crs, Grid, RectilinearGrid};

/// code, longitude, latitude, x, y by pyproj 3.8.
const PLACES: [(u32, f64, f64, f64, f64); 5] = [
    (6931, 30.0, 71.5, 1_028_335.185_606_301, -1_781_128.788_680_885_5),
    (6932, -120.0, -77.25, -1_230_559.342_614_345_7, -710_463.767_712_200_9),
    (3035, 15.0, 60.0, 4_600_451.874_746_643, 4_109_791.659_876_869),
    (32633, 12.5, 64.0, 377_743.462_941_863_64, 7_099_411.974_811_007),
    (32721, -58.0, -54.0, 434_451.482_418_425_26, 4_016_015.545_207_506),
];

#[test]
fn projects_as_proj_does() {
    for (code, longitude, latitude, x, y) in PLACES {
        let crs = Crs::parse(&code.to_string()).unwrap();
        let (found_x, found_y) = crs.forward(&[longitude], &[latitude]).unwrap();
        assert!((found_x[0] - x).abs() < 1e-5 && (found_y[0] - y).abs() < 1e-5, "{code}: {found_x:?} {found_y:?}");
        let (back_longitude, back_latitude) = crs.inverse(&[x], &[y]).unwrap();
        assert!((back_longitude[0] - longitude).abs() < 1e-9 && (back_latitude[0] - latitude).abs() < 1e-9);
        assert_eq!(crs.epsg(), Some(code));
    }
}

#[test]
fn spellings_of_one_projection_are_one() {
    let laea = Crs::parse("EPSG:6932").unwrap();
    for text in [
        "+proj=laea +lat_0=-90 +datum=WGS84 +units=m +no_defs +type=crs",
        "+proj=laea +lon_0=0.0 +lat_0=-90.0 +a=6378137 +rf=298.257223563",
        r#"PROJCRS["mine",BASEGEOGCRS["WGS 84",DATUM["x",ELLIPSOID["WGS 84",6378137,298.257223563]]],CONVERSION["x",
           METHOD["Lambert Azimuthal Equal Area"],PARAMETER["Latitude of natural origin",-90],
           PARAMETER["Longitude of natural origin",0]],CS[Cartesian,2],LENGTHUNIT["metre",1]]"#,
    ] {
        assert_eq!(Crs::parse(text).unwrap(), laea, "{text}");
    }
    assert_eq!(Crs::parse("+proj=stere +lat_0=-90 +lat_ts=-71").unwrap(), Crs::parse("EPSG:3031").unwrap());
    assert_ne!(Crs::parse("+proj=laea +lat_0=-90 +ellps=GRS80").unwrap(), laea);
}

#[test]
fn what_is_no_projection_in_metres_is_refused() {
    let nested = "PROJCS[".repeat(10_000);
    for text in ["+proj=laea +units=km", "+proj=laea +axis=neu", "+proj=nowhere", "+lat_0=3", "PROJCS[\"x\"]", &nested]
    {
        assert!(Crs::parse(text).is_err(), "{}", &text[..20.min(text.len())]);
    }
}

#[test]
fn systems_survive_being_written_down() {
    let crs = Crs::parse("+proj=lcc +lat_1=35 +lat_2=65 +lat_0=52 +lon_0=10 +ellps=GRS80").unwrap();
    let text = serde_json::to_string(&crs).unwrap();
    assert_eq!(serde_json::from_str::<Crs>(&text).unwrap(), crs);
}

#[test]
fn cells_of_an_equal_area_map_have_its_areas() {
    let axis = || Axis::from_centres((-5..=5).map(|step| f64::from(step) * 5e4).collect()).unwrap();
    for (code, factor) in [("EPSG:6931", 1.0), ("EPSG:6932", 1.0)] {
        let grid = Grid::Rectilinear(RectilinearGrid::new(Crs::parse(code).unwrap(), axis(), axis()).unwrap());
        let areas = grid.cell_areas().unwrap();
        let mean = areas.iter().sum::<f64>() / areas.len() as f64;
        // Edges stay within 1e-4 of their length of the straight lines.
        assert!((mean / 2.5e9 - factor).abs() < 1e-5, "{code}: {mean}");
    }
}

#[test]
fn the_area_factor_of_a_conformal_map_is_its_scale_squared() {
    // Within a UTM zone the scale on the central meridian is 0.9996.
    let crs = Crs::parse("EPSG:32633").unwrap();
    assert!((crs.area_factor(5e5, 7e6) * 0.9996_f64.powi(2) - 1.0).abs() < 1e-8);
}

#[test]
fn points_that_a_map_does_not_hold_are_missing() {
    let crs = Crs::parse("EPSG:6932").unwrap();
    assert!(crs.forward(&[0.0, 0.0], &[90.0, -80.0]).is_err());
    let (x, y) = crs.forward_or_nan(&[0.0, 0.0], &[90.0, -80.0]).unwrap();
    assert!(x[0].is_nan() && y[0].is_nan() && y[1] > 1e6);
}
