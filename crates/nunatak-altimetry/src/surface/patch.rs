//! Parts of a cell as few points.

use super::covariance::Covariance;

/// Blocks along the width of a cell.
pub(crate) const BLOCKS: usize = 8;

/// The points of a cell in one block of it, as a datum about the surface. Lengths in widths of the cell, heights in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Block {
    /// Mean place, from the centre of the cell.
    pub(crate) place: [f64; 2],
    /// Variance of the place: xx, xy, yy.
    pub(crate) spread: [f64; 3],
    /// Mean height, less the slope of the neighbourhood where that has been taken away.
    pub(crate) height: f64,
    /// Variance of the mean height by independent errors of the points, m².
    pub(crate) noise: f64,
    /// Variance of the heights within the block, less that of their independent errors, m²; NaN of a single point.
    pub(crate) variance: f64,
    /// Covariance of the place along x and along y with height, m.
    pub(crate) tilt: [f64; 2],
    pub(crate) count: f64,
}

impl Block {
    /// The block about a plane of this slope (m per width).
    pub(crate) fn less_slope(mut self, [x, y]: [f64; 2]) -> Self {
        let [xx, xy, yy] = self.spread;
        self.height -= x * self.place[0] + y * self.place[1];
        let plane = x * x * xx + 2.0 * x * y * xy + y * y * yy;
        self.variance = (self.variance - 2.0 * (x * self.tilt[0] + y * self.tilt[1]) + plane).max(0.0);
        self.tilt = [self.tilt[0] - x * xx - y * xy, self.tilt[1] - x * xy - y * yy];
        self
    }
}

/// Share of the variance of a patch's places that lies between its nodes; the rest is taken as spread about each node. It
/// makes the mean variogram within a line that of the line to 1 % for H = 1/2, and is exact for H = 1.
const BETWEEN_NODES: f64 = 0.94;
/// A patch is a line when it is this many times narrower than long, in variance.
const LINE: f64 = 0.15;

/// A line or an area as two or four nodes, in stretched coordinates.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patch {
    nodes: [[f64; 2]; 4],
    count: usize,
    /// Sum of the variances of place about a node.
    pub(super) within: f64,
}

impl Patch {
    pub(super) fn nodes(&self) -> &[[f64; 2]] {
        &self.nodes[..self.count]
    }

    /// A block of points.
    pub(super) fn of_block(block: &Block, covariance: &Covariance) -> Self {
        Self::new(block.place, block.spread, covariance)
    }

    /// The whole of a cell as its blocks.
    pub(super) fn of_cell(covariance: &Covariance) -> Vec<Self> {
        let centre = |index: usize| (index as f64 + 0.5) / BLOCKS as f64 - 0.5;
        let variance = 1.0 / (12 * BLOCKS * BLOCKS) as f64;
        let place = |at: usize| [centre(at / BLOCKS), centre(at % BLOCKS)];
        (0..BLOCKS * BLOCKS).map(|at| Self::new(place(at), [variance, 0.0, variance], covariance)).collect()
    }

    fn new([x, y]: [f64; 2], [xx, xy, yy]: [f64; 3], covariance: &Covariance) -> Self {
        let [[a, b], [c, d]] = covariance.axes;
        let place = [a * x + b * y, c * x + d * y];
        let first = a * a * xx + 2.0 * a * b * xy + b * b * yy;
        let second = c * c * xx + 2.0 * c * d * xy + d * d * yy;
        let both = a * c * xx + (a * d + b * c) * xy + b * d * yy;
        let (middle, half_difference) = (0.5 * (first + second), 0.5 * (first - second));
        let radius = half_difference.hypot(both);
        let (long, short) = (middle + radius, (middle - radius).max(0.0));
        let (sine, cosine) = (0.5 * both.atan2(half_difference)).sin_cos();
        let along = (BETWEEN_NODES * long).sqrt();
        let across = if short < LINE * long { 0.0 } else { (BETWEEN_NODES * short).sqrt() };
        let node = |along: f64, across: f64| {
            [place[0] + along * cosine - across * sine, place[1] + along * sine + across * cosine]
        };
        let nodes = [node(along, across), node(-along, -across), node(along, -across), node(-along, across)];
        let between = along * along + across * across;
        Self { nodes, count: if across > 0.0 { 4 } else { 2 }, within: long + short - between }
    }
}

impl Covariance {
    /// Mean covariance between a point of one patch and a point of another.
    #[inline]
    pub(super) fn between(&self, one: &Patch, other: &Patch) -> f64 {
        let within = one.within + other.within;
        let sum: f64 = match (one.nodes(), other.nodes()) {
            // Of known length, so that no loop is left.
            (&[a, b], &[c, d]) => self.sum(&[a, b], &[c, d], within),
            (&[a, b, c, d], &[e, f, g, h]) => self.sum(&[a, b, c, d], &[e, f, g, h], within),
            (ones, others) => ones.iter().map(|one| self.sum(&[*one], others, within)).sum(),
        };
        sum / (one.nodes().len() * other.nodes().len()) as f64
    }

    /// Sum of the covariances between nodes.
    #[inline(always)]
    pub(super) fn sum(&self, ones: &[[f64; 2]], others: &[[f64; 2]], within: f64) -> f64 {
        // Sums side by side, so that none waits for another.
        let mut sums = [0.0; 4];
        for one in ones {
            for (at, other) in others.iter().enumerate() {
                let (x, y) = (one[0] - other[0], one[1] - other[1]);
                sums[at % 4] += self.at(x * x + y * y + within);
            }
        }
        (sums[0] + sums[1]) + (sums[2] + sums[3])
    }
}
