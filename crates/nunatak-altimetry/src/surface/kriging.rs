//! Prediction of the mean of a cell from the blocks of it that hold points.

use super::covariance::Covariance;
use super::patch::{Block, Patch};

/// Least sill of a surface, m².
pub(crate) const LEAST_SCALE: f64 = 1e-8;

/// What is known of a cell before its points are looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Prior {
    /// Sill of the surface, m².
    pub(crate) scale: f64,
    /// Variance of the slope about that of the neighbourhood: xx, xy, yy, m² per squared width.
    pub(crate) slope: [f64; 3],
}

impl Prior {
    /// Covariance of two places by the unknown part of the slope, in units of the sill.
    fn tilt(&self, [x, y]: [f64; 2], [u, v]: [f64; 2]) -> f64 {
        let [xx, xy, yy] = self.slope;
        (xx * x * u + xy * (x * v + y * u) + yy * y * v) / self.scale
    }

    /// Variance of a block's mean by independent errors, in units of the sill.
    fn noise(&self, block: &Block) -> f64 {
        (block.noise / self.scale).min(LARGEST_NOISE)
    }
}

/// The mean of a cell as its blocks tell it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Estimate {
    /// Mean height of the cell about the slope of its neighbourhood, m.
    pub(crate) height: f64,
    /// Variance of the difference between it and the true mean, by what no track sees and by independent errors, m².
    pub(crate) variance: f64,
    /// The part of it that is due to independent errors, m².
    pub(crate) noise: f64,
    /// Weights of the blocks in the height; their sum is 1.
    pub(crate) weights: Vec<f64>,
    /// Effective number of independent samples that the blocks are.
    pub(crate) effective_count: f64,
    /// Slope of the generalised least-squares plane about that of the neighbourhood, m per width, shrunk by its prior.
    pub(crate) slope: [f64; 2],
    pub(crate) slope_variance: [f64; 3],
}

/// Twice the logarithm of the restricted likelihood is `-(degrees · ln(squares / degrees) + log_determinant)`, but for a
/// constant, when the scale is what makes it largest (Patterson and Thompson 1971).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Likelihood {
    /// Sum of squares about the mean, in units of the sill.
    pub(crate) squares: f64,
    pub(crate) degrees: f64,
    pub(crate) log_determinant: f64,
    /// Variance within blocks that a surface of unit sill has, times their numbers of points, and that of the heights.
    pub(crate) within: [f64; 2],
}

/// Added to each variance in units of the sill, so that blocks which almost coincide can be told apart.
const NUGGET: f64 = 1e-6;
/// Largest variance of an error in units of the sill: a cell that is all noise is as smooth as this.
const LARGEST_NOISE: f64 = 1e4;

/// Covariance of the blocks as a Cholesky factor.
struct Factor {
    size: usize,
    lower: Vec<f64>,
}

impl Factor {
    /// `None` for a matrix that is not positive definite.
    fn new(size: usize, mut lower: Vec<f64>) -> Option<Self> {
        for column in 0..size {
            let (head, tail) = lower.split_at_mut((column + 1) * size);
            let row = &mut head[column * size..];
            let pivot = row[column] - dot(&row[..column], &row[..column]);
            if pivot.is_nan() || pivot <= 0.0 {
                return None;
            }
            let pivot = pivot.sqrt();
            row[column] = pivot;
            let row = &row[..column];
            for other in tail.chunks_exact_mut(size) {
                other[column] = (other[column] - dot(&other[..column], row)) / pivot;
            }
        }
        Some(Self { size, lower })
    }

    /// `L⁻¹ v`.
    fn forward(&self, mut values: Vec<f64>) -> Vec<f64> {
        for index in 0..self.size {
            let row = &self.lower[index * self.size..][..=index];
            values[index] = (values[index] - dot(&row[..index], &values[..index])) / row[index];
        }
        values
    }

    /// `L⁻ᵀ v`.
    fn backward(&self, mut values: Vec<f64>) -> Vec<f64> {
        for index in (0..self.size).rev() {
            let row = &self.lower[index * self.size..][..=index];
            let value = values[index] / row[index];
            values[index] = value;
            values[..index].iter_mut().zip(row).for_each(|(other, factor)| *other -= factor * value);
        }
        values
    }

    fn log_determinant(&self) -> f64 {
        (0..self.size).map(|index| 2.0 * self.lower[index * (self.size + 1)].ln()).sum()
    }
}

/// Four sums side by side, so that the compiler vectorises; the order is the same on every machine.
#[inline]
fn dot(one: &[f64], other: &[f64]) -> f64 {
    let (ones, rest) = one.as_chunks::<4>();
    let (others, other_rest) = other[..one.len()].as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (one, other) in ones.iter().zip(others) {
        for at in 0..4 {
            sums[at] += one[at] * other[at];
        }
    }
    let rest: f64 = rest.iter().zip(other_rest).map(|(one, other)| one * other).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

fn patches(blocks: &[Block], covariance: &Covariance) -> Vec<Patch> {
    blocks.iter().map(|block| Patch::of_block(block, covariance)).collect()
}

/// Covariance of the block means in units of the sill.
fn factor(blocks: &[Block], patches: &[Patch], covariance: &Covariance, prior: &Prior) -> Option<Factor> {
    let size = blocks.len();
    let mut matrix = vec![0.0; size * size];
    for row in 0..size {
        for column in 0..=row {
            let tilt = prior.tilt(blocks[row].place, blocks[column].place);
            matrix[row * size + column] = covariance.between(&patches[row], &patches[column]) + tilt;
        }
        matrix[row * (size + 1)] += prior.noise(&blocks[row]) + NUGGET;
    }
    Factor::new(size, matrix)
}

/// The restricted likelihood of the blocks of a cell. `None` where there are fewer than two.
pub(crate) fn likelihood(blocks: &[Block], covariance: &Covariance, prior: &Prior) -> Option<Likelihood> {
    let patches = patches(blocks, covariance);
    let factor = factor(blocks, &patches, covariance, prior).filter(|factor| factor.size > 1)?;
    let ones = factor.forward(vec![1.0; blocks.len()]);
    let heights = factor.forward(blocks.iter().map(|block| block.height).collect());
    let information = dot(&ones, &ones);
    let mean = dot(&ones, &heights) / information;
    let residuals: Vec<f64> = heights.iter().zip(&ones).map(|(height, one)| height - mean * one).collect();
    let mut within = [0.0; 2];
    for (block, patch) in blocks.iter().zip(&patches).filter(|(block, _)| block.variance.is_finite()) {
        within[0] += block.count * (1.0 - covariance.between(patch, patch));
        within[1] += block.count * block.variance;
    }
    Some(Likelihood {
        squares: dot(&residuals, &residuals),
        degrees: (blocks.len() - 1) as f64,
        log_determinant: factor.log_determinant() + information.ln(),
        within,
    })
}

/// The whole cell as the nodes of its blocks, and the mean covariance between two points of it.
pub(crate) struct WholeCell {
    nodes: Vec<[f64; 2]>,
    /// That of each block.
    within: f64,
    variance: f64,
}

impl WholeCell {
    pub(crate) fn new(covariance: &Covariance) -> Self {
        let patches = Patch::of_cell(covariance);
        let nodes: Vec<[f64; 2]> = patches.iter().flat_map(Patch::nodes).copied().collect();
        let within = patches.first().map_or(0.0, |patch| patch.within);
        let cell = Self { nodes, within, variance: 0.0 };
        let variance = patches.iter().map(|patch| cell.with(patch, covariance)).sum::<f64>() / patches.len() as f64;
        Self { variance, ..cell }
    }

    /// Variance within the cell of a surface of unit sill.
    pub(crate) fn variance_within(&self) -> f64 {
        1.0 - self.variance
    }

    /// Mean covariance between a point of a patch and one of the cell: its blocks are alike, so that all nodes count the same.
    fn with(&self, patch: &Patch, covariance: &Covariance) -> f64 {
        let sum = covariance.sum(patch.nodes(), &self.nodes, self.within + patch.within);
        sum / (self.nodes.len() * patch.nodes().len()) as f64
    }
}

/// The best linear unbiased prediction of the mean of a cell, of unknown mean, from its blocks (ordinary block kriging).
/// `None` when there is no block.
pub(crate) fn estimate(blocks: &[Block], covariance: &Covariance, cell: &WholeCell, prior: &Prior) -> Option<Estimate> {
    let patches = patches(blocks, covariance);
    let factor = factor(blocks, &patches, covariance, prior).filter(|factor| factor.size > 0)?;
    let ones = factor.forward(vec![1.0; blocks.len()]);
    let with_cell = factor.forward(patches.iter().map(|patch| cell.with(patch, covariance)).collect());
    let information = dot(&ones, &ones);
    let rest = 1.0 - dot(&with_cell, &ones);
    let weights: Vec<f64> = with_cell.iter().zip(&ones).map(|(own, one)| own + one * rest / information).collect();
    let weights = factor.backward(weights);
    let heights: Vec<f64> = blocks.iter().map(|block| block.height).collect();
    let variance = cell.variance - dot(&with_cell, &with_cell) + rest * rest / information;
    let (slope, slope_variance) = plane(blocks, &factor, &ones, prior);
    Some(Estimate {
        height: dot(&weights, &heights),
        variance: prior.scale * variance.max(NUGGET),
        noise: noise(blocks, &weights),
        weights,
        effective_count: information,
        slope,
        slope_variance,
    })
}

/// Variance of a weighted sum of blocks by independent errors, m².
pub(crate) fn noise(blocks: &[Block], weights: &[f64]) -> f64 {
    blocks.iter().zip(weights).map(|(block, weight)| weight * weight * block.noise).sum()
}

/// Squared error of the prediction of the mean of some blocks from others, over its variance, which grows by `between` (m²). `None` when one of the lists is empty.
pub(crate) fn squared_error(
    blocks: &[Block],
    held_out: &[Block],
    covariance: &Covariance,
    prior: &Prior,
    between: f64,
) -> Option<f64> {
    let (near, far) = (patches(blocks, covariance), patches(held_out, covariance));
    let factor = factor(blocks, &near, covariance, prior).filter(|factor| factor.size > 0)?;
    let count = held_out.len() as f64;
    let with_held_out = |block: &Block, patch: &Patch| {
        let each = held_out.iter().zip(&far);
        each.map(|(other, of_other)| covariance.between(patch, of_other) + prior.tilt(block.place, other.place))
            .sum::<f64>()
            / count
    };
    let own = held_out.iter().zip(&far).map(|(block, patch)| with_held_out(block, patch)).sum::<f64>() / count
        + held_out.iter().map(|block| prior.noise(block)).sum::<f64>() / (count * count);
    let ones = factor.forward(vec![1.0; blocks.len()]);
    let shared = factor.forward(blocks.iter().zip(&near).map(|(block, patch)| with_held_out(block, patch)).collect());
    let heights = factor.forward(blocks.iter().map(|block| block.height).collect());
    let information = dot(&ones, &ones);
    let rest = 1.0 - dot(&shared, &ones);
    let predicted = dot(&shared, &heights) + rest * dot(&ones, &heights) / information;
    let variance = prior.scale * (own - dot(&shared, &shared) + rest * rest / information).max(NUGGET) + between;
    let found = held_out.iter().map(|block| block.height).sum::<f64>() / count;
    (count > 0.0).then(|| (found - predicted) * (found - predicted) / variance)
}

/// Slope of the plane through the blocks by generalised least squares with an unknown mean, and its variance.
fn plane(blocks: &[Block], factor: &Factor, ones: &[f64], prior: &Prior) -> ([f64; 2], [f64; 3]) {
    let centred = |values: Vec<f64>| {
        let values = factor.forward(values);
        let mean = dot(ones, &values) / dot(ones, ones);
        values.iter().zip(ones).map(|(value, one)| value - mean * one).collect::<Vec<f64>>()
    };
    let x = centred(blocks.iter().map(|block| block.place[0]).collect());
    let y = centred(blocks.iter().map(|block| block.place[1]).collect());
    let heights = centred(blocks.iter().map(|block| block.height).collect());
    let [xx, xy, yy] = [dot(&x, &x), dot(&x, &y), dot(&y, &y)];
    let [xh, yh] = [dot(&x, &heights), dot(&y, &heights)];
    // A slope of one sill per width is as steep as this surface gets by itself.
    let (xx, yy) = (xx + 1.0, yy + 1.0);
    let determinant = xx * yy - xy * xy;
    let slope = [(yy * xh - xy * yh) / determinant, (xx * yh - xy * xh) / determinant];
    (slope, [yy, -xy, xx].map(|entry| prior.scale * entry / determinant))
}
