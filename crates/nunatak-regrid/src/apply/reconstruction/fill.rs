//! Limited fields, and means weighted by a second field: all source cells are interleaved at once.

use nunatak_array::Element;
use nunatak_parallel::for_each_chunk;
use pulp::Arch;

use super::source_lanes::SourceLanes;
use super::work::{CELLS_PER_TASK, ReconstructedWork};
use crate::apply::lanes::FEWEST;
use crate::apply::work::Work;
use crate::construct::reconstruction::Reconstruction;

/// Fields that are interleaved.
const LANES: usize = 8;
/// Most bytes of interleaved fields; beyond it they are taken one by one.
const WIDE_BYTES: usize = 1 << 30;

/// Fills every field of a work, one after the other.
pub(in crate::apply) fn fill<R: Element>(work: &Work, reconstruction: &Reconstruction, results: &mut [R]) {
    let (count, cells) = (work.fields.count(), work.target.len());
    let bytes = (3 * work.source.len() + cells) * size_of::<[f64; LANES]>();
    let wide = match count % LANES {
        _ if bytes > WIDE_BYTES => 0,
        rest if rest >= FEWEST => count,
        rest => count - rest,
    };
    let reconstructed = ReconstructedWork::new(work, reconstruction);
    let (together, single) = results.split_at_mut(wide * cells);
    let mut lanes = SourceLanes::<LANES>::default();
    for (block, results) in together.chunks_mut(LANES * cells).enumerate() {
        reconstructed.fill(block * LANES, &mut lanes, results);
    }
    let mut lanes = SourceLanes::<1>::default();
    for (field, results) in single.chunks_mut(cells).enumerate() {
        reconstructed.fill(wide + field, &mut lanes, results);
    }
}

impl ReconstructedWork<'_> {
    /// Fills up to `N` fields from `first` on.
    fn fill<R: Element, const N: usize>(&self, first: usize, lanes: &mut SourceLanes<N>, results: &mut [R]) {
        let cells = self.work.target.len();
        let count = results.len() / cells;
        let fields: [usize; N] = std::array::from_fn(|lane| first + lane.min(count - 1));
        self.load(fields, lanes);
        let mut sums = std::mem::take(&mut lanes.results);
        sums.resize(cells, [0.0; N]);
        let width = self.weights.target().rows_and_columns().1;
        let target = self.work.target;
        for_each_chunk(&mut sums, CELLS_PER_TASK, |task, sums| {
            Arch::new().dispatch(
                #[inline(always)]
                || {
                    // `sums` is used up: a closure that can be called again is not compiled for the processor.
                    for (sums, at) in std::iter::zip(sums, task * CELLS_PER_TASK..) {
                        let (row, column) = (at / target.columns, at % target.columns);
                        *sums = self.target_values((target.row + row) * width + target.column + column, lanes);
                    }
                },
            );
        });
        for_each_chunk(results, cells, |lane, results| {
            results.iter_mut().zip(&sums).for_each(|(result, sums)| *result = R::from_f64(sums[lane]));
        });
        lanes.results = sums;
    }
}
