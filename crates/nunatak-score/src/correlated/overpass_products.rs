//! Columns of overpasses as the inverse of the covariance sees them: `V = F^-½ (I - W) U` and its products.

use nunatak_parallel::map;
use rustc_hash::FxHashMap;

use super::ancestry::Ancestry;
use super::cholesky::Factor;
use super::conditionals::Conditionals;
use super::error_budget::Observed;
use crate::Result;

/// Residuals that a task takes.
const BLOCK: usize = 8192;

/// `VᵀV` of pairs of overpasses, the later one first, and `Vᵀ` of the whitened residuals and ones.
#[derive(Default)]
pub(super) struct OverpassProducts {
    pairs: FxHashMap<(u32, u32), [f64; 9]>,
    pub(super) vectors: FxHashMap<u32, [[f64; 3]; 2]>,
}

impl OverpassProducts {
    pub(super) fn of(
        observed: &Observed,
        ancestry: &Ancestry,
        conditionals: &Conditionals,
        residuals: &[f64],
        ones: &[f64],
    ) -> Self {
        let parts = map(ancestry.len().div_ceil(BLOCK), |block| {
            let mut products = Self::default();
            let mut row: Vec<(u32, [f64; 3])> = Vec::new();
            for place in block * BLOCK..((block + 1) * BLOCK).min(ancestry.len()) {
                columns_of(observed, ancestry, conditionals, place, &mut row);
                products.add(&row, [residuals[place], ones[place]]);
            }
            products
        });
        // Block after block, so that each sum is the same whatever the number of threads.
        parts.into_iter().reduce(Self::joined).unwrap_or_default()
    }

    fn add(&mut self, row: &[(u32, [f64; 3])], values: [f64; 2]) {
        for (at, (one, left)) in row.iter().enumerate() {
            let vectors = self.vectors.entry(*one).or_default();
            for (sums, value) in vectors.iter_mut().zip(values) {
                sums.iter_mut().zip(left).for_each(|(sum, part)| *sum += value * part);
            }
            for (other, right) in &row[..=at] {
                let (key, left, right) =
                    if one >= other { ((*one, *other), left, right) } else { ((*other, *one), right, left) };
                let block = self.pairs.entry(key).or_default();
                for i in 0..3 {
                    for j in 0..3 {
                        block[3 * i + j] += left[i] * right[j];
                    }
                }
            }
        }
    }

    fn joined(mut self, other: Self) -> Self {
        for (key, block) in other.pairs {
            self.pairs.entry(key).or_default().iter_mut().zip(block).for_each(|(sum, part)| *sum += part);
        }
        for (key, vectors) in other.vectors {
            let own = self.vectors.entry(key).or_default();
            own.iter_mut().flatten().zip(vectors.into_iter().flatten()).for_each(|(sum, part)| *sum += part);
        }
        self
    }

    /// Factor of `I + VᵀV`.
    pub(super) fn factor(&self, width: usize, overpasses: usize, are_coupled: bool) -> Result<Factor> {
        if !are_coupled || width == 0 {
            let mut blocks = vec![[0.0; 9]; if width == 0 { 0 } else { overpasses }];
            for (number, block) in blocks.iter_mut().enumerate() {
                *block = self.pairs.get(&(number as u32, number as u32)).copied().unwrap_or_default();
                (0..3).for_each(|at| block[4 * at] += 1.0);
            }
            return Ok(Factor::of_blocks(width.max(1), blocks));
        }
        let size = width * overpasses;
        let mut rows = Factor::room(size, overpasses)?;
        for (&(one, other), block) in &self.pairs {
            for i in 0..width {
                for j in 0..width {
                    rows[(one as usize * width + i) * size + other as usize * width + j] = block[3 * i + j];
                }
            }
        }
        (0..size).for_each(|at| rows[at * size + at] += 1.0);
        Ok(Factor::of_whole(size, rows))
    }
}

/// The row of `V` of a place in the order, by overpass.
fn columns_of(
    observed: &Observed,
    ancestry: &Ancestry,
    conditionals: &Conditionals,
    place: usize,
    row: &mut Vec<(u32, [f64; 3])>,
) {
    row.clear();
    let scale = conditionals.variances[place].sqrt().recip();
    let mut add = |at: usize, factor: f64| {
        let (overpass, parts) = (observed.overpass[at], observed.shared[at]);
        match row.iter_mut().find(|own| own.0 == overpass) {
            Some((_, sums)) => sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += factor * part),
            None => row.push((overpass, parts.map(|part| factor * part))),
        }
    };
    add(ancestry.at(place), scale);
    let weights = &conditionals.weights[ancestry.parent_range(place)];
    for (&parent, weight) in ancestry.parents(place).iter().zip(weights) {
        add(parent as usize, -scale * weight);
    }
}
