//! Weighted sums of fields side by side. Products and sums are rounded one by one (never fused), in the order of a
//! row's entries, so that a result has the same bits on every processor and whatever is summed beside it.

use pulp::Arch;

use super::tile::Tile;
use crate::{MissingPolicy, Normalisation};

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

/// Sums where every value counts: a missing one makes its target cells missing. With `skipna` it stops at the first
/// sum that is none, and says so.
pub(super) fn plain<const N: usize>(tile: &Tile, rule: Rule, values: &[[f64; N]], results: &mut [[f64; N]]) -> bool {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            for (((weights, places), &covered), result) in tile.rows().zip(&tile.covered).zip(results) {
                let mut sums = [0.0; N];
                for (&weight, &place) in weights.iter().zip(places) {
                    let values = &values[place as usize];
                    for lane in 0..N {
                        sums[lane] += weight * values[lane];
                    }
                }
                let mut is_nan = false;
                for lane in 0..N {
                    is_nan |= sums[lane].is_nan();
                    result[lane] = rule.value(sums[lane], covered, covered);
                }
                if is_nan && rule.skipna {
                    return false;
                }
            }
            true
        },
    )
}

/// Sums that leave missing values out.
pub(super) fn valid<const N: usize>(tile: &Tile, rule: Rule, values: &[[f64; N]], results: &mut [[f64; N]]) {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            for ((weights, places), result) in tile.rows().zip(results) {
                let (mut sums, mut covered) = ([0.0; N], [0.0; N]);
                for (&weight, &place) in weights.iter().zip(places) {
                    let values = &values[place as usize];
                    for lane in 0..N {
                        let value = values[lane];
                        sums[lane] += if value.is_nan() { 0.0 } else { weight * value };
                        covered[lane] += if value.is_nan() { 0.0 } else { weight };
                    }
                }
                for lane in 0..N {
                    result[lane] = rule.value(sums[lane], covered[lane], covered[lane]);
                }
            }
        },
    );
}

/// Sums of products with a second field, over its own sums. A cell where that field is zero counts as covered,
/// whatever its value; one where either is missing does not.
pub(super) fn weighted<const N: usize>(
    tile: &Tile,
    rule: Rule,
    values: &[[f64; N]],
    shares: &[[f64; N]],
    results: &mut [[f64; N]],
) {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            for ((weights, places), result) in tile.rows().zip(results) {
                let (mut sums, mut totals, mut covered) = ([0.0; N], [0.0; N], [0.0; N]);
                let mut lost = [false; N];
                for (&weight, &place) in weights.iter().zip(places) {
                    let (values, shares) = (&values[place as usize], &shares[place as usize]);
                    for lane in 0..N {
                        let product = if shares[lane] == 0.0 { 0.0 } else { shares[lane] * values[lane] };
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
        },
    );
}
