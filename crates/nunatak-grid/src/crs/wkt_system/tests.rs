//! Well-known text: units, meridians and methods, in WKT 1 and WKT 2.

use super::*;
use crate::{Crs, GridError};

const BASE: &str = r#"GEOGCS["x",DATUM["x",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]"#;
const BASE_2: &str = r#"BASEGEOGCRS["x",DATUM["x",ELLIPSOID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0]]"#;

fn number(text: &str, name: &str) -> f64 {
    parse(text).unwrap().unwrap().parameters.unwrap().number(name).unwrap()
}

fn problem(text: &str) -> String {
    match Crs::parse(text).unwrap_err() {
        GridError::UnreadCrs { problem, .. } => problem,
        other => other.to_string(),
    }
}

#[test]
fn lengths_are_in_the_unit_of_the_map() {
    let foot = 1200.0 / 3937.0;
    let one = format!(
        r#"PROJCS["x",{BASE},PROJECTION["Transverse_Mercator"],PARAMETER["central_meridian",-99],PARAMETER["false_easting",3000],UNIT["US survey foot",0.304800609601219]]"#
    );
    let own = format!(
        r#"PROJCRS["x",{BASE_2},CONVERSION["x",METHOD["Transverse Mercator"],PARAMETER["False easting",3000,LENGTHUNIT["US survey foot",{foot}]],PARAMETER["Longitude of natural origin",-99]],CS[Cartesian,2],AXIS["x",east,LENGTHUNIT["US survey foot",{foot}]]]"#
    );
    let of_system = own.replace(&format!(r#",LENGTHUNIT["US survey foot",{foot}]],PARAMETER"#), "],PARAMETER");
    for text in [one, own, of_system] {
        assert!((number(&text, "x_0") - 3000.0 * foot).abs() < 1e-8, "{text}");
        let described = parse(&text).unwrap().unwrap();
        assert!(!described.is_plain);
        let unit = described.parameters.unwrap().unit().cloned().unwrap();
        assert!(unit.is_called("us_survey_foot") && (unit.metres() - foot).abs() < 1e-12);
        assert!(problem(&text).contains("US survey foot"));
    }
}

#[test]
fn longitudes_count_from_greenwich() {
    let oslo = BASE.replace(r#"PRIMEM["Greenwich",0]"#, r#"PRIMEM["Oslo",10.7229166666667]"#);
    let map = format!(
        r#"PROJCS["x",{oslo},PROJECTION["Transverse_Mercator"],PARAMETER["central_meridian",-4.5],UNIT["metre",1]]"#
    );
    assert!((number(&map, "lon_0") - 6.222_916_666_666_7).abs() < 1e-10);
    assert!(problem(&oslo).contains("Greenwich"));
    let paris =
        BASE_2.replace(r#"PRIMEM["Greenwich",0]"#, r#"PRIMEM["Paris",2.5969213,ANGLEUNIT["grad",0.015707963267949]]"#);
    let grads = format!(
        r#"PROJCRS["x",{paris},CONVERSION["x",METHOD["Lambert Conic Conformal (1SP)"],PARAMETER["Latitude of natural origin",52,ANGLEUNIT["grad",0.015707963267949]],PARAMETER["Longitude of natural origin",0]],CS[Cartesian,2],LENGTHUNIT["metre",1]]"#
    );
    assert!((number(&grads, "lat_0") - 46.8).abs() < 1e-9 && (number(&grads, "lat_1") - 46.8).abs() < 1e-9);
    assert!((number(&grads, "lon_0") - 2.337_229_17).abs() < 1e-9);
}

#[test]
fn what_is_not_read_is_refused_and_named() {
    let rotated = r#"GEOGCRS["x",BASEGEOGCRS["x",DATUM["x",ELLIPSOID["x",6371229,0]]],DERIVINGCONVERSION["x",METHOD["Pole rotation (netCDF CF convention)"]],CS[ellipsoidal,2]]"#;
    assert!(problem(rotated).contains("Pole rotation"));
    let gons = BASE.replace("0.0174532925199433", "0.015707963267949");
    assert!(problem(&gons).contains("expected degrees"));
    let tilted = format!(
        r#"PROJCS["x",{BASE},PROJECTION["Transverse_Mercator"],PARAMETER["central_meridian",-99],PARAMETER["tilt",3],UNIT["metre",1]]"#
    );
    assert!(problem(&tilted).contains("tilt of 3"));
    let poly = format!(r#"PROJCS["x",{BASE},PROJECTION["Polyconic"],UNIT["foot",0.3048]]"#);
    assert!(problem(&poly).contains("Polyconic"));
}

#[test]
fn a_code_stands_for_parameters_that_are_not_read() {
    let web = format!(
        r#"PROJCS["x",{BASE},PROJECTION["Mercator_1SP"],PARAMETER["central_meridian",0],PARAMETER["scale_factor",1],UNIT["metre",1],EXTENSION["PROJ4","+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +wktext +no_defs"]]"#
    );
    assert_eq!(Crs::parse(&web).unwrap().epsg(), Some(3857));
    // The parameters are the map's own, whatever code stands beside them.
    let other = format!(
        r#"PROJCS["x",{BASE},PROJECTION["Polar_Stereographic"],PARAMETER["latitude_of_origin",-71],PARAMETER["central_meridian",40],UNIT["metre",1],AUTHORITY["EPSG","3031"]]"#
    );
    assert_eq!(Crs::parse(&other).unwrap().epsg(), None);
    assert_eq!(Crs::parse(&other.replace("40", "0")).unwrap().epsg(), Some(3031));
}
