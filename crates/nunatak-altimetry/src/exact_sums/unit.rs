//! The units of which sums are multiples.

/// A power of two of which the values of a column are taken as multiples.
///
/// A value is rounded to the nearest multiple (of two, to the even one), and to 2^79 units where it is larger. Sums of fewer
/// than 2^47 values do not overflow.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::Unit;
///
/// // Metres to 2^-40 m, a picometre: heights up to 2^39 m.
/// let unit = Unit::two_to(-40);
/// assert!((unit.size() - 0.909e-12).abs() < 1e-15);
/// assert_eq!(unit.largest(), 2f64.powi(39));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    exponent: i32,
}

impl Unit {
    /// 2 to a power, from -512 to 512 (beyond, the nearest of these).
    pub const fn two_to(exponent: i32) -> Self {
        let exponent = if exponent > 512 { 512 } else { exponent };
        Self { exponent: if exponent < -512 { -512 } else { exponent } }
    }

    /// The power of two.
    pub const fn exponent(self) -> i32 {
        self.exponent
    }

    /// The unit itself.
    pub fn size(self) -> f64 {
        power_of_two(self.exponent)
    }

    /// The largest magnitude of a value that is not cut off: 2^79 units.
    pub fn largest(self) -> f64 {
        power_of_two(self.exponent + 79)
    }
}

/// 2 to a power at which it is a normal number.
pub(super) const fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((1023 + exponent) as u64) << 52)
}
