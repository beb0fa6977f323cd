//! The vertical geolocation error of a segment, from slopes and horizontal pointing errors.
//!
//! The product's own number is `sigma_geo_h = sqrt(sr² + (sat·dh_fit_dx_left)² + (sxt·dh_fit_dy)²)` (Smith et al.,
//! ATL06 ATBD, section 3.4.4; that both beams of a pair take the left beam's along-track slope was found by
//! recomputing releases 002 and 003, where this reproduces it to 3e-5 m). Where a slope is missing the product puts 1
//! in its place, which gives 20 or 28.29 m on perfectly flat ice: such values are sentinels, not errors.

use std::collections::HashMap;

use nunatak_array::order_statistics::median_of_present;

/// Radial error where the granule does not store `sigma_geo_r` (release 002 and before), m.
pub(crate) const RADIAL_SIGMA: f32 = 0.3;

/// Along-track slopes of one beam, looked up by segment.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{GeolocationInputs, PairSlopes, geolocation_sigma};
///
/// // The left beam has no slope at segment 2.
/// let left = PairSlopes::new(&[1, 2], &[0.03, f32::NAN]);
/// let (segment_id, along, across, good) = (&[1, 2], &[0.0; 2], &[0.0; 2], &[true; 2]);
/// let (sigma_radial, sigma_along, sigma_across) = (&[0.4; 2], &[10.0; 2], &[10.0; 2]);
/// let inputs = GeolocationInputs { segment_id, along, across, sigma_radial, sigma_along, sigma_across, good };
/// let found = geolocation_sigma(inputs, &left);
/// // √(0.4² + (10 · 0.03)²)
/// assert!((found.sigma[0] - 0.5).abs() < 1e-6);
/// assert_eq!(found.flag, [0, 1]);
/// ```
#[derive(Debug, Clone, Default)]
pub struct PairSlopes {
    by_segment: HashMap<i32, f32>,
}

impl PairSlopes {
    /// The slopes `dh_fit_dx` of the left beam at its `segment_id`s; missing slopes and ids are left out.
    pub fn new(segment_id: &[i32], along: &[f32]) -> Self {
        let known = segment_id.iter().zip(along).filter(|&(&id, slope)| id != 0 && slope.is_finite());
        Self { by_segment: known.map(|(&id, &slope)| (id, slope)).collect() }
    }

    fn at(&self, segment_id: i32) -> Option<f32> {
        self.by_segment.get(&segment_id).copied()
    }
}

/// What the error of one beam's segments is computed from; all of one length.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{GeolocationInputs, PairSlopes, geolocation_sigma};
///
/// // On flat ice only the radial error is left.
/// let (segment_id, along, across, good) = (&[1], &[0.0], &[0.0], &[true]);
/// let (sigma_radial, sigma_along, sigma_across) = (&[0.3], &[5.0], &[5.0]);
/// let inputs = GeolocationInputs { segment_id, along, across, sigma_radial, sigma_along, sigma_across, good };
/// let found = geolocation_sigma(inputs, &PairSlopes::new(segment_id, along));
/// assert!((found.sigma[0] - 0.3).abs() < 1e-6);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct GeolocationInputs<'a> {
    /// `segment_id`.
    pub segment_id: &'a [i32],
    /// Own `dh_fit_dx`.
    pub along: &'a [f32],
    /// Own `dh_fit_dy`.
    pub across: &'a [f32],
    /// `sigma_geo_r`, m.
    pub sigma_radial: &'a [f32],
    /// `sigma_geo_at`, m.
    pub sigma_along: &'a [f32],
    /// `sigma_geo_xt`, m.
    pub sigma_across: &'a [f32],
    /// Segments that count for the beam's typical slope.
    pub good: &'a [bool],
}

/// Recomputed geolocation errors of one beam.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{GeolocationInputs, PairSlopes, geolocation_sigma};
///
/// // A slope of 0.1 along the track; the one across it is missing and is taken to be as steep.
/// let (segment_id, along, across, good) = (&[1], &[0.1], &[f32::NAN], &[true]);
/// let (sigma_radial, sigma_along, sigma_across) = (&[0.0], &[3.0], &[4.0]);
/// let inputs = GeolocationInputs { segment_id, along, across, sigma_radial, sigma_along, sigma_across, good };
/// let found = geolocation_sigma(inputs, &PairSlopes::new(segment_id, along));
/// // √((3 · 0.1)² + (4 · 0.1)²)
/// assert!((found.sigma[0] - 0.5).abs() < 1e-6);
/// assert_eq!(found.flag, [1]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct GeolocationSigma {
    /// m; NaN where the pointing errors or every slope of the beam are missing.
    pub sigma: Vec<f64>,
    /// 0: both slopes were there; 1: one was missing and a stand-in was used.
    pub flag: Vec<u8>,
}

/// Recomputes the vertical geolocation error of one beam from the slopes.
///
/// `left` are the slopes of the left beam of the pair (the beam's own when it is the left one). Where the left slope is
/// missing, the beam's own along-track slope stands in; where that is missing too, the beam's typical slope (median
/// |`dh_fit_dx`| of its good segments). A missing across-track slope is taken as large as the steeper of the along-track
/// slope used and the typical slope: terrain has no preferred direction across a single beam, and an error is better
/// overstated than understated. Both cases set the flag.
pub fn geolocation_sigma(inputs: GeolocationInputs<'_>, left: &PairSlopes) -> GeolocationSigma {
    let typical = typical_slope(inputs.along, inputs.good);
    let count = inputs.segment_id.len();
    let mut result = GeolocationSigma { sigma: Vec::with_capacity(count), flag: Vec::with_capacity(count) };
    let columns = inputs.segment_id.iter().zip(inputs.along).zip(inputs.across);
    let pointing = inputs.sigma_radial.iter().zip(inputs.sigma_along).zip(inputs.sigma_across);
    for (((&segment_id, &own), &across), ((&radial, &sigma_along), &sigma_across)) in columns.zip(pointing) {
        let of_left = left.at(segment_id);
        let along = of_left.or_else(|| own.is_finite().then_some(own)).map_or(typical, f64::from);
        let across = if across.is_finite() { Some(f64::from(across)) } else { None };
        result.flag.push(u8::from(of_left.is_none() || across.is_none()));
        let across = across.unwrap_or_else(|| along.abs().max(typical));
        let horizontal = (f64::from(sigma_along) * along).hypot(f64::from(sigma_across) * across);
        result.sigma.push(horizontal.hypot(f64::from(radial)));
    }
    result
}

/// Median |slope| of the good segments, of all of them when none is good; NaN when no slope is known.
fn typical_slope(along: &[f32], good: &[bool]) -> f64 {
    let of = |wanted: bool| -> Vec<f64> {
        let chosen = along.iter().zip(good).filter(|&(slope, &good)| slope.is_finite() && (good || !wanted));
        chosen.map(|(&slope, _)| f64::from(slope.abs())).collect()
    };
    let mut slopes = of(true);
    if slopes.is_empty() {
        slopes = of(false);
    }
    median_of_present(&mut slopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: f32 = f32::NAN;

    fn compute(along: &[f32], across: &[f32], left: &PairSlopes) -> GeolocationSigma {
        let n = along.len();
        geolocation_sigma(
            GeolocationInputs {
                segment_id: &(1..=n as i32).collect::<Vec<_>>(),
                along,
                across,
                sigma_radial: &vec![0.3; n],
                sigma_along: &vec![20.0; n],
                sigma_across: &vec![20.0; n],
                good: &vec![true; n],
            },
            left,
        )
    }

    #[test]
    fn the_left_slope_counts_for_both_beams() {
        let left = PairSlopes::new(&[1, 2], &[0.01, -0.02]);
        let result = compute(&[0.5, 0.5], &[0.03, 0.0], &left);
        let expected = [(0.3f64.powi(2) + 0.2f64.powi(2) + 0.6f64.powi(2)).sqrt(), (0.09f64 + 0.16).sqrt()];
        assert_eq!(result.flag, [0, 0]);
        for (found, expected) in result.sigma.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-7, "{found} {expected}");
        }
    }

    #[test]
    fn sentinels_are_flagged_and_replaced() {
        let left = PairSlopes::new(&[1, 2, 3, 0], &[0.01, NAN, 0.03, 0.9]);
        let result = compute(&[0.01, 0.02, 0.03, NAN], &[NAN, 0.0, 0.0, 0.0], &left);
        assert_eq!(result.flag, [1, 1, 0, 1]);
        let expected = |along: f64, across: f64| (0.09 + 400.0 * (along * along + across * across)).sqrt();
        let typical = 0.02;
        let values = [expected(0.01, typical), expected(0.02, 0.0), expected(0.03, 0.0), expected(typical, 0.0)];
        for (found, expected) in result.sigma.iter().zip(values) {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
    }

    #[test]
    fn nothing_known_stays_missing() {
        let result = compute(&[NAN], &[NAN], &PairSlopes::default());
        assert!(result.sigma[0].is_nan());
        assert_eq!(result.flag, [1]);
    }
}
