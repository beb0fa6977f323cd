//! Polar stereographic projections against Snyder (1987) and PROJ.

use proptest::prelude::*;

use super::*;

fn antarctic() -> PolarStereographic {
    PolarStereographic::new(Ellipsoid::WGS84, Pole::South, -71.0, 0.0).unwrap()
}

/// 1 / k^2 as Snyder (1987) writes it: eq. 14-15, 15-9, 21-32 and 21-34, in latitude.
fn snyder_area_factor(standard_parallel: f64, latitude: f64) -> f64 {
    let e = Ellipsoid::WGS84.eccentricity();
    let m = |phi: f64| phi.cos() / (1.0 - (e * phi.sin()).powi(2)).sqrt();
    let t = |phi: f64| {
        (std::f64::consts::FRAC_PI_4 - phi / 2.0).tan() / ((1.0 - e * phi.sin()) / (1.0 + e * phi.sin())).powf(e / 2.0)
    };
    let (phi, parallel) = (latitude.to_radians(), standard_parallel.to_radians());
    let k = m(parallel) * t(phi) / (t(parallel) * m(phi));
    k.powi(-2)
}

#[test]
fn area_factor_is_snyders() {
    let projection = antarctic();
    for latitude in [89.9, 85.0, 80.0, 71.0, 60.0, 52.0, 30.0, 0.0, -45.0] {
        let distance = projection.distance_of_latitude(-latitude);
        let expected = snyder_area_factor(71.0, latitude);
        for angle in [0.0_f64, 1.0, 4.0] {
            let found = projection.area_factor(distance * angle.cos(), distance * angle.sin());
            // In latitude the textbook form loses digits as the cosine vanishes.
            let tolerance = 2e-15 / latitude.to_radians().cos();
            assert!((found / expected - 1.0).abs() < 1e-14 + tolerance, "{latitude}: {found} {expected}");
        }
    }
}

#[test]
fn area_factor_agrees_with_proj() {
    // 1 / pyproj.Proj(3031).get_factors(...).areal_scale: PROJ differentiates numerically, to about 1e-10.
    for (x, y, expected) in [
        (0.0, 0.0, 1.056_770_166_275_905_7),
        (0.0, 2_082_760.108_542_913_6, 1.0),
        (2_255_477.383_767_737_5, -1_487_213.316_457_506_7, 0.963_814_342_585_370_8),
        (-7_471.735_089_989_093_5, -4_280_984.516_081_565, 0.844_874_320_155_952),
    ] {
        assert!((antarctic().area_factor(x, y) / expected - 1.0).abs() < 1e-9);
    }
}

#[test]
fn caps_are_authalic() {
    let projection = antarctic();
    for latitude in [-89.0, -80.0, -71.0, -60.0, -30.0, 0.0, 45.0] {
        let distance = projection.distance_of_latitude(latitude);
        let expected = Ellipsoid::WGS84.zone_area(-90.0, latitude, 360.0) / (2.0 * std::f64::consts::PI);
        assert!((projection.cap_area(distance) / expected - 1.0).abs() < 1e-14, "{latitude}");
        let ratio = projection.cap_ratio(distance * distance) * distance * distance;
        assert!((ratio / expected - 1.0).abs() < 1e-14);
    }
    let whole = 2.0 * std::f64::consts::PI * projection.cap_area(f64::INFINITY);
    assert!((whole / Ellipsoid::WGS84.area() - 1.0).abs() < 1e-14);
}

#[test]
fn an_inscribed_square_and_its_segments_fill_a_cap() {
    // Independent of the quadrature: the square's area from its edges seen from the pole (Green's theorem).
    let projection = antarctic();
    let half = 3_000_000.0;
    let steps = 200_000;
    let mut edge = 0.0;
    for step in 0..steps {
        let along = -half + 2.0 * half * (f64::from(step) + 0.5) / f64::from(steps);
        edge += projection.cap_ratio(half * half + along * along) * half * 2.0 * half / f64::from(steps);
    }
    let found = projection.rectangle_area((-half, half), (-half, half));
    assert!((found / (4.0 * edge) - 1.0).abs() < 1e-11, "{found} {}", 4.0 * edge);
}

#[test]
fn parallels_of_the_other_hemisphere_are_refused() {
    let refused = PolarStereographic::new(Ellipsoid::WGS84, Pole::South, 71.0, 0.0);
    assert!(matches!(refused, Err(GridError::Parameter { parameter: "standard_parallel", .. })));
}

#[test]
fn a_description_brings_back_the_same_projection() {
    let projection = antarctic().with_false_origin(1e6, -0.1).unwrap();
    let text = serde_json::to_string(&projection).unwrap();
    assert_eq!(serde_json::from_str::<PolarStereographic>(&text).unwrap(), projection);
}

proptest! {
    #[test]
    fn areas_of_parts_add_up(
        x in -3.0e6..3.0e6, y in -3.0e6..3.0e6, width in 1.0e3..4.0e5, height in 1.0e3..4.0e5,
        cut_x in 0.01..0.99, cut_y in 0.01..0.99,
    ) {
        let projection = antarctic();
        let (xs, ys) = ([x, x + cut_x * width, x + width], [y, y + cut_y * height, y + height]);
        let whole = projection.rectangle_area((xs[0], xs[2]), (ys[0], ys[2]));
        let mut parts = 0.0;
        for i in 0..2 {
            for j in 0..2 {
                parts += projection.rectangle_area((xs[i], xs[i + 1]), (ys[j], ys[j + 1]));
            }
        }
        prop_assert!((parts / whole - 1.0).abs() < 1e-13, "{parts} {whole}");
    }
}
