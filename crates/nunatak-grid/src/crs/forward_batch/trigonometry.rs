//! Sines and cosines of angles in degrees, and authalic latitudes, without a branch.

use super::super::authalic::AuthalicSphere;

/// Adding it and taking it away rounds to a whole number, which then is in the last bits.
const ROUNDING: f64 = 1.5 * (1_u64 << 52) as f64;

/// Sine and cosine of an angle in degrees, to two units in the last place, for angles up to 2^50 degrees; exact at multiples
/// of 90. NaN for what is not finite.
///
/// The angle is reduced to 45 degrees about a multiple of 90 without an error. Polynomials of `__kernel_sin` and
/// `__kernel_cos` of FreeBSD's `msun` (Sun Microsystems 1993).
#[inline(always)]
pub(crate) fn sin_cos_degrees(degrees: f64) -> (f64, f64) {
    let rounded = degrees * (1.0 / 90.0) + ROUNDING;
    let quarter = rounded.to_bits();
    let (sine, cosine) = sin_cos_near_zero((degrees - 90.0 * (rounded - ROUNDING)).to_radians());
    let swap = 0_u64.wrapping_sub(quarter & 1);
    let (sine, cosine) = (sine.to_bits(), cosine.to_bits());
    let turned = ((sine & !swap) | (cosine & swap), (cosine & !swap) | (sine & swap));
    // The sine is negative in the third and fourth quarter, the cosine in the second and third.
    let signs = ((quarter & 2) << 62, (quarter.wrapping_add(1) & 2) << 62);
    (f64::from_bits(turned.0 ^ signs.0), f64::from_bits(turned.1 ^ signs.1))
}

/// Sine and cosine of an angle of up to pi / 4.
#[inline(always)]
fn sin_cos_near_zero(angle: f64) -> (f64, f64) {
    const SINE: [f64; 6] = [
        -1.666_666_666_666_663_2e-1,
        8.333_333_333_322_49e-3,
        -1.984_126_982_985_795e-4,
        2.755_731_370_707_006_8e-6,
        -2.505_076_025_340_686_3e-8,
        1.589_690_995_211_55e-10,
    ];
    const COSINE: [f64; 6] = [
        4.166_666_666_666_66e-2,
        -1.388_888_888_887_411e-3,
        2.480_158_728_947_673e-5,
        -2.755_731_435_139_066_3e-7,
        2.087_572_321_298_175e-9,
        -1.135_964_755_778_819_5e-11,
    ];
    let square = angle * angle;
    let half = 0.5 * square;
    let near_one = 1.0 - half;
    (
        angle + angle * square * polynomial(&SINE, square),
        near_one + (((1.0 - near_one) - half) + square * square * polynomial(&COSINE, square)),
    )
}

/// A polynomial, lowest power first.
#[inline(always)]
pub(super) fn polynomial<const TERMS: usize>(coefficients: &[f64; TERMS], at: f64) -> f64 {
    let mut sum = coefficients[TERMS - 1];
    for term in (0..TERMS - 1).rev() {
        sum = sum * at + coefficients[term];
    }
    sum
}

/// Authalic colatitudes by their sines, from the sine and cosine of half the geodetic colatitude.
///
/// Half angles keep their digits at either pole.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AuthalicColatitude {
    /// Coefficients of the sines of 2, 4, … 12 times the colatitude in the authalic less the geodetic colatitude, halved.
    half_coefficients: [f64; 6],
}

impl AuthalicColatitude {
    pub(crate) fn new(sphere: &AuthalicSphere) -> Self {
        let mut half_coefficients = sphere.authalic_series().map(|coefficient| 0.5 * coefficient);
        // The series is of the latitude: signs of the odd terms change for the colatitude.
        half_coefficients.iter_mut().step_by(2).for_each(|coefficient| *coefficient = -*coefficient);
        Self { half_coefficients }
    }

    /// Sine and cosine of half the authalic colatitude.
    #[inline(always)]
    pub(crate) fn half(&self, (sine, cosine): (f64, f64)) -> (f64, f64) {
        let (sine_once, cosine_once) = (2.0 * sine * cosine, 1.0 - 2.0 * sine * sine);
        let (sine_twice, cosine_twice) = (2.0 * sine_once * cosine_once, 1.0 - 2.0 * sine_once * sine_once);
        // Clenshaw (1955).
        let (mut next, mut after) = (0.0, 0.0);
        for term in (0..6).rev() {
            (next, after) = (2.0 * cosine_twice * next - after + self.half_coefficients[term], next);
        }
        // The difference is a thousandth: three terms reach the last digit.
        let half = next * sine_twice;
        let square = half * half;
        let sine_half = half * (1.0 - square * (1.0 / 6.0) * (1.0 - square * (1.0 / 20.0)));
        let versine = square * 0.5 * (1.0 - square * (1.0 / 12.0) * (1.0 - square * (1.0 / 30.0)));
        (sine + (cosine * sine_half - sine * versine), cosine - (sine * sine_half + cosine * versine))
    }
}
