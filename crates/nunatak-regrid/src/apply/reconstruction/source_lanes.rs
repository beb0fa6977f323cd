//! Interleaved values of the source cells, and the factors of their changes.

use nunatak_parallel::{for_each_chunk, for_each_of, for_each_with};
use pulp::Arch;

use super::factors::AS_WEIGHTS;
use super::work::{CELLS_PER_TASK, Mean, ReconstructedWork};
use crate::apply::interleave::{Fields, GROUP, Lane};

/// Source cells of the block with the interleaved values of `N` fields; memory is reused from fields to fields.
#[derive(Default)]
pub(super) struct SourceLanes<const N: usize> {
    pub(super) values: Vec<[f64; N]>,
    /// The second field, when means are weighted by one.
    pub(super) shares: Vec<[f64; N]>,
    /// By what the changes within each cell are multiplied.
    pub(super) factors: Vec<[f64; N]>,
    /// Values of the target cells.
    pub(super) results: Vec<[f64; N]>,
}

impl ReconstructedWork<'_> {
    /// Interleaves these fields, and finds by what their changes are multiplied.
    pub(super) fn load<const N: usize>(&self, fields: [usize; N], lanes: &mut SourceLanes<N>) {
        self.put(&self.work.fields, fields, &mut lanes.values);
        self.prepare(&mut lanes.values);
        if let Some(second) = &self.work.shares {
            self.put(second, fields.map(|field| field % second.count()), &mut lanes.shares);
        }
        if self.mean == Mean::Weighted {
            let chunks = lanes.values.chunks_mut(CELLS_PER_TASK).zip(lanes.shares.chunks_mut(CELLS_PER_TASK));
            for_each_of(chunks.collect(), |_, (values, shares)| {
                for (values, shares) in values.iter_mut().zip(shares) {
                    for lane in 0..N {
                        values[lane] = product(values[lane], shares[lane]);
                        shares[lane] = if values[lane].is_nan() { f64::NAN } else { shares[lane] };
                    }
                }
            });
        }
        let values = &lanes.values[..];
        lanes.factors.resize(values.len(), [AS_WEIGHTS; N]);
        let tasks = lanes.factors.chunks_mut(CELLS_PER_TASK).collect();
        for_each_with(tasks, Vec::new, |changes, task, factors| {
            Arch::new().dispatch(
                #[inline(always)]
                || {
                    for (factors, place) in std::iter::zip(factors, task * CELLS_PER_TASK..) {
                        *factors = self.factors(place, values, changes);
                    }
                },
            );
        });
    }

    fn put<const N: usize>(&self, fields: &Fields, numbers: [usize; N], values: &mut Vec<[f64; N]>) {
        values.resize(self.work.source.len(), [0.0; N]);
        for_each_chunk(values, CELLS_PER_TASK, |task, values| {
            f64::interleave(fields, numbers, task * (CELLS_PER_TASK / GROUP).., values);
        });
    }

    /// Of amounts, what there is on an area; source cells that the mask leaves out are missing.
    fn prepare<const N: usize>(&self, values: &mut [[f64; N]]) {
        let (areas, mask) = (self.work.areas.map(|(areas, _)| areas), self.weights.mask());
        if areas.is_none() && mask.is_none() {
            return;
        }
        for_each_chunk(values, CELLS_PER_TASK, |task, values| {
            for (values, place) in std::iter::zip(values, task * CELLS_PER_TASK..) {
                let cell = self.cell(place);
                if let Some(areas) = areas {
                    *values = values.map(|value| value / areas[cell]);
                }
                if mask.is_some_and(|mask| mask[cell] == 0) {
                    *values = [f64::NAN; N];
                }
            }
        });
    }
}

/// A value by its weight; one whose weight is zero counts, whatever it is.
#[inline(always)]
pub(super) fn product(value: f64, share: f64) -> f64 {
    if share == 0.0 { 0.0 } else { share * value }
}
