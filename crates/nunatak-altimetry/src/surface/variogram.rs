//! The shape of the surface's variogram.

/// How the surface differs from itself with distance: a power law at short lags, a sill at long ones.
///
/// `γ(d) = 1 - exp(((s²)^H - (q + s²)^H) / L^2H)` for the squared distance q in stretched coordinates: `d^2H / L^2H` at
/// short lags beyond s, 1 beyond L. With s = 0 this is the stable family (Chilès and Delfiner 2012, section 2.5.1), which
/// holds `exp(-d/L)` (H = 1/2) and, for L far beyond the cell, the fractal surfaces of a power law without a sill. Below the
/// smoothing length s it is parabolic, as real ice is below some hundred metres. A function of q of this kind is completely
/// monotone for H up to 1, so that it is a covariance in any number of dimensions (Schoenberg 1938).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Variogram {
    /// H: 0.5 of a surface whose steps are independent, 1 of a smooth one.
    pub(crate) exponent: f64,
    /// L, in widths of the cell.
    pub(crate) length: f64,
    /// s, in widths of the cell.
    pub(crate) smoothing: f64,
    /// How many times further the surface resembles itself along `azimuth` than across it.
    pub(crate) stretch: f64,
    /// The direction of the stretch, radians from x towards y.
    pub(crate) azimuth: f64,
}

/// Limits of what a cell can tell: beyond the longest length the surface is a power law for all that it shows.
pub(super) const LONGEST: f64 = 30.0;
/// Lags that tracks through a cell hold, but for a few: a length beyond them is told by the power law alone.
const LONGEST_LAG: f64 = 0.9;
pub(super) const SHORTEST: f64 = 0.02;
pub(super) const GREATEST_EXPONENT: f64 = 0.999;
pub(super) const LEAST_EXPONENT: f64 = 0.1;
pub(super) const GREATEST_STRETCH: f64 = 20.0;

impl Variogram {
    /// The one that resembles itself alike in all directions.
    pub(crate) fn isotropic(exponent: f64, length: f64) -> Self {
        Self { exponent, length, smoothing: 0.0, stretch: 1.0, azimuth: 0.0 }
    }

    /// Whether the length is longer than the lags within a cell: the true one is this or longer.
    pub(crate) fn length_is_bound(&self) -> bool {
        self.length > LONGEST_LAG
    }

    /// Direction along which it resembles itself furthest, radians from x towards y, from 0 to a half turn; `None` where all are
    /// alike.
    pub(crate) fn furthest(&self) -> Option<f64> {
        let quarter = if self.stretch < 1.0 { std::f64::consts::FRAC_PI_2 } else { 0.0 };
        (self.stretch != 1.0).then(|| (self.azimuth + quarter).rem_euclid(std::f64::consts::PI))
    }

    /// Coordinates in which the surface resembles itself alike in all directions, as rows of a matrix.
    pub(super) fn stretched(&self) -> [[f64; 2]; 2] {
        let (sine, cosine) = self.azimuth.sin_cos();
        let root = self.stretch.sqrt();
        [[cosine / root, sine / root], [-sine * root, cosine * root]]
    }
}
