//! The exact sum of a run of values, in registers.

use super::unit::{Unit, power_of_two};

/// Values that are summed before their sum is added to an integer: few enough that no digit of a sum is lost.
pub(super) const LONGEST_RUN: usize = 4096;

/// Values that are added side by side, so that the compiler vectorises.
const TOGETHER: usize = 8;

/// Bits of the lower part of a value.
const LOW_BITS: i32 = 40;

/// How values are split into two parts of few bits each (Demmel and Nguyen 2015, "Parallel reproducible summation"): a
/// multiple of 2^40 units of up to 2^39 such multiples, and a multiple of the unit of up to 2^39 units. Sums of 4096 parts have
/// 51 bits, so that additions of double precision are exact, in any order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rounding {
    largest: f64,
    /// Adding and taking away rounds to a multiple of 2^40 units, and of the unit.
    to_high: f64,
    to_low: f64,
    high_per_one: f64,
    low_per_one: f64,
}

impl Rounding {
    pub(super) const fn new(unit: Unit) -> Self {
        let exponent = unit.exponent();
        Self {
            largest: power_of_two(exponent + 79),
            to_high: 1.5 * power_of_two(exponent + LOW_BITS + 52),
            to_low: 1.5 * power_of_two(exponent + 52),
            high_per_one: power_of_two(-exponent - LOW_BITS),
            low_per_one: power_of_two(-exponent),
        }
    }

    /// The high and the low part of a value; nothing of one that is missing.
    #[inline(always)]
    fn parts(&self, value: f64) -> (f64, f64) {
        let value = if value > self.largest { self.largest } else { value };
        let value = if value < -self.largest { -self.largest } else { value };
        let value = if value.is_nan() { 0.0 } else { value };
        let high = (value + self.to_high) - self.to_high;
        (high, ((value - high) + self.to_low) - self.to_low)
    }

    /// Sum, in units, of at most [`LONGEST_RUN`] values.
    #[inline(always)]
    pub(super) fn sum(&self, values: &[f64]) -> i128 {
        let (mut high, mut low) = ([0.0; TOGETHER], [0.0; TOGETHER]);
        let (blocks, rest) = values.as_chunks::<TOGETHER>();
        for block in blocks {
            for at in 0..TOGETHER {
                let parts = self.parts(block[at]);
                high[at] += parts.0;
                low[at] += parts.1;
            }
        }
        for (at, &value) in rest.iter().enumerate() {
            let parts = self.parts(value);
            high[at] += parts.0;
            low[at] += parts.1;
        }
        let (high, low): (f64, f64) = (high.iter().sum(), low.iter().sum());
        (i128::from((high * self.high_per_one) as i64) << LOW_BITS) + i128::from((low * self.low_per_one) as i64)
    }
}
