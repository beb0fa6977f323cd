use crate::{Ellipsoid, polar_stereographic::scale_factor};

pub(crate) const TERMS: usize = 12;

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

pub(crate) fn polynomial(coefficients: &[f64; TERMS], v: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, &coefficient| sum * v + coefficient)
}

/// Values of Chebyshev's polynomials at the nodes of as many terms: a row for each order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Chebyshev([[f64; TERMS]; TERMS]);

impl Default for Chebyshev {
    fn default() -> Self {
        let angle = |node: usize| std::f64::consts::PI * (node as f64 + 0.5) / TERMS as f64;
        Self(std::array::from_fn(|order| std::array::from_fn(|node| (order as f64 * angle(node)).cos())))
    }
}

impl Chebyshev {
    /// Coefficients of `function` on [0, 1].
    pub(crate) fn coefficients(&self, function: impl Fn(f64) -> f64) -> [f64; TERMS] {
        let values: [f64; TERMS] = self.0[1].map(|node| function(0.5 * (1.0 + node)));
        std::array::from_fn(|order| {
            let sum: f64 = values.iter().zip(&self.0[order]).map(|(value, polynomial)| value * polynomial).sum();
            sum * if order == 0 { 1.0 } else { 2.0 } / TERMS as f64
        })
    }
}

/// The same polynomial in powers of v, by the recurrence T(n+1) = 2 (2v - 1) T(n) - T(n-1).
pub(crate) fn powers(coefficients: &[f64; TERMS]) -> [f64; TERMS] {
    let mut previous = [0.0; TERMS];
    let mut current = [0.0; TERMS];
    current[0] = 1.0;
    let mut sum = [0.0; TERMS];
    for (order, &coefficient) in coefficients.iter().enumerate() {
        for (total, value) in sum.iter_mut().zip(&current) {
            *total += coefficient * value;
        }
        let double = if order == 0 { 1.0 } else { 2.0 };
        let next: [f64; TERMS] = std::array::from_fn(|power| {
            let shifted = if power == 0 { 0.0 } else { current[power - 1] };
            double * (2.0 * shifted - current[power]) - if order == 0 { 0.0 } else { previous[power] }
        });
        previous = current;
        current = next;
    }
    sum
}
