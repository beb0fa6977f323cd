//! What is known of the source cells before target cells are summed.

use pulp::Arch;
use rayon::prelude::*;

use super::super::gather::Fields;
use super::super::tile::Run;
use super::factors::AS_WEIGHTS;
use super::{CELLS_PER_TASK, Mean, Varying};

/// Source cells of the block with the values of `N` fields side by side.
pub(super) struct Beside<const N: usize> {
    pub(super) values: Vec<[f64; N]>,
    /// The second field, when means are weighted by one.
    pub(super) shares: Vec<[f64; N]>,
    /// By what the changes within each cell are multiplied.
    pub(super) factors: Vec<[f64; N]>,
}

impl Varying<'_> {
    pub(super) fn beside<const N: usize>(&self, fields: [usize; N]) -> Beside<N> {
        let mut values = self.side_by_side(&self.work.fields, fields);
        let mut shares = Vec::new();
        if let Some(second) = &self.work.shares {
            shares = self.side_by_side(second, fields.map(|field| field % second.count()));
        }
        self.prepare(&mut values);
        if self.mean == Mean::Weighted {
            values.par_iter_mut().zip(&mut shares).for_each(|(values, shares)| {
                for lane in 0..N {
                    values[lane] = product(values[lane], shares[lane]);
                    shares[lane] = if values[lane].is_nan() { f64::NAN } else { shares[lane] };
                }
            });
        }
        let mut factors = vec![[AS_WEIGHTS; N]; values.len()];
        factors.par_chunks_mut(CELLS_PER_TASK).enumerate().for_each_init(Vec::new, |changes, (task, factors)| {
            Arch::new().dispatch(
                #[inline(always)]
                || {
                    for (at, factors) in factors.iter_mut().enumerate() {
                        *factors = self.factors(task * CELLS_PER_TASK + at, &values, changes);
                    }
                },
            );
        });
        Beside { values, shares, factors }
    }

    fn side_by_side<const N: usize>(&self, fields: &Fields, numbers: [usize; N]) -> Vec<[f64; N]> {
        let mut values = vec![[0.0; N]; self.work.source.len()];
        values.par_chunks_mut(CELLS_PER_TASK).enumerate().for_each(|(task, values)| {
            let run = Run { position: task * CELLS_PER_TASK, length: values.len() };
            fields.gather(numbers, &[run], values);
        });
        values
    }

    /// Of amounts, what there is on an area; source cells that the mask leaves out are missing.
    fn prepare<const N: usize>(&self, values: &mut [[f64; N]]) {
        let (areas, mask) = (self.work.areas.map(|(areas, _)| areas), self.weights.mask());
        if areas.is_none() && mask.is_none() {
            return;
        }
        values.par_iter_mut().enumerate().for_each(|(place, values)| {
            let cell = self.cell(place);
            if let Some(areas) = areas {
                *values = values.map(|value| value / areas[cell]);
            }
            if mask.is_some_and(|mask| mask[cell] == 0) {
                *values = [f64::NAN; N];
            }
        });
    }
}

/// A value by its weight; one whose weight is zero counts, whatever it is.
#[inline(always)]
pub(super) fn product(value: f64, share: f64) -> f64 {
    if share == 0.0 { 0.0 } else { share * value }
}
