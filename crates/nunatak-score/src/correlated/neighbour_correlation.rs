//! Whether the residuals' own correlation contradicts the covariance that was used.

use super::{ancestry::Ancestry, error_budget::Observed, residual_covariance::ResidualCovariance};

/// Correlation of each residual with its nearest neighbour, found and expected.
///
/// # Examples
///
/// ```
/// use nunatak_score::NeighbourCorrelation;
///
/// let alike = NeighbourCorrelation { pairs: 500, found: 0.9, expected: 0.05 };
/// assert!(alike.is_contradiction());
/// assert!(!NeighbourCorrelation { pairs: 500, found: 0.1, expected: 0.05 }.is_contradiction());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NeighbourCorrelation {
    /// Pairs that it rests on.
    pub pairs: usize,
    /// `Σ r_i r_j / Σ ½(r_i² + r_j²)` of the residuals less their mean.
    pub found: f64,
    /// The same of their covariance.
    pub expected: f64,
}

impl NeighbourCorrelation {
    const FEWEST_PAIRS: usize = 30;
    /// Difference in Fisher's z that changes an interval by a half and more wherever many residuals are neighbours.
    const DIFFERENCE: f64 = 0.2;

    pub(crate) fn new(observed: &Observed, ancestry: &Ancestry, covariance: &ResidualCovariance<'_>) -> Self {
        let mean = observed.residual.iter().sum::<f64>() / observed.len() as f64;
        let residual = |at: usize| observed.residual[at] - mean;
        let mut sums = [0.0; 4];
        let mut pairs = 0;
        for (one, other, together, alone) in covariance.of_neighbours(ancestry) {
            let (left, right) = (residual(one), residual(other));
            let terms = [left * right, 0.5 * (left * left + right * right), together, alone];
            sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
            pairs += 1;
        }
        Self { pairs, found: sums[0] / sums[1], expected: sums[2] / sums[3] }
    }

    /// Whether neighbours are more alike than the covariance has it, by Fisher's z, `artanh ρ` (Fisher 1921).
    pub fn is_contradiction(&self) -> bool {
        let z = |correlation: f64| correlation.clamp(-0.9999, 0.9999).atanh();
        let noise = 3.0 / (self.pairs as f64).sqrt();
        self.pairs >= Self::FEWEST_PAIRS && z(self.found) - z(self.expected) > Self::DIFFERENCE.max(noise)
    }
}
