//! Polar stereographic maps (Snyder 1987, chapter 21).

use super::super::polar_stereographic::PolarStereographic;
use super::kernel::Kernel;
use super::trigonometry::{polynomial, sin_cos_degrees};

/// Terms of even and of odd powers of the series of [`conformal_factor`].
const TERMS: usize = 8;

/// What a polar stereographic projection needs of its parameters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PolarStereographicKernel {
    /// 1 for the north pole, -1 for the south pole.
    hemisphere: f64,
    central_meridian: f64,
    /// Distance from the pole over t (m).
    scale_length: f64,
    origin: [f64; 2],
    /// Coefficients of 1, u^2, u^4, … and of u, u^3, … in ((1 + e u) / (1 - e u))^(e / 2).
    even: [f64; TERMS],
    odd: [f64; TERMS],
}

impl PolarStereographicKernel {
    pub(super) fn new(map: &PolarStereographic) -> Self {
        let (even, odd) = conformal_factor(map.ellipsoid().eccentricity_squared());
        Self {
            hemisphere: map.pole().latitude().signum(),
            central_meridian: map.central_meridian(),
            scale_length: map.scale_length(),
            origin: [map.false_easting(), map.false_northing()],
            even,
            odd,
        }
    }
}

impl Kernel for PolarStereographicKernel {
    // Snyder's t (eq. 15-9) is the tangent of half the colatitude times a series in its cosine.
    #[inline(always)]
    fn point(&self, [longitude, latitude]: [f64; 2]) -> [f64; 2] {
        let (sine, cosine) = sin_cos_degrees(0.5 * (90.0 - self.hemisphere * latitude));
        let u = 1.0 - 2.0 * sine * sine;
        let factor = polynomial(&self.even, u * u) + u * polynomial(&self.odd, u * u);
        let distance = self.scale_length * (sine / cosine) * factor;
        let (sine, cosine) = sin_cos_degrees(longitude - self.central_meridian);
        [self.origin[0] + distance * sine, self.origin[1] - self.hemisphere * (distance * cosine)]
    }
}

/// Taylor coefficients of F = ((1 + e u) / (1 - e u))^(e / 2), even and odd ones, from (1 - e^2 u^2) F' = e^2 F. They fall by
/// the square of the eccentricity every other term.
fn conformal_factor(eccentricity_squared: f64) -> ([f64; TERMS], [f64; TERMS]) {
    let mut all = [0.0; 2 * TERMS];
    all[0] = 1.0;
    for n in 0..2 * TERMS - 1 {
        let before = if n > 0 { (n as f64 - 1.0) * all[n - 1] } else { 0.0 };
        all[n + 1] = eccentricity_squared * (all[n] + before) / (n as f64 + 1.0);
    }
    (std::array::from_fn(|at| all[2 * at]), std::array::from_fn(|at| all[2 * at + 1]))
}
