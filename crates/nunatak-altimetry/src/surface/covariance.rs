//! Covariance of a surface of unit sill by squared distance, from a table.

use super::variogram::Variogram;

/// Pieces of the table per doubling of the squared distance, as a power of two: cubics with the values and slopes of the
/// covariance at their ends are within 4e-6 of it.
const STEP_BITS: u32 = 3;
const SHIFT: u32 = 52 - STEP_BITS;
/// Squared distances, in squared widths of a cell, at which the table begins where the surface is not smooth, and ends at the
/// latest.
const NEAREST: f64 = 1e-12;
const FARTHEST: f64 = 4096.0;
/// Part of the squared smoothing length, and loss of covariance, below which the covariance is a straight line of the squared
/// distance.
const SMOOTH: f64 = 1.0 / 256.0;
const LOSS: f64 = 1.0 / 512.0;
/// Covariances that are none.
const NOTHING: f64 = 1e-15;

/// Covariances of a [`Variogram`], and the coordinates they are to be asked for in.
#[derive(Debug, Clone)]
pub(crate) struct Covariance {
    curve: Curve,
    /// Cubics of the place within a piece, from 0 to 1.
    pieces: Vec<[f64; 4]>,
    base: u64,
    /// Where the table begins, and the change of the covariance from no distance to there, per squared distance.
    nearest: f64,
    slope: f64,
    pub(super) axes: [[f64; 2]; 2],
}

impl Covariance {
    pub(crate) fn new(variogram: &Variogram) -> Self {
        let curve = Curve::new(variogram);
        let base = NEAREST.max(curve.straight()).to_bits() >> SHIFT;
        let at = |index: u64| f64::from_bits(index << SHIFT);
        let end = FARTHEST.to_bits() >> SHIFT;
        let mut pieces = Vec::with_capacity((end - base) as usize);
        let mut low = curve.value_and_slope(at(base));
        for index in base..end {
            if low.0 < NOTHING {
                break;
            }
            let (high, step) = (curve.value_and_slope(at(index + 1)), at(index + 1) - at(index));
            let (rise, one, other) = (high.0 - low.0, step * low.1, step * high.1);
            pieces.push([low.0, one, 3.0 * rise - 2.0 * one - other, one + other - 2.0 * rise]);
            low = high;
        }
        let nearest = at(base);
        let slope = (curve.value_and_slope(nearest).0 - 1.0) / nearest;
        Self { curve, pieces, base, nearest, slope, axes: variogram.stretched() }
    }

    /// Covariance at a squared distance in stretched coordinates. The bits of a double are its logarithm, by halves and their
    /// parts: they are the place in the table.
    #[inline(always)]
    pub(super) fn at(&self, squared: f64) -> f64 {
        if squared < self.nearest {
            return 1.0 + self.slope * squared;
        }
        let bits = squared.to_bits();
        match self.pieces.get(((bits >> SHIFT) - self.base) as usize) {
            Some(&[a, b, c, d]) => {
                let part = f64::from_bits(((bits << STEP_BITS) & MANTISSA) | ONE) - 1.0;
                a + part * (b + part * (c + part * d))
            }
            None => self.beyond(squared),
        }
    }

    /// Covariance beyond the table.
    #[cold]
    #[inline(never)]
    fn beyond(&self, squared: f64) -> f64 {
        self.curve.value_and_slope(squared).0
    }
}

/// Bits of the fraction of a double, and those of 1.
const MANTISSA: u64 = (1 << 52) - 1;
const ONE: u64 = 1.0_f64.to_bits();

/// The covariance itself: `exp((s^2H - (q + s²)^H) / L^2H)`.
#[derive(Debug, Clone, Copy)]
struct Curve {
    /// s².
    smooth: f64,
    exponent: f64,
    /// 1 / L^2H.
    scale: f64,
    /// s^2H.
    least: f64,
}

impl Curve {
    fn new(variogram: &Variogram) -> Self {
        let (smooth, exponent) = (variogram.smoothing * variogram.smoothing, variogram.exponent);
        Self { smooth, exponent, scale: variogram.length.powf(-2.0 * exponent), least: smooth.powf(exponent) }
    }

    /// Squared distance up to which it is a straight line.
    fn straight(&self) -> f64 {
        let fall = self.scale * self.exponent * self.least / self.smooth;
        // Not a number where the surface is not smooth.
        (LOSS / fall).min(SMOOTH * self.smooth)
    }

    /// At a squared distance above 0.
    fn value_and_slope(&self, squared: f64) -> (f64, f64) {
        let power = (squared + self.smooth).powf(self.exponent);
        let value = ((self.least - power) * self.scale).exp();
        (value, -value * self.scale * self.exponent * power / (squared + self.smooth))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the formula, from within a smoothing length to beyond the table.
    #[test]
    fn the_table_is_the_curve() {
        for (exponent, length, smoothing) in [(0.5, 0.4, 0.0), (0.15, 5.0, 0.001), (0.99, 30.0, 0.3), (0.7, 0.02, 0.05)]
        {
            let variogram = Variogram { smoothing, ..Variogram::isotropic(exponent, length) };
            let covariance = Covariance::new(&variogram);
            let power = |squared: f64| (squared + smoothing * smoothing).powf(exponent);
            for step in 0..4000 {
                let squared = 1e-13 * 1.012_f64.powi(step);
                let expected = ((power(0.0) - power(squared)) / length.powf(2.0 * exponent)).exp();
                // Below the table of a surface that is not smooth, a straight line stands for the power.
                let tolerance = if squared < NEAREST && smoothing == 0.0 { 1e-5 } else { 4e-6 };
                assert!(
                    (covariance.at(squared) - expected).abs() < tolerance,
                    "{exponent} {length} {smoothing} {squared}"
                );
            }
        }
    }
}
