//! Grid mappings of CF: what is complete, what is guessed, and what is an error.

use super::super::grid_mapping::GridMappingValue;
use super::*;

fn mapping(numbers: &[(&str, f64)], texts: &[(&str, &str)]) -> GridMapping {
    let numbers = numbers.iter().map(|&(name, value)| (name.to_string(), GridMappingValue::Number(value)));
    let texts = texts.iter().map(|&(name, value)| (name.to_string(), GridMappingValue::Text(value.into())));
    GridMapping::new("polar_stereographic", numbers.chain(texts))
}

const POLAR: (&str, &str) = ("grid_mapping_name", "polar_stereographic");

#[test]
fn a_complete_mapping_is_its_epsg_code() {
    let complete = mapping(
        &[
            ("straight_vertical_longitude_from_pole", 0.0),
            ("latitude_of_projection_origin", -90.0),
            ("standard_parallel", -71.0),
            ("semi_major_axis", 6_378_137.0),
            ("inverse_flattening", 298.257_223_56),
        ],
        &[POLAR],
    );
    let (crs, warnings) = Crs::from_grid_mapping(&complete).unwrap();
    assert_eq!(crs, Crs::parse("EPSG:3031").unwrap());
    assert!(warnings.is_empty());
}

#[test]
fn an_origin_short_of_the_pole_is_guessed_and_named() {
    // The mapping of the 16 km Greenland files: an oblique tangent angle in place of CF's attributes.
    let wrong = mapping(
        &[
            ("straight_vertical_longitude_from_pole", -45.0),
            ("latitude_of_projection_origin", 70.0),
            ("angle_of_oblique_tangent", 20.0),
            ("scale_factor_at_projection_origin", 1.0),
        ],
        &[POLAR],
    );
    let (crs, warnings) = Crs::from_grid_mapping(&wrong).unwrap();
    assert_eq!(crs.name(), "EPSG:3413");
    assert_eq!(warnings.len(), 1);
    let text = warnings[0].to_string();
    assert!(text.contains("latitude_of_projection_origin: found 70, expected 90"), "{text}");
    assert!(text.contains("`polar_stereographic`"), "{text}");
}

#[test]
fn a_missing_parallel_is_taken_from_the_tangent_angle() {
    let wrong = mapping(
        &[
            ("straight_vertical_longitude_from_pole", 0.0),
            ("latitude_of_projection_origin", -90.0),
            ("angle_of_oblique_tangent", 19.0),
            ("scale_factor_at_projection_origin", 1.0),
        ],
        &[POLAR],
    );
    let (crs, warnings) = Crs::from_grid_mapping(&wrong).unwrap();
    assert_eq!(crs.name(), "EPSG:3031");
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].attribute, "standard_parallel");
}

#[test]
fn a_scale_at_the_pole_gives_the_parallel() {
    // Scale at the pole of EPSG:3413: the root of the inverse area factor there.
    let known = Crs::parse("EPSG:3413").unwrap();
    let scale = known.area_factor(0.0, 0.0).powf(-0.5);
    let by_scale = mapping(
        &[
            ("straight_vertical_longitude_from_pole", -45.0),
            ("latitude_of_projection_origin", 90.0),
            ("scale_factor_at_projection_origin", scale),
        ],
        &[POLAR],
    );
    let (crs, warnings) = Crs::from_grid_mapping(&by_scale).unwrap();
    assert!(warnings.is_empty());
    assert!(crs.is_same(&known), "{}", crs.name());
}

#[test]
fn a_parallel_in_the_wrong_hemisphere_is_turned_over() {
    let wrong = mapping(
        &[
            ("straight_vertical_longitude_from_pole", 0.0),
            ("latitude_of_projection_origin", -90.0),
            ("standard_parallel", 71.0),
        ],
        &[POLAR],
    );
    let (crs, warnings) = Crs::from_grid_mapping(&wrong).unwrap();
    assert_eq!(crs.name(), "EPSG:3031");
    assert_eq!(warnings[0].attribute, "standard_parallel");
}

#[test]
fn a_known_code_settles_an_incomplete_mapping() {
    let named = mapping(&[("latitude_of_projection_origin", 70.0)], &[POLAR, ("spatial_ref", "EPSG:3413")]);
    let (crs, warnings) = Crs::from_grid_mapping(&named).unwrap();
    assert_eq!((crs.name().as_str(), warnings.len()), ("EPSG:3413", 0));
    let only_text = mapping(&[], &[("crs_wkt", "EPSG:3031")]);
    assert_eq!(Crs::from_grid_mapping(&only_text).unwrap().0.name(), "EPSG:3031");
    let geographic = mapping(&[], &[("grid_mapping_name", "latitude_longitude")]);
    assert_eq!(Crs::from_grid_mapping(&geographic).unwrap().0.name(), "EPSG:4326");
}

#[test]
fn a_code_that_contradicts_complete_attributes_is_reported() {
    let torn = mapping(
        &[
            ("straight_vertical_longitude_from_pole", 0.0),
            ("latitude_of_projection_origin", -90.0),
            ("standard_parallel", -71.0),
        ],
        &[POLAR, ("spatial_ref", "EPSG:3413")],
    );
    let (crs, warnings) = Crs::from_grid_mapping(&torn).unwrap();
    assert_eq!(crs.name(), "EPSG:3031");
    assert_eq!((warnings[0].attribute.as_str(), warnings[0].found.as_str()), ("spatial_ref", "EPSG:3413"));
}

#[test]
fn what_cannot_be_guessed_is_an_error_that_names_it() {
    let lambert = mapping(&[], &[("grid_mapping_name", "lambert_conformal_conic")]);
    let error = Crs::from_grid_mapping(&lambert).unwrap_err().to_string();
    assert!(error.contains("grid_mapping_name: found lambert_conformal_conic"), "{error}");
    let no_pole = mapping(&[("straight_vertical_longitude_from_pole", 0.0)], &[POLAR]);
    let error = Crs::from_grid_mapping(&no_pole).unwrap_err().to_string();
    assert!(error.contains("latitude_of_projection_origin: found nothing"), "{error}");
}
