use super::Rule;

/// Sums over what makes up a target cell.
pub(super) struct TargetSums<const N: usize> {
    sums: [f64; N],
    totals: [f64; N],
    covered: [f64; N],
    lost: [bool; N],
}

impl<const N: usize> TargetSums<N> {
    pub(super) const ZERO: Self = Self { sums: [0.0; N], totals: [0.0; N], covered: [0.0; N], lost: [false; N] };

    #[inline(always)]
    pub(super) fn add(&mut self, weight: f64, values: [f64; N], shares: [f64; N]) {
        for lane in 0..N {
            let counts = !values[lane].is_nan();
            self.sums[lane] += if counts { weight * values[lane] } else { 0.0 };
            self.totals[lane] += if counts { weight * shares[lane] } else { 0.0 };
            self.covered[lane] += if counts { weight } else { 0.0 };
            self.lost[lane] |= !counts;
        }
    }

    #[inline(always)]
    pub(super) fn values(&self, rule: Rule, is_weighted: bool) -> [f64; N] {
        std::array::from_fn(|lane| {
            let is_nothing = is_weighted && self.totals[lane] <= 0.0;
            let is_missing = is_nothing || (self.lost[lane] && !rule.skipna);
            let covered = if is_missing { 0.0 } else { self.covered[lane] };
            rule.value(self.sums[lane], self.totals[lane], covered)
        })
    }
}
