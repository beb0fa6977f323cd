//! Covariance of a discrepancy by squared distance, from a table.

use super::discrepancy::Discrepancy;

/// Gaussian fields that a Matérn field is made of, and the widths between which they lie, in lengths.
const WIDTHS: usize = 40;
const NARROWEST: f64 = 1.0 / 3000.0;
const WIDEST: f64 = 5.5;
/// Pieces of the table per doubling of the squared distance, as a power of two.
const STEP_BITS: u32 = 3;
const SHIFT: u32 = 52 - STEP_BITS;
/// Distances, in units of the narrowest and the widest Gaussian, at which the table begins and ends.
const NEAREST: f64 = 1e-2;
const FARTHEST: f64 = 8.0;

/// Covariances, m².
#[derive(Debug, Clone)]
pub(super) struct Kernel {
    /// At no distance.
    pub(super) variance: f64,
    /// Cubics of the place within a piece, from 0 to 1.
    pieces: Vec<[f64; 4]>,
    base: u64,
    nearest: f64,
    slope: f64,
}

impl Kernel {
    /// Of a discrepancy that is correlated; of another one, zero at every distance.
    pub(super) fn new(discrepancy: &Discrepancy) -> Self {
        let variance = discrepancy.sigma * discrepancy.sigma;
        if !discrepancy.is_correlated() {
            return Self { variance, pieces: Vec::new(), base: 0, nearest: 0.0, slope: 0.0 };
        }
        let mixture = Mixture::new(discrepancy);
        let (narrowest, widest) = mixture.extent();
        let base = (NEAREST * NEAREST * narrowest).to_bits() >> SHIFT;
        let end = (FARTHEST * FARTHEST * widest).to_bits() >> SHIFT;
        let at = |index: u64| f64::from_bits(index << SHIFT);
        let mut pieces = Vec::with_capacity((end - base) as usize);
        let mut low = mixture.value_and_slope(at(base));
        let nearest = at(base);
        let slope = (low.0 - variance) / nearest;
        for index in base..end {
            let (high, step) = (mixture.value_and_slope(at(index + 1)), at(index + 1) - at(index));
            let (rise, one, other) = (high.0 - low.0, step * low.1, step * high.1);
            pieces.push([low.0, one, 3.0 * rise - 2.0 * one - other, one + other - 2.0 * rise]);
            low = high;
        }
        Self { variance, pieces, base, nearest, slope }
    }

    /// Covariance at a squared distance. The bits of a double are its logarithm, by halves and their parts: they are the place
    /// in the table.
    #[inline]
    pub(super) fn at(&self, squared: f64) -> f64 {
        if squared < self.nearest {
            return self.variance + self.slope * squared;
        }
        let bits = squared.to_bits();
        match self.pieces.get(((bits >> SHIFT).wrapping_sub(self.base)) as usize) {
            Some(&[a, b, c, d]) => {
                let part = f64::from_bits(((bits << STEP_BITS) & MANTISSA) | ONE) - 1.0;
                a + part * (b + part * (c + part * d))
            }
            None => 0.0,
        }
    }
}

impl Discrepancy {
    /// Covariance at a distance (m), m².
    pub fn covariance(&self, distance: f64) -> f64 {
        match self.is_correlated() {
            true => Mixture::new(self).value_and_slope(distance * distance).0,
            false if distance > 0.0 => 0.0,
            false => self.sigma * self.sigma,
        }
    }
}

/// Bits of the fraction of a double, and those of 1.
const MANTISSA: u64 = (1 << 52) - 1;
const ONE: u64 = 1.0_f64.to_bits();

/// Gaussian covariances `amplitude · exp(-d² / 2v)`, as (amplitude, v).
struct Mixture(Vec<(f64, f64)>);

impl Mixture {
    /// Matérn's covariance is a mixture of Gaussians whose `v` has a gamma distribution of shape ν and scale 2 L² (Gneiting 1997);
    /// smoothing and compensation multiply spectra, of which that of a Gaussian stays one: `v` grows, the integral stays.
    fn new(discrepancy: &Discrepancy) -> Self {
        let Discrepancy { sigma, length, smoothness, compensation, smoothing } = *discrepancy;
        let step = (WIDEST / NARROWEST).ln() / WIDTHS as f64;
        let mut parts = Vec::with_capacity(3 * WIDTHS);
        for number in 0..WIDTHS {
            let width = NARROWEST * (step * (number as f64 + 0.5)).exp();
            let share = width.powf(2.0 * smoothness) * (-0.5 * width * width).exp();
            let own = (width * length).powi(2);
            let (smooth, coarse) = (smoothing * smoothing, compensation * compensation);
            let taken = if compensation > 0.0 { 1.0 } else { 0.0 };
            let filters = [(1.0, smooth), (-taken, smooth + coarse)];
            parts
                .extend(filters.into_iter().map(|(factor, wider)| (factor * share * own / (own + wider), own + wider)));
        }
        parts.retain(|part| part.0 != 0.0);
        let total: f64 = parts.iter().map(|part| part.0).sum();
        parts.iter_mut().for_each(|part| part.0 *= sigma * sigma / total);
        Self(parts)
    }

    /// The smallest and the largest v.
    fn extent(&self) -> (f64, f64) {
        let widths = self.0.iter().map(|part| part.1);
        (widths.clone().fold(f64::INFINITY, f64::min), widths.fold(0.0, f64::max))
    }

    fn value_and_slope(&self, squared: f64) -> (f64, f64) {
        self.0.iter().fold((0.0, 0.0), |(value, slope), (amplitude, v)| {
            let own = amplitude * (-0.5 * squared / v).exp();
            (value + own, slope - 0.5 * own / v)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Closed forms of Matérn's covariance of smoothness 1/2 and 3/2 (Stein 1999, section 2.7).
    #[test]
    fn smoothness_of_halves_has_closed_forms() {
        let of = |smoothness| Kernel::new(&Discrepancy { sigma: 2.0, length: 1000.0, smoothness, ..Discrepancy::NONE });
        for distance in [0.0f64, 3.0, 50.0, 400.0, 1000.0, 3000.0, 9000.0] {
            let t = distance / 1000.0;
            let (half, three) = (of(0.5).at(distance * distance), of(1.5).at(distance * distance));
            assert!((half - 4.0 * (-t).exp()).abs() < 0.004, "{distance} {half}");
            assert!((three - 4.0 * (1.0 + t) * (-t).exp()).abs() < 4e-4, "{distance} {three}");
        }
    }

    /// The integral over the plane is the spectrum at zero.
    #[test]
    fn what_is_compensated_has_no_integral() {
        let integral = |compensation: f64| {
            let kernel = Kernel::new(&Discrepancy { sigma: 1.0, length: 1000.0, compensation, ..Discrepancy::NONE });
            assert!((kernel.at(0.0) - 1.0).abs() < 1e-9);
            let step = 10.0;
            (0..4000).map(|at| (at as f64 + 0.5) * step).map(|d: f64| d * kernel.at(d * d) * step).sum::<f64>()
        };
        let without = integral(0.0);
        assert!((without / 1e6 - 1.0).abs() < 0.01, "{without}");
        assert!(integral(800.0).abs() < 0.003 * without, "{}", integral(800.0));
    }

    #[test]
    fn the_table_is_the_mixture() {
        let discrepancy =
            Discrepancy { sigma: 1.0, length: 2000.0, smoothness: 0.7, compensation: 900.0, smoothing: 100.0 };
        let (kernel, mixture) = (Kernel::new(&discrepancy), Mixture::new(&discrepancy));
        for distance in [0.0, 0.5, 1.0, 7.7, 33.0, 120.0, 999.0, 4321.0, 12_000.0, 60_000.0f64] {
            let (found, expected) = (kernel.at(distance * distance), mixture.value_and_slope(distance * distance).0);
            assert!((found - expected).abs() < 1e-6, "{distance}: {found} {expected}");
        }
    }
}
