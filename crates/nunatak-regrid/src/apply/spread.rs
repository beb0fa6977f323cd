//! Extremes and variances of the source cells in a target cell, of interleaved fields.

use pulp::{Simd, WithSimd};

use super::interleave::Lane;
use super::sums::{Rule, Terms};

/// The smallest or the largest value of every target cell.
pub(super) struct Extreme<'a, L, const N: usize> {
    pub(super) terms: Terms<'a, L, N>,
    pub(super) is_largest: bool,
}

impl<L: Lane, const N: usize> WithSimd for Extreme<'_, L, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Terms { piece, rule, values, results } = self.terms;
        // The largest is the smallest with the other sign.
        let sign = if self.is_largest { -1.0 } else { 1.0 };
        for ((areas, places), result) in piece.rows().zip(results) {
            let (mut least, mut valid) = ([f64::INFINITY; N], Valid::<N>::NONE);
            for (&area, &place) in areas.iter().zip(places) {
                let values = &values[place as usize];
                for lane in 0..N {
                    let value = sign * values[lane].to_f64();
                    least[lane] = if value < least[lane] { value } else { least[lane] };
                    valid.add(lane, area, value);
                }
            }
            for lane in 0..N {
                result[lane] = valid.value(lane, rule, sign * least[lane]);
            }
        }
    }
}

/// The mean of squares from the mean, by area, of every target cell, or its root.
pub(super) struct Variance<'a, L, const N: usize> {
    pub(super) terms: Terms<'a, L, N>,
    pub(super) is_root: bool,
}

impl<L: Lane, const N: usize> WithSimd for Variance<'_, L, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Terms { piece, rule, values, results } = self.terms;
        for ((areas, places), result) in piece.rows().zip(results) {
            let (mut sums, mut squares, mut valid) = ([0.0; N], [0.0; N], Valid::<N>::NONE);
            for (&area, &place) in areas.iter().zip(places) {
                let values = &values[place as usize];
                for lane in 0..N {
                    let value = values[lane].to_f64();
                    sums[lane] += if value.is_nan() { 0.0 } else { area * value };
                    valid.add(lane, area, value);
                }
            }
            let mut means = sums;
            for (mean, covered) in means.iter_mut().zip(&valid.covered) {
                *mean /= covered;
            }
            for (&area, &place) in areas.iter().zip(places) {
                let values = &values[place as usize];
                for lane in 0..N {
                    let value = values[lane].to_f64();
                    let change = value - means[lane];
                    squares[lane] += if value.is_nan() { 0.0 } else { area * (change * change) };
                }
            }
            for lane in 0..N {
                let variance = squares[lane] / valid.covered[lane];
                result[lane] = valid.value(lane, rule, if self.is_root { variance.sqrt() } else { variance });
            }
        }
    }
}

/// What of a target cell has values.
struct Valid<const N: usize> {
    covered: [f64; N],
    is_lost: [bool; N],
}

impl<const N: usize> Valid<N> {
    const NONE: Self = Self { covered: [0.0; N], is_lost: [false; N] };

    #[inline(always)]
    fn add(&mut self, lane: usize, area: f64, value: f64) {
        self.covered[lane] += if value.is_nan() { 0.0 } else { area };
        self.is_lost[lane] |= value.is_nan();
    }

    /// The value, unless the cell has none.
    #[inline(always)]
    fn value(&self, lane: usize, rule: Rule, value: f64) -> f64 {
        let is_missing = rule.is_missing(self.covered[lane]) || (!rule.skipna && self.is_lost[lane]);
        if is_missing { f64::NAN } else { value }
    }
}
