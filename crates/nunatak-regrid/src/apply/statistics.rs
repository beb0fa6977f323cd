//! Statistics of the source cells in a target cell, each weighted by its overlap area.

use super::interleave::Lane;
use super::spread::{Extreme, Variance};
use super::sums::{Terms, dispatched};
use crate::options::Reducer;

/// Areas are sums of quotients: two that differ by less are equal.
const ROUND_OFF: f64 = 1e-9;

/// One statistic of every target cell of a piece, for interleaved fields.
pub(super) fn statistics<L: Lane, const N: usize>(mut terms: Terms<'_, L, N>, reducer: Reducer) {
    match reducer {
        Reducer::Minimum => dispatched::<N, _>(Extreme { terms, is_largest: false }),
        Reducer::Maximum => dispatched::<N, _>(Extreme { terms, is_largest: true }),
        Reducer::Variance => dispatched::<N, _>(Variance { terms, is_root: false }),
        Reducer::StandardDeviation => dispatched::<N, _>(Variance { terms, is_root: true }),
        Reducer::Median => ranked(terms, |parts, covered| quantile(parts, covered, 0.5)),
        Reducer::Quantile(level) => ranked(terms, |parts, covered| quantile(parts, covered, level.get())),
        Reducer::Mode => ranked(terms, mode),
        Reducer::Mean | Reducer::Sum => terms.valid(),
    }
}

/// A statistic of the parts of every target cell, in order of their values; and of the area of all of them.
fn ranked<L: Lane, const N: usize>(terms: Terms<'_, L, N>, statistic: impl Fn(&[Part], f64) -> f64) {
    let Terms { piece, rule, values, results } = terms;
    let mut parts = Vec::new();
    for ((weights, places), result) in piece.rows().zip(results) {
        for (lane, result) in result.iter_mut().enumerate() {
            parts.clear();
            let entries = weights
                .iter()
                .zip(places)
                .map(|(&area, &place)| Part { value: values[place as usize][lane].to_f64(), area });
            parts.extend(entries.filter(|part| !part.value.is_nan()));
            let covered = parts.iter().map(|part| part.area).sum();
            let is_missing = rule.is_missing(covered) || (!rule.skipna && parts.len() < weights.len());
            parts.sort_unstable_by(|first, second| first.value.total_cmp(&second.value));
            *result = if is_missing { f64::NAN } else { statistic(&parts, covered) };
        }
    }
}

/// A value and the area it covers.
#[derive(Debug, Clone, Copy)]
struct Part {
    value: f64,
    area: f64,
}

/// See [`Reducer::Quantile`].
fn quantile(parts: &[Part], covered: f64, level: f64) -> f64 {
    let (wanted, tolerance) = (level * covered, ROUND_OFF * covered);
    let mut below = 0.0;
    for (index, part) in parts.iter().enumerate() {
        below += part.area;
        let next = parts.get(index + 1);
        match next {
            Some(next) if below <= wanted + tolerance => {
                if below >= wanted - tolerance {
                    return f64::midpoint(part.value, next.value);
                }
            }
            _ => return part.value,
        }
    }
    f64::NAN
}

/// See [`Reducer::Mode`].
fn mode(parts: &[Part], covered: f64) -> f64 {
    let (mut found, mut largest) = (f64::NAN, -1.0);
    for group in parts.chunk_by(|first, second| first.value == second.value) {
        let area = group.iter().map(|part| part.area).sum::<f64>();
        if area > largest + ROUND_OFF * covered {
            (found, largest) = (group[0].value, area);
        }
    }
    found
}
