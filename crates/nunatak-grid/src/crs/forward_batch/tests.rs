//! Projections of many points against PROJ, and against `proj4rs` over the whole map.

use proptest::prelude::*;

use super::*;

/// EPSG code, longitude, latitude, x, y by pyproj 3.8.
const PLACES: [(u32, f64, f64, f64, f64); 28] = [
    (3031, 0.0, -90.0, 0.0, 0.0),
    (3031, 180.0, -71.0, 2.550_645_500_318_873e-10, -2_082_760.108_542_913_6),
    (3031, -180.0, -60.0, -4.081_911_918_066_543e-10, -3_333_134.027_630_276),
    (3031, -37.5, -89.999_999, -0.066_143_415_656_432_92, 0.086_199_777_529_845_63),
    (3031, 123.456, -52.25, 3_546_440.841_450_748_5, -2_343_423.372_300_816_2),
    (3031, 359.5, -75.000_1, -14_300.803_710_446_937, 1_638_709.792_944_438_8),
    (3031, -400.0, -80.0, -700_111.058_801_640_8, 834_359.869_541_791_5),
    (3031, 10.0, 30.0, 3_707_273.733_094_619, 21_024_994.122_845_79),
    (3413, 0.0, 90.0, 0.0, 0.0),
    (3413, -45.0, 70.0, 0.0, -2_187_927.649_279_021),
    (3413, 135.0, 60.5, 3.998_866_971_364_884_7e-10, 3_265_322.682_547_369_5),
    (3413, -37.5, 89.999_999, 0.014_139_552_634_220_245, -0.107_400_565_073_472_2),
    (3413, 123.456, 52.25, 848_116.369_872_693_8, 4_152_300.680_670_751),
    (3413, 359.5, 75.000_1, 1_145_193.557_422_900_6, -1_165_357.430_417_590_8),
    (3413, -400.0, 80.0, 94_644.190_084_053_29, -1_081_788.042_813_216_8),
    (3413, 10.0, -30.0, 17_436_023.807_302_736, -12_208_835.306_277_342),
    (6931, 0.0, 90.0, 0.0, 0.0),
    (6931, -45.0, 70.0, -1_570_958.550_113_28, -1_570_958.550_113_280_3),
    (6931, 135.0, 0.0, 6_371_007.180_918_475, 6_371_007.180_918_474),
    (6931, 123.456, 52.25, 3_450_013.599_973_371_7, 2_279_706.011_288_207_5),
    (6931, 10.0, -60.0, 2_136_677.317_973_981, -12_117_699.227_815_367),
    (6932, -45.0, -70.0, -1_570_958.550_113_28, 1_570_958.550_113_280_3),
    (6932, 10.0, 60.0, 2_136_677.317_973_981, 12_117_699.227_815_367),
    (3035, 10.0, 52.0, 4_321_000.0, 3_210_000.0),
    (3035, 15.0, 60.0, 4_600_451.874_746_643, 4_109_791.659_876_869),
    (3035, -25.0, 35.0, 1_215_057.501_397_591, 2_051_919.054_590_040_4),
    (3035, 44.0, 71.0, 5_512_916.629_918_099, 5_622_486.928_347_072),
    (3035, 100.0, -20.0, 14_226_196.922_555_653, 996_081.229_570_139_2),
];

fn kernel(crs: &str) -> ForwardBatch {
    let batch = ForwardBatch::new(&Crs::parse(crs).unwrap());
    assert!(!matches!(batch, ForwardBatch::PointByPoint(_)), "{crs}");
    batch
}

fn point(batch: &ForwardBatch, longitude: f64, latitude: f64) -> [f64; 2] {
    let (mut x, mut y) = ([0.0], [0.0]);
    batch.project(&[longitude], &[latitude], &mut x, &mut y);
    [x[0], y[0]]
}

#[test]
fn points_are_where_proj_has_them() {
    for (code, longitude, latitude, x, y) in PLACES {
        let found = point(&kernel(&code.to_string()), longitude, latitude);
        // A nanometre, and a few units in the last place.
        let tolerance = 1e-9 + 1e-15 * x.hypot(y);
        let apart = (found[0] - x).hypot(found[1] - y);
        assert!(apart < tolerance, "{code} {longitude} {latitude}: {found:?}, {apart}");
    }
}

#[test]
fn equal_area_maps_keep_their_digits_at_the_pole() {
    // PROJ has the pole itself here. In the limit distances are those on the sphere of the polar radius of curvature.
    let [x, y] = point(&kernel("EPSG:6932"), 30.0, -90.0 + 1e-6);
    let radius = 6_378_137.0 / (1.0 - 1.0 / 298.257_223_563);
    let expected = radius * (-90.0_f64 + 1e-6 + 90.0).to_radians();
    assert!((x.hypot(y) / expected - 1.0).abs() < 1e-12, "{}", x.hypot(y));
    assert!((x / y - 30_f64.to_radians().tan()).abs() < 1e-12);
}

#[test]
fn what_is_on_no_map_is_missing() {
    for crs in ["EPSG:3031", "EPSG:3413", "EPSG:6932", "EPSG:3035", "EPSG:32633"] {
        let batch = ForwardBatch::new(&Crs::parse(crs).unwrap());
        for (longitude, latitude) in [
            (f64::NAN, -80.0),
            (0.0, f64::NAN),
            (0.0, -90.000_001),
            (0.0, 1e300),
            (f64::INFINITY, -80.0),
            (0.0, f64::NEG_INFINITY),
            (-1e300, 70.0),
            (573.0, 70.0),
        ] {
            assert!(point(&batch, longitude, latitude)[0].is_nan(), "{crs} {longitude} {latitude}");
        }
    }
    // The other pole: infinitely far, or all of the map's edge.
    assert!(!point(&kernel("EPSG:3031"), 10.0, 90.0)[0].is_finite());
    assert!(point(&kernel("EPSG:6932"), 10.0, 90.0)[0].is_nan());
    // The antipode.
    assert!(point(&kernel("EPSG:3035"), -170.0, -52.0)[0].is_nan());
}

#[test]
fn unusual_maps_go_through_proj() {
    for crs in [
        "+proj=stere +lat_0=-90 +lat_ts=-71 +a=6378137 +rf=10",
        "+proj=stere +lat_0=45 +lon_0=10",
        "+proj=laea +lat_0=90 +R_A",
        "EPSG:32633",
    ] {
        let Ok(system) = Crs::parse(crs) else { continue };
        assert!(matches!(ForwardBatch::new(&system), ForwardBatch::PointByPoint(_)), "{crs}");
        let (x, y) = system.forward(&[12.0], &[-60.0]).unwrap();
        assert_eq!(point(&ForwardBatch::new(&system), 12.0, -60.0), [x[0], y[0]]);
    }
}

#[test]
fn multiples_of_a_right_angle_are_exact() {
    let expected = [(0.0, 1.0), (1.0, 0.0), (0.0, -1.0), (-1.0, 0.0)];
    for quarter in -9_i32..9 {
        let (sine, cosine) = sin_cos_degrees(90.0 * f64::from(quarter));
        assert_eq!((sine.abs(), cosine.abs()), {
            let (sine, cosine): (f64, f64) = expected[quarter.rem_euclid(4) as usize];
            (sine.abs(), cosine.abs())
        });
        assert!(sine * expected[quarter.rem_euclid(4) as usize].0 >= 0.0);
        assert!(cosine * expected[quarter.rem_euclid(4) as usize].1 >= 0.0);
    }
    assert!(sin_cos_degrees(f64::NAN).0.is_nan() && sin_cos_degrees(f64::INFINITY).1.is_nan());
}

/// Maps with false origins, meridians and spheres.
const MAPS: [&str; 8] = [
    "EPSG:3031",
    "EPSG:3413",
    "+proj=stere +lat_0=90 +lat_ts=71 +lon_0=-39 +x_0=1000 +y_0=-2500.5",
    "+proj=stere +lat_0=-90 +k=0.97 +lon_0=200 +R=3396190",
    "EPSG:6931",
    "+proj=laea +lat_0=-90 +lon_0=11.5 +x_0=12345.678 +R=6371000",
    "EPSG:3035",
    "+proj=laea +lat_0=0 +lon_0=170",
];

/// Those that are not about a pole, and their centres.
const OBLIQUE: [(usize, [f64; 2]); 2] = [(6, [10.0, 52.0]), (7, [170.0, 0.0])];

/// Cosine of the angle between two places (longitude, latitude) on a sphere.
fn cosine_between(one: [f64; 2], other: [f64; 2]) -> f64 {
    let ([longitude, latitude], [other_longitude, other_latitude]) =
        (one.map(f64::to_radians), other.map(f64::to_radians));
    latitude.sin() * other_latitude.sin() + latitude.cos() * other_latitude.cos() * (longitude - other_longitude).cos()
}

proptest! {
    #[test]
    fn sines_are_those_of_the_standard_library(degrees in prop_oneof![-1e3..1e3_f64, -1e-5..1e-5_f64, -1e9..1e9_f64]) {
        let (sine, cosine) = sin_cos_degrees(degrees);
        // The remainder is exact; radians of many turns are not.
        let (expected_sine, expected_cosine) = (degrees % 360.0).to_radians().sin_cos();
        prop_assert!((sine - expected_sine).abs() <= 1e-15 && (cosine - expected_cosine).abs() <= 1e-15);
        if degrees.abs() < 45.0 {
            prop_assert!((sine - expected_sine).abs() <= 2.5e-16 * expected_sine.abs());
        }
    }

    #[test]
    fn half_authalic_colatitudes_are_those_of_the_sphere(latitude in -90.0..=90.0_f64) {
        let sphere = crate::crs::AuthalicSphere::new(&crate::crs::Ellipsoid::WGS84);
        let half = AuthalicColatitude::new(&sphere).half(sin_cos_degrees(0.5 * (90.0 - latitude)));
        let (height, distance) = sphere.height_and_radius(latitude);
        prop_assert!((1.0 - 2.0 * half.0 * half.0 - height).abs() < 1e-15);
        prop_assert!((2.0 * half.0 * half.1 - distance).abs() < 1e-15);
    }

    #[test]
    fn points_are_where_one_projection_each_has_them(
        map in 0..MAPS.len(), longitude in -570.0..570.0_f64, latitude in -90.0..=90.0_f64,
    ) {
        let crs = Crs::parse(MAPS[map]).unwrap();
        let [x, y] = point(&kernel(MAPS[map]), longitude, latitude);
        let Ok((expected_x, expected_y)) = crs.forward(&[longitude], &[latitude]) else { return Ok(()) };
        // `proj4rs` takes the difference of two numbers near 1 about the centre of an equal-area map, and about its edge.
        let distance = expected_x[0].hypot(expected_y[0]);
        let rounding = 1e-8 + 4e-15 * distance;
        let tolerance = match OBLIQUE.iter().find(|(own, _)| *own == map) {
            // Opposite the centre, both lose digits.
            Some((_, centre)) => rounding + 1e-8 / (1.0 + cosine_between(*centre, [longitude, latitude])),
            None if matches!(crs, Crs::Projected(_)) => rounding + 0.05 / distance,
            None => rounding,
        };
        if tolerance < 1e-3 && distance < 2e7 {
            prop_assert!((x - expected_x[0]).hypot(y - expected_y[0]) < tolerance, "{} {} {:?}", x, y, (expected_x, expected_y));
        }
    }
}
