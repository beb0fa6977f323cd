//! Numbers of 106 bits, as the sum of two doubles.

/// The sum of two doubles of which the second is below the last digit of the first (Dekker 1971; Shewchuk 1997).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct TwoDoubles {
    high: f64,
    low: f64,
}

impl TwoDoubles {
    /// The sum of two numbers, exactly.
    pub(super) fn new(first: f64, second: f64) -> Self {
        let high = first + second;
        let rest = high - first;
        Self { high, low: (first - (high - rest)) + (second - rest) }
    }

    pub(super) fn value(self) -> f64 {
        self.high + self.low
    }

    pub(super) fn less(self, other: Self) -> Self {
        let (high, low) = (Self::new(self.high, -other.high), Self::new(self.low, -other.low));
        let sum = Self::new(high.high, high.low + low.high);
        Self::new(sum.high, sum.low + low.low)
    }

    pub(super) fn times(self, other: Self) -> Self {
        let high = self.high * other.high;
        let low = self.high.mul_add(other.high, -high);
        Self::new(high, low + self.high.mul_add(other.low, self.low * other.high))
    }

    pub(super) fn over(self, other: Self) -> Self {
        let first = self.high / other.high;
        let rest = self.less(other.times(Self { high: first, low: 0.0 }));
        let second = rest.high / other.high;
        let rest = rest.less(other.times(Self { high: second, low: 0.0 }));
        let sum = Self::new(first, second);
        Self::new(sum.high, sum.low + rest.high / other.high)
    }
}
