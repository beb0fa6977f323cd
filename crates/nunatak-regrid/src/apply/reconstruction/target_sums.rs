//! Sums over the source cells of a target cell.

use crate::apply::sums::Rule;

/// Sums over what makes up a target cell.
pub(super) struct TargetSums<const N: usize> {
    sums: [f64; N],
    totals: [f64; N],
    covered: [f64; N],
    /// How many values are missing.
    lost: [f64; N],
}

impl<const N: usize> TargetSums<N> {
    pub(super) const ZERO: Self = Self { sums: [0.0; N], totals: [0.0; N], covered: [0.0; N], lost: [0.0; N] };

    #[inline(always)]
    pub(super) fn add(&mut self, weight: f64, values: [f64; N], shares: [f64; N]) {
        for lane in 0..N {
            let counts = if values[lane].is_nan() { 0.0 } else { 1.0 };
            let value = if values[lane].is_nan() { 0.0 } else { values[lane] };
            let share = if values[lane].is_nan() { 0.0 } else { shares[lane] };
            self.sums[lane] += weight * value;
            self.totals[lane] += weight * share;
            self.covered[lane] += weight * counts;
            self.lost[lane] += 1.0 - counts;
        }
    }

    #[inline(always)]
    pub(super) fn values(&self, rule: Rule, is_weighted: bool) -> [f64; N] {
        std::array::from_fn(|lane| {
            let is_nothing = is_weighted & (self.totals[lane] <= 0.0);
            let is_missing = is_nothing | (!rule.skipna & (self.lost[lane] > 0.0));
            let covered = if is_missing { 0.0 } else { self.covered[lane] };
            rule.value(self.sums[lane], self.totals[lane], covered)
        })
    }
}
