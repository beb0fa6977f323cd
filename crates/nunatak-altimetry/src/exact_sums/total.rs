//! Exact sums, and what is computed from them.

use super::two_doubles::TwoDoubles;
use super::unit::Unit;

/// An exact sum: a whole number of units.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{Total, Unit};
///
/// let total = Total::new(3 << 20, Unit::two_to(-20));
/// assert_eq!(total.value(), 3.0);
/// assert_eq!(total.over(Total::from_count(2)), 1.5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    units: i128,
    unit: Unit,
}

impl Total {
    /// So many units.
    pub const fn new(units: i128, unit: Unit) -> Self {
        Self { units, unit }
    }

    /// A number of points.
    pub const fn from_count(count: u64) -> Self {
        Self { units: count as i128, unit: Unit::two_to(0) }
    }

    /// The number of units.
    pub const fn units(self) -> i128 {
        self.units
    }

    /// The sum, rounded once.
    pub fn value(self) -> f64 {
        self.units as f64 * self.unit.size()
    }

    /// The quotient of two sums, such as a mean; NaN over nothing.
    pub fn over(self, other: Self) -> f64 {
        self.exact().over(other.exact()).value()
    }

    /// This sum of products less those of the sums: `Σwab - Σwa Σwb / Σw`, what the products of the differences from the means
    /// add to. Means that are large against the differences lose no digits: all is computed with 106 bits. NaN over nothing.
    pub fn less_product(self, first: Self, second: Self, weight: Self) -> f64 {
        self.exact().less(first.exact().times(second.exact()).over(weight.exact())).value()
    }

    /// A sum of squares about the mean, `Σwa² - (Σwa)² / Σw`, from that of squares; 0 where it is within the rounding of the
    /// squares, so that equal values have no spread. NaN over nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use nunatak_altimetry::{Total, Unit};
    ///
    /// // Three times 1000.1, whose square was rounded.
    /// let total = |value: f64| Total::new((value * 2f64.powi(70)) as i128, Unit::two_to(-70));
    /// let (square, sum, count) = (total(3.0 * (1000.1 * 1000.1)), total(3.0 * 1000.1), Total::from_count(3));
    /// assert_eq!(square.squares_about_mean(sum, count), 0.0);
    /// ```
    pub fn squares_about_mean(self, sum: Self, weight: Self) -> f64 {
        // Half a unit in the last place for each of a square, the value in it and the product with a weight, twice.
        const ROUNDING: f64 = 8.0 * f64::EPSILON;
        let found = self.less_product(sum, sum, weight);
        if found.abs() <= ROUNDING * self.value().abs() { 0.0 } else { found }
    }

    fn exact(self) -> TwoDoubles {
        let high = self.units as f64;
        let low = self.units.wrapping_sub(high as i128) as f64;
        TwoDoubles::new(high * self.unit.size(), low * self.unit.size())
    }
}
