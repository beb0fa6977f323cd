//! Chebyshev approximation of smooth functions on [0, 1].

pub(crate) const TERMS: usize = 12;

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
