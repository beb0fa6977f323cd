//! What coordinates in single precision stand for: evenly spaced axes, quarter turns, whole turns.
//!
//! Single precision leaves 3e-5 degrees of a longitude. An axis that was evenly spaced before it was rounded is no longer
//! so, and its cells neither close round the globe nor share edges with those of other grids.

/// Largest part of a number by which rounding to single precision changes it.
pub(super) const ROUNDING: f64 = 1.0 / (1 << 24) as f64;
/// Part of the largest coordinate that arithmetic in double precision may have changed before.
const ROUND_OFF: f64 = 1e-12;
/// Part of a cell that rounding may be when cells are still told from one another.
const COARSEST: f64 = 0.125;
/// Degrees of a whole turn.
const TURN: f64 = 360.0;

/// Whether all values are numbers of single precision, in whatever type they came.
pub(super) fn is_single(values: &[f64]) -> bool {
    values.iter().all(|&value| f64::from(value as f32) == value)
}

/// Degrees that are a quarter turn, or several, where single precision can mean these.
pub(super) fn with_quarter_turns(degrees: f64) -> f64 {
    let quarters = 90.0 * (degrees / 90.0).round();
    if (degrees - quarters).abs() <= 2.0 * ROUNDING * quarters.abs() { quarters } else { degrees }
}

/// Longitudes of edges whose ends are a whole turn apart where single precision can mean that, else as they were.
pub(super) fn with_whole_turn(mut edges: Vec<f64>) -> Vec<f64> {
    if let [first, .., last] = &mut edges[..]
        && ((*last - *first).abs() - TURN).abs() <= 4.0 * ROUNDING * last.abs().max(first.abs())
    {
        *last = *first + TURN.copysign(*last - *first);
    }
    edges
}

/// The evenly spaced axis that values stand for: each is the axis's, rounded to single precision, or computed in it. Nothing
/// where there is no such axis, and where the values are evenly spaced as they are.
///
/// Many axes round to the same values. A step that goes round the globe in as many cells comes before the fraction with
/// the smallest numbers, and a start at a whole number of half steps before another.
pub(super) fn evenly_spaced(values: &[f64]) -> Option<Vec<f64>> {
    let [first, second, .., last] = *values else { return None };
    let step = second - first;
    if step == 0.0 || values.iter().enumerate().all(|(at, &value)| first + at as f64 * step == value) {
        return None;
    }
    let largest = first.abs().max(last.abs());
    let rounded = |value: f64| ROUNDING * value.abs() + ROUND_OFF * largest;
    let computed = |_: f64| 2.0 * ROUNDING * largest;
    Even::fit(values, rounded).or_else(|| Even::fit(values, computed)).map(|even| even.values(values.len()))
}

/// A fraction.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Fraction {
    over: f64,
    under: f64,
}

impl Fraction {
    fn value(self) -> f64 {
        self.over / self.under
    }

    /// The fraction of the smallest numbers in an interval (the first there in the tree of Stern and Brocot).
    fn simplest(low: f64, high: f64) -> Self {
        if low <= 0.0 && high >= 0.0 {
            return Self { over: 0.0, under: 1.0 };
        }
        if high < 0.0 {
            let Self { over, under } = Self::simplest(-high, -low);
            return Self { over: -over, under };
        }
        let (whole, next) = (low.floor(), low.ceil());
        if next <= high {
            return Self { over: next, under: 1.0 };
        }
        let Self { over, under } = Self::simplest(1.0 / (high - whole), 1.0 / (low - whole));
        Self { over: whole * over + under, under: over }
    }
}

/// An evenly spaced axis.
#[derive(Debug, Clone, Copy)]
struct Even {
    step: Fraction,
    start: Start,
}

#[derive(Debug, Clone, Copy)]
enum Start {
    /// So many half steps from 0.
    HalfSteps(f64),
    /// Here.
    At(f64),
}

impl Even {
    /// The axis from which no value is farther away than its tolerance.
    fn fit(values: &[f64], tolerance: impl Fn(f64) -> f64) -> Option<Self> {
        let [first, .., last] = *values else { return None };
        let (steps, cells) = ((values.len() - 1) as f64, values.len() as f64);
        let (mean, slack) = ((last - first) / steps, (tolerance(first) + tolerance(last)) / steps);
        if !mean.is_finite() || steps * slack > COARSEST * mean.abs() {
            return None;
        }
        let round = Fraction { over: TURN.copysign(mean), under: cells };
        let goes_round = (round.value() - mean).abs() <= slack;
        let simplest = Fraction::simplest(mean - slack, mean + slack);
        let candidates = goes_round.then_some(round).into_iter().chain([simplest]);
        candidates.into_iter().find_map(|step| Some(Self { step, start: Self::start(values, step, &tolerance)? }))
    }

    fn start(values: &[f64], step: Fraction, tolerance: &impl Fn(f64) -> f64) -> Option<Start> {
        let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
        for (at, &value) in values.iter().enumerate() {
            let (start, tolerance) = (value - at as f64 * step.over / step.under, tolerance(value));
            (low, high) = (low.max(start - tolerance), high.min(start + tolerance));
        }
        if low.is_nan() || high.is_nan() || low > high {
            return None;
        }
        let half = 0.5 * step.value();
        let halves = (f64::midpoint(low, high) / half).round();
        let is_within = (low..=high).contains(&(halves * half));
        Some(if is_within { Start::HalfSteps(halves) } else { Start::At(Fraction::simplest(low, high).value()) })
    }

    fn values(self, length: usize) -> Vec<f64> {
        let Fraction { over, under } = self.step;
        let value = |at: usize| match self.start {
            // One rounding a value: 0.3 and not three times 0.1.
            Start::HalfSteps(halves) => (halves + 2.0 * at as f64) * over / (2.0 * under),
            Start::At(start) => start + at as f64 * over / under,
        };
        (0..length).map(value).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rounded(values: impl IntoIterator<Item = f64>) -> Vec<f64> {
        values.into_iter().map(|value| f64::from(value as f32)).collect()
    }

    /// Steps and starts of products of the whole globe.
    #[test]
    fn axes_of_the_globe_are_found() {
        // Step over and under, half steps from 0 to the start, cells.
        let products = [
            (1.0, 10.0, 0.0, 3600),
            (1.0, 20.0, -7199.0, 7200),
            (1.0, 12.0, -4320.0, 4320),
            (1.0, 3.0, 1.0, 1080),
            (-3.0, 10.0, -2399.0, 1200),
        ];
        for (over, under, halves, count) in products {
            let exact: Vec<f64> = (0..count).map(|at| (halves + 2.0 * f64::from(at)) * over / (2.0 * under)).collect();
            assert_eq!(evenly_spaced(&rounded(exact.iter().copied())), Some(exact), "{over}/{under}");
        }
    }

    #[test]
    fn values_that_are_evenly_spaced_stay() {
        for values in [vec![0.0, 0.5, 1.0, 1.5], vec![-8e3, 0.0, 8e3], vec![1.0, 3.0]] {
            assert_eq!(evenly_spaced(&values), None);
        }
    }

    /// Gaussian latitudes, a stretched axis, and one whose cells are hardly told apart.
    #[test]
    fn other_axes_stay() {
        let gaussian = [85.760_59, 80.268_78, 74.744_54, 69.212_97, 63.678_64, 58.142_96];
        let stretched = (0..50).map(|at| 0.1 * f64::from(at) + 1e-4 * f64::from(at).powi(2));
        let fine = (0..50).map(|at| 300.0 + 1e-5 * f64::from(at));
        for values in [rounded(gaussian), rounded(stretched), rounded(fine)] {
            assert_eq!(evenly_spaced(&values), None);
        }
    }

    /// Longitudes from 0 that a program brought to -180 to 180 in single precision keep the rounding of the larger ones.
    #[test]
    fn axes_computed_in_single_precision_are_found() {
        let values: Vec<f64> = (1800..3600).map(|at| f64::from((0.1 * f64::from(at)) as f32 - 360.0)).collect();
        let found = evenly_spaced(&values).unwrap();
        let worst = found.iter().enumerate().map(|(at, value)| (value - (at as f64 / 10.0 - 180.0)).abs());
        assert!(worst.fold(0.0, f64::max) < 1e-12);
    }

    #[test]
    fn quarter_and_whole_turns_are_exact() {
        let degrees = |radians: f32| f64::from(radians).to_degrees();
        let turns = [(-1.0, -90.0), (2.0, 180.0), (4.0, 360.0), (0.0, 0.0)];
        for (quarters, expected) in turns {
            let radians = (quarters * std::f64::consts::FRAC_PI_2) as f32;
            assert_eq!(with_quarter_turns(degrees(radians)), expected);
        }
        assert_eq!(with_quarter_turns(89.9999), 89.9999);
        assert_eq!(with_whole_turn(vec![-0.05, 100.0, 359.950_01]), [-0.05, 100.0, 359.95]);
        assert_eq!(with_whole_turn(vec![0.0, 100.0, 359.9]), [0.0, 100.0, 359.9]);
    }

    proptest! {
        /// No value moves by more than rounding to single precision may have moved it.
        #[test]
        fn values_stay_within_rounding(start in -180.0..180.0_f64, step in 0.01..5.0_f64, count in 3..60_usize) {
            let values = rounded((0..count).map(|at| start + step * at as f64));
            let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
            for (found, value) in evenly_spaced(&values).unwrap_or_else(|| values.clone()).iter().zip(&values) {
                prop_assert!((found - value).abs() <= 2.1 * ROUNDING * largest);
            }
        }
    }
}
