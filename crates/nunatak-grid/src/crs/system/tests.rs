//! Coordinate reference systems against PROJ, and the spellings of their names.

use super::*;

/// longitude, latitude, x, y by pyproj 3.7 / PROJ 9.5.
const ANTARCTIC: [(f64, f64, f64, f64); 4] = [
    (0.0, -71.0, 0.0, 2_082_760.108_542_913_6),
    (123.4, -65.5, 2_255_477.383_767_737_5, -1_487_213.316_457_506_7),
    (-179.9, -52.0, -7_471.735_089_989_093_5, -4_280_984.516_081_565),
    (45.0, -89.99, 768.288_788_887_422_4, 768.288_788_887_422_5),
];
const GREENLAND: [(f64, f64, f64, f64); 4] = [
    (-45.0, 70.0, 0.0, -2_187_927.649_279_021),
    (10.0, 60.25, 2_698_471.384_926_941_2, -1_889_490.005_369_040_2),
    (-120.0, 84.5, -575_923.321_345_999, -154_318.188_856_910_54),
    (170.0, 75.0, -937_154.779_586_331_5, 1_338_395.730_475_064_1),
];

#[test]
fn projects_as_proj_does() {
    for (name, points) in [("EPSG:3031", ANTARCTIC), ("EPSG:3413", GREENLAND)] {
        let crs = Crs::parse(name).unwrap();
        for (longitude, latitude, x, y) in points {
            let (found_x, found_y) = crs.forward(&[longitude], &[latitude]).unwrap();
            assert!((found_x[0] - x).abs() < 1e-7 && (found_y[0] - y).abs() < 1e-7, "{name} {longitude} {latitude}");
            let (back_longitude, back_latitude) = crs.inverse(&[x], &[y]).unwrap();
            assert!((back_longitude[0] - longitude).abs() < 1e-9 && (back_latitude[0] - latitude).abs() < 1e-11);
        }
    }
}

#[test]
fn missing_points_stay_missing_and_lengths_must_agree() {
    let crs = Crs::parse("EPSG:3031").unwrap();
    let (x, y) = crs.forward(&[f64::NAN, 0.0], &[-80.0, -90.0]).unwrap();
    assert!(x[0].is_nan() && y[0].is_nan());
    assert_eq!((x[1], y[1]), (0.0, 0.0));
    assert!(matches!(crs.forward(&[0.0], &[]), Err(GridError::Length { expected: 1, found: 0, .. })));
}

#[test]
fn points_a_map_cannot_hold_are_named() {
    let error = Crs::parse("EPSG:3031").unwrap().forward(&[5.0, 6.0], &[-80.0, 91.0]).unwrap_err().to_string();
    assert!(error.contains("EPSG:3031") && error.contains("(6, 91)"), "{error}");
    assert!(Crs::parse("EPSG:3031").unwrap().forward(&[5.0], &[90.0]).is_err());
}

#[test]
fn names_are_understood_in_every_spelling() {
    let antarctic = Crs::parse("EPSG:3031").unwrap();
    let addresses = ["http://www.opengis.net/def/crs/EPSG/0/3031", "urn:ogc:def:crs:EPSG::3031"];
    for text in ["epsg:3031", " 3031 ", "+init=epsg:3031"].into_iter().chain(addresses) {
        assert_eq!(Crs::parse(text).unwrap(), antarctic, "{text}");
    }
    let wkt = r#"PROJCS["x",GEOGCS["WGS 84",AUTHORITY["EPSG","4326"]],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AUTHORITY["EPSG","3031"]]"#;
    assert_eq!(Crs::parse(wkt).unwrap(), antarctic);
    let wkt2 = r#"PROJCRS["x",BASEGEOGCRS["WGS 84"],ID["EPSG",3031]]"#;
    assert_eq!(Crs::parse(wkt2).unwrap(), antarctic);
    assert_eq!(Crs::parse("OGC:CRS84").unwrap().name(), "EPSG:4326");
}

#[test]
fn unknown_systems_are_named_with_what_is_known() {
    let error = Crs::parse("EPSG:2056").unwrap_err().to_string();
    assert!(error.contains("EPSG:2056") && error.contains("EPSG:3031, EPSG:3413, EPSG:4326"), "{error}");
    // The code of the geographic part is not the code of the map.
    assert!(Crs::parse(r#"PROJCS["x",GEOGCS["WGS 84",AUTHORITY["EPSG","4326"]],UNIT["metre",1]]"#).is_err());
    assert!(Crs::parse("polar").is_err());
}

#[test]
fn a_square_degree_at_the_equator() {
    // Meridian radius a (1 - e2) times equatorial radius a, for one degree each way.
    let geographic = Crs::parse("EPSG:4326").unwrap();
    let e2 = Ellipsoid::WGS84.eccentricity_squared();
    let expected = 6_378_137.0_f64.powi(2) * (1.0 - e2) * 1_f64.to_radians().powi(2);
    assert!((geographic.area_factor(10.0, 0.0) / expected - 1.0).abs() < 1e-15);
    let cell = Ellipsoid::WGS84.zone_area(45.0, 45.0 + 1e-4, 1e-4);
    assert!((geographic.area_factor(0.0, 45.000_05) * 1e-8 / cell - 1.0).abs() < 1e-9);
}
