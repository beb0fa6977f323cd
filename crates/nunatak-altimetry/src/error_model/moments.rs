//! Weighted means and co-moments of position and height.

/// Weighted means and co-moments of position and height, updated and merged without cancellation
/// (Chan, Golub and LeVeque 1983, eq. 2.1; West 1979 for weights).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Moments {
    /// Σw.
    pub(crate) weight: f64,
    /// Weighted mean of x, y and height.
    pub(crate) mean: [f64; 3],
    /// Σw (a - mean a)(b - mean b) for xx, xy, yy, xh, yh, hh.
    pub(crate) products: [f64; 6],
}

const PAIRS: [(usize, usize); 6] = [(0, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 2)];

impl Moments {
    /// One value of a weight.
    pub(crate) fn of(weight: f64, position: [f64; 2], height: f64) -> Self {
        Self { weight, mean: [position[0], position[1], height], products: [0.0; 6] }
    }

    /// The moments of both sets together.
    pub(crate) fn merge(&mut self, other: &Self) {
        let total = self.weight + other.weight;
        if total <= 0.0 {
            return;
        }
        let difference: [f64; 3] = std::array::from_fn(|axis| other.mean[axis] - self.mean[axis]);
        let share = other.weight / total;
        for (product, (theirs, (a, b))) in self.products.iter_mut().zip(other.products.iter().zip(PAIRS)) {
            *product += theirs + self.weight * share * difference[a] * difference[b];
        }
        for (mean, difference) in self.mean.iter_mut().zip(difference) {
            *mean += share * difference;
        }
        self.weight = total;
    }

    /// Variance of position along its two principal axes, largest first, with the axes as unit vectors.
    pub(crate) fn principal_axes(&self) -> [(f64, [f64; 2]); 2] {
        if self.weight <= 0.0 {
            return [(0.0, [1.0, 0.0]), (0.0, [0.0, 1.0])];
        }
        let [xx, xy, yy] = [0, 1, 2].map(|index| self.products[index] / self.weight);
        let half_difference = 0.5 * (xx - yy);
        let radius = half_difference.hypot(xy);
        let angle = 0.5 * xy.atan2(half_difference);
        let (sin, cos) = angle.sin_cos();
        let centre = 0.5 * (xx + yy);
        // The small eigenvalue through the determinant: the difference of two large numbers would lose a beam pair's 90 m.
        let largest = centre + radius;
        let smallest = if largest > 0.0 { ((xx * yy - xy * xy) / largest).max(0.0) } else { 0.0 };
        [(largest, [cos, sin]), (smallest, [-sin, cos])]
    }

    /// Weighted covariance of the position along an axis with height.
    pub(crate) fn covariance_with_height(&self, axis: [f64; 2]) -> f64 {
        if self.weight > 0.0 { (axis[0] * self.products[3] + axis[1] * self.products[4]) / self.weight } else { 0.0 }
    }

    /// Weighted variance of height.
    pub(crate) fn height_variance(&self) -> f64 {
        if self.weight > 0.0 { self.products[5] / self.weight } else { 0.0 }
    }
}
