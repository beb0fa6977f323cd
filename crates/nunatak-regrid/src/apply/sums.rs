//! Weighted sums of interleaved fields. Products and sums are rounded one by one (never fused), in the order of a
//! row's entries, so that a result has the same bits on every processor and whatever is summed with it.

use pulp::{Arch, Scalar, Simd, WithSimd};

use super::interleave::Lane;
use super::lanes::LANES;
use super::prefetch::prefetch;
use super::target_rows::Piece;
use crate::options::{MissingPolicy, Normalisation};

/// Coverages are sums of quotients: what is half but for round-off counts as half.
const ROUND_OFF: f64 = 1e-9;

/// Which target cells have a value, and by what their sums are divided.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    threshold: f64,
    pub(super) skipna: bool,
    pub(super) divided: bool,
}

impl Rule {
    pub(super) fn new(missing: MissingPolicy, normalisation: Normalisation) -> Self {
        Self {
            threshold: missing.min_coverage() - ROUND_OFF,
            skipna: missing.skipna(),
            divided: normalisation == Normalisation::FractionalArea,
        }
    }

    #[inline(always)]
    pub(super) fn is_missing(&self, covered: f64) -> bool {
        covered <= 0.0 || covered < self.threshold
    }

    #[inline(always)]
    pub(super) fn value(&self, sum: f64, total: f64, covered: f64) -> f64 {
        let value = if self.divided { sum / total } else { sum };
        if self.is_missing(covered) { f64::NAN } else { value }
    }
}

/// What is summed: the rows of a piece of the weights over the values of `N` interleaved fields.
pub(super) struct Terms<'a, L, const N: usize> {
    pub(super) piece: Piece<'a>,
    pub(super) rule: Rule,
    pub(super) values: &'a [[L; N]],
    pub(super) results: &'a mut [[f64; N]],
}

impl<L: Lane, const N: usize> Terms<'_, L, N> {
    /// Sums where every value counts: a missing one makes its target cells missing. With `skipna` it stops near the
    /// first sum that is none, and says so.
    pub(super) fn plain(&mut self) -> bool {
        dispatched::<N, _>(Plain(self))
    }

    /// The same, which does not stop: what is no number, whatever the policy, is for the caller.
    pub(super) fn plain_throughout(&mut self) {
        let rule = Rule { skipna: false, ..self.rule };
        Terms { piece: self.piece, rule, values: self.values, results: &mut *self.results }.plain();
    }

    /// Sums that leave missing values out when they may be, and are missing else.
    pub(super) fn plain_or_valid(&mut self) {
        // Every value that is there counts in some sum: when none of these is NaN, none is missing.
        if !self.plain() {
            self.valid();
        }
    }

    /// The terms of one row.
    pub(super) fn row(&mut self, row: usize) -> Terms<'_, L, N> {
        let results = std::slice::from_mut(&mut self.results[row]);
        Terms { piece: self.piece.row(row), rule: self.rule, values: self.values, results }
    }

    /// Sums that leave missing values out.
    pub(super) fn valid(&mut self) {
        dispatched::<N, _>(Valid(self));
    }

    /// Sums of products with a second field, over its own sums. A cell where that field is zero counts as covered,
    /// whatever its value; one where either is missing does not.
    pub(super) fn weighted(&mut self, shares: &[[f64; N]]) {
        dispatched::<N, _>(Weighted(self, shares));
    }
}

/// Runs what is done with `N` fields with registers that these fill.
pub(super) fn dispatched<const N: usize, W: WithSimd>(work: W) -> W::Output {
    if N == LANES { Arch::new().dispatch(work) } else { work.with_simd(Scalar::new()) }
}

/// Rows between two looks at whether a sum is none.
const ROWS_PER_LOOK: usize = 8;

struct Plain<'t, 'a, L, const N: usize>(&'t mut Terms<'a, L, N>);

impl<L: Lane, const N: usize> WithSimd for Plain<'_, '_, L, N> {
    type Output = bool;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> bool {
        let Terms { piece, rule, values, results } = self.0;
        let zero = simd.splat_f64s(0.0);
        let mut sum_of_none = zero;
        for (row, ((weights, places), result)) in piece.rows().zip(&mut **results).enumerate() {
            if N == 1 {
                piece.ahead(row).iter().for_each(|&place| prefetch(values, place as usize));
            }
            let mut sums = [zero; MOST_REGISTERS];
            for (&weight, &place) in weights.iter().zip(places) {
                let wide = widened(&values[place as usize]);
                let weight = simd.splat_f64s(weight);
                for (sum, &value) in sums.iter_mut().zip(S::as_simd_f64s(&wide).0) {
                    *sum = simd.add_f64s(*sum, simd.mul_f64s(weight, value));
                }
            }
            let covered = piece.covered[row];
            let is_missing = rule.is_missing(covered);
            let divisor = simd.splat_f64s(if rule.divided { covered } else { 1.0 });
            for (result, &sum) in S::as_mut_simd_f64s(result).0.iter_mut().zip(&sums) {
                // Zero times a sum is none where the sum is, or not finite.
                sum_of_none = simd.add_f64s(sum_of_none, simd.mul_f64s(sum, zero));
                *result = if is_missing { simd.splat_f64s(f64::NAN) } else { simd.div_f64s(sum, divisor) };
            }
            let is_time = row % ROWS_PER_LOOK == ROWS_PER_LOOK - 1 || row + 1 == piece.len();
            if is_time && rule.skipna && simd.reduce_sum_f64s(sum_of_none).is_nan() {
                return false;
            }
        }
        true
    }
}

struct Valid<'t, 'a, L, const N: usize>(&'t mut Terms<'a, L, N>);

impl<L: Lane, const N: usize> WithSimd for Valid<'_, '_, L, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Terms { piece, rule, values, results } = self.0;
        let zero = simd.splat_f64s(0.0);
        for ((weights, places), result) in piece.rows().zip(&mut **results) {
            let (mut sums, mut covered) = ([zero; MOST_REGISTERS], [zero; MOST_REGISTERS]);
            for (&weight, &place) in weights.iter().zip(places) {
                let wide = widened(&values[place as usize]);
                let weight = simd.splat_f64s(weight);
                for ((sum, covered), &value) in sums.iter_mut().zip(&mut covered).zip(S::as_simd_f64s(&wide).0) {
                    let counts = simd.equal_f64s(value, value);
                    let kept = simd.select_f64s(counts, value, zero);
                    *sum = simd.add_f64s(*sum, simd.mul_f64s(weight, kept));
                    *covered = simd.add_f64s(*covered, simd.select_f64s(counts, weight, zero));
                }
            }
            for ((result, &sum), &covered) in S::as_mut_simd_f64s(result).0.iter_mut().zip(&sums).zip(&covered) {
                *result = value_of(simd, *rule, sum, covered);
            }
        }
    }
}

/// [`Rule::value`] of several sums.
#[inline(always)]
pub(super) fn value_of<S: Simd>(simd: S, rule: Rule, sum: S::f64s, covered: S::f64s) -> S::f64s {
    let divisor = if rule.divided { covered } else { simd.splat_f64s(1.0) };
    let value = simd.div_f64s(sum, divisor);
    let is_enough = simd.greater_than_or_equal_f64s(covered, simd.splat_f64s(rule.threshold));
    let value = simd.select_f64s(is_enough, value, simd.splat_f64s(f64::NAN));
    let is_some = simd.greater_than_f64s(covered, simd.splat_f64s(0.0));
    simd.select_f64s(is_some, value, simd.splat_f64s(f64::NAN))
}

/// Registers that hold the sums of [`LANES`] fields where a register holds only one.
pub(super) const MOST_REGISTERS: usize = LANES;

#[inline(always)]
pub(super) fn widened<L: Lane, const N: usize>(values: &[L; N]) -> [f64; N] {
    let mut wide = [0.0; N];
    for (wide, value) in wide.iter_mut().zip(values) {
        *wide = value.to_f64();
    }
    wide
}

struct Weighted<'t, 'a, L, const N: usize>(&'t mut Terms<'a, L, N>, &'t [[f64; N]]);

impl<L: Lane, const N: usize> WithSimd for Weighted<'_, '_, L, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self(Terms { piece, rule, values, results }, shares) = self;
        for ((weights, places), result) in piece.rows().zip(&mut **results) {
            let (mut sums, mut totals, mut covered) = ([0.0; N], [0.0; N], [0.0; N]);
            let mut lost = [false; N];
            for (&weight, &place) in weights.iter().zip(places) {
                let (values, shares) = (&values[place as usize], &shares[place as usize]);
                for lane in 0..N {
                    let product = if shares[lane] == 0.0 { 0.0 } else { shares[lane] * values[lane].to_f64() };
                    let counts = !product.is_nan();
                    sums[lane] += if counts { weight * product } else { 0.0 };
                    totals[lane] += if counts { weight * shares[lane] } else { 0.0 };
                    covered[lane] += if counts { weight } else { 0.0 };
                    lost[lane] |= !counts;
                }
            }
            for lane in 0..N {
                let is_missing = totals[lane] <= 0.0 || (lost[lane] && !rule.skipna);
                let covered = if is_missing { 0.0 } else { covered[lane] };
                result[lane] = rule.value(sums[lane], totals[lane], covered);
            }
        }
    }
}
