//! The area factor of a polar stereographic map in closed form.

use super::ellipsoid::Ellipsoid;
use super::polar_scale::scale_factor;
use crate::geometry::chebyshev::{Chebyshev, TERMS, polynomial, powers};

/// The area factor of a polar stereographic plane as a function of the distance r from the pole.
///
/// With L the scale length of the projection (r = L t, t = tan of half the conformal colatitude), and
/// s = 1 / (1 + t^2), the factor on a sphere is a constant times s^2. On an ellipsoid it is s^2 P(s), P so
/// smooth that twelve Chebyshev terms reach round-off (they fall like the eccentricity squared). P is fitted
/// to 1 / k^2 with k of Snyder (1987, eq. 21-32 and 21-35); its integral is exact, so that the area factor and
/// the areas made from it agree to round-off.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PolarArea {
    /// L^2 (m2).
    length_squared: f64,
    /// P in powers of 1 - s.
    factor: [f64; TERMS],
    /// Mean of P between s and 1, in powers of 1 - s.
    mean: [f64; TERMS],
}

impl PolarArea {
    /// The fit for an ellipsoid and the scale length L (m).
    pub(crate) fn new(ellipsoid: &Ellipsoid, scale_length: f64) -> Self {
        let factor = powers(&Chebyshev::default().coefficients(|v| {
            let s = 1.0 - v;
            let scale = scale_factor(ellipsoid, scale_length, (v / s).sqrt());
            1.0 / (scale * s).powi(2)
        }));
        let mut mean = factor;
        for (power, value) in mean.iter_mut().enumerate() {
            *value /= (power + 1) as f64;
        }
        Self { length_squared: scale_length * scale_length, factor, mean }
    }

    /// True area over projected area at this squared distance (m2) from the pole.
    pub(crate) fn factor(&self, distance_squared: f64) -> f64 {
        let (s, v) = self.variables(distance_squared);
        s * s * polynomial(&self.factor, v)
    }

    /// True area of the cap within this distance, over 2 pi times the distance squared.
    ///
    /// It is 1/2 where the map is true to area: its integral along an edge, times the cross product of the edge's
    /// ends, is the true area of the triangle that the edge makes with the pole.
    pub(crate) fn cap_ratio(&self, distance_squared: f64) -> f64 {
        let (s, v) = self.variables(distance_squared);
        0.5 * s * polynomial(&self.mean, v)
    }

    /// True area (m2) of the cap within this distance, over 2 pi.
    pub(crate) fn cap(&self, distance_squared: f64) -> f64 {
        let (_, v) = self.variables(distance_squared);
        0.5 * self.length_squared * v * polynomial(&self.mean, v)
    }

    /// s and 1 - s, neither by a subtraction.
    fn variables(&self, distance_squared: f64) -> (f64, f64) {
        if distance_squared == f64::INFINITY {
            return (0.0, 1.0);
        }
        let sum = self.length_squared + distance_squared;
        (self.length_squared / sum, distance_squared / sum)
    }
}
