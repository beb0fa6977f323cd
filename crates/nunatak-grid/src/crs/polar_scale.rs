//! Scale and distance from the pole of the polar stereographic projection (Snyder 1987, chapter 21).

use super::ellipsoid::Ellipsoid;

/// t of Snyder (1987, eq. 15-9): tan of half the conformal colatitude.
pub(super) fn radius_ratio(ellipsoid: &Ellipsoid, colatitude: f64) -> f64 {
    (0.5 * colatitude).tan() * flattening_ratio(ellipsoid, colatitude)
}

/// ((1 + e cos) / (1 - e cos))^(e / 2) of a colatitude.
fn flattening_ratio(ellipsoid: &Ellipsoid, colatitude: f64) -> f64 {
    let e = ellipsoid.eccentricity();
    (e * (e * colatitude.cos()).atanh()).exp()
}

/// Geodetic colatitude from t, by the iteration of Snyder (1987, eq. 7-9); it contracts by the eccentricity squared.
fn colatitude_of(ellipsoid: &Ellipsoid, ratio: f64) -> f64 {
    let mut colatitude = 2.0 * ratio.atan();
    for _ in 0..12 {
        colatitude = 2.0 * (ratio / flattening_ratio(ellipsoid, colatitude)).atan();
    }
    colatitude
}

/// Distance from the pole over t: a m_c / t_c (Snyder 1987, eq. 21-34), and its limit at the pole (eq. 21-33).
pub(super) fn scale_length(ellipsoid: &Ellipsoid, colatitude: f64) -> f64 {
    ellipsoid.semi_major_axis() / (radius_factor(ellipsoid, colatitude))
}

/// Scale k (Snyder 1987, eq. 21-32 and 21-35) at a given t of a map with this scale length.
pub(super) fn scale_factor(ellipsoid: &Ellipsoid, scale_length: f64, ratio: f64) -> f64 {
    scale_length / ellipsoid.semi_major_axis() * radius_factor(ellipsoid, colatitude_of(ellipsoid, ratio))
}

/// Scale at the pole of a map with this scale length.
pub(super) fn scale_at_pole(ellipsoid: &Ellipsoid, scale_length: f64) -> f64 {
    scale_factor(ellipsoid, scale_length, 0.0)
}

/// Degrees from the equator of the parallel of true scale of a map with this scale at the pole, by bisection; none for a
/// scale that no parallel gives.
pub(super) fn parallel_of_scale(ellipsoid: &Ellipsoid, scale: f64) -> Option<f64> {
    let at_pole = |parallel: f64| {
        let length = scale_length(ellipsoid, (90.0 - parallel).to_radians());
        scale_at_pole(ellipsoid, length)
    };
    let (mut low, mut high) = (1.0, 90.0);
    if !(at_pole(low)..=1.0).contains(&scale) {
        return None;
    }
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if at_pole(middle) < scale { low = middle } else { high = middle }
    }
    Some(high)
}

/// t / m of a colatitude (Snyder 1987, eq. 15-9 over 14-15), written so that it is finite at the pole.
fn radius_factor(ellipsoid: &Ellipsoid, colatitude: f64) -> f64 {
    let curvature = (1.0 - ellipsoid.eccentricity_squared() * colatitude.cos().powi(2)).sqrt();
    curvature * flattening_ratio(ellipsoid, colatitude) / (2.0 * (0.5 * colatitude).cos().powi(2))
}
