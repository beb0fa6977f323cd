//! Fields that vary within the source cells by more than weights can say: limited, or with values missing.
//!
//! How much a source cell varies follows from its own value and those of its neighbours, whatever the target: so that
//! integrals are kept, and results do not depend on the region that is read. Target cells none of whose source cells
//! differs from what the weights have are summed by these, to the same bits.
//!
//! Limited fields and means weighted by a second field are put side by side whole ([`fill`]). Others go the way of
//! weights alone, a tile after the other, and only target cells about a missing value are summed again by their parts
//! ([`Varying::sum_about_missing`]).

mod about_missing;
mod beside;
mod factors;
mod target_sums;

use nunatak_array::Element;
use pulp::Arch;
use rayon::prelude::*;

pub(super) use self::about_missing::Slots;
use self::beside::{Beside, product};
use self::factors::WHOLE;
use self::target_sums::TargetSums;
use super::sums::Rule;
use super::{FEWEST, Work};
use crate::Weights;
use crate::variation::{Part, Variation};

/// Fields side by side.
const LANES: usize = 8;
/// Most bytes of fields side by side, unless they are taken one by one.
const WIDE_BYTES: usize = 1 << 30;
/// Cells of one task.
const CELLS_PER_TASK: usize = 2048;

/// Fills every field of a work, one after the other.
pub(super) fn fill<R: Element>(work: &Work, variation: &Variation, results: &mut [R]) {
    let (count, cells) = (work.fields.count(), work.target.len());
    let bytes = (3 * work.source.len() + cells) * size_of::<[f64; LANES]>();
    let wide = match count % LANES {
        _ if bytes > WIDE_BYTES => 0,
        rest if rest >= FEWEST => count,
        rest => count - rest,
    };
    let varying = Varying::new(work, variation);
    let (together, single) = results.split_at_mut(wide * cells);
    let mut beside = Beside::<LANES>::default();
    for (block, results) in together.chunks_mut(LANES * cells).enumerate() {
        varying.fill(block * LANES, &mut beside, results);
    }
    let mut beside = Beside::<1>::default();
    for (field, results) in single.chunks_mut(cells).enumerate() {
        varying.fill(wide + field, &mut beside, results);
    }
}

/// What the values of a source cell are taken for.
#[derive(Clone, Copy, PartialEq)]
enum Mean {
    Plain,
    /// Products with a second field and that field, both of which vary.
    Weighted,
    /// The field varies, and the second does not.
    LimitedWeighted,
}

/// A work whose fields vary within the source cells.
pub(super) struct Varying<'a> {
    work: &'a Work<'a>,
    weights: &'a Weights,
    variation: &'a Variation,
    rule: Rule,
    mean: Mean,
    source_width: usize,
    is_whole: bool,
}

impl<'a> Varying<'a> {
    pub(super) fn new(work: &'a Work<'a>, variation: &'a Variation) -> Self {
        let mean = match (work.shares.is_some(), work.application.is_limited()) {
            (false, _) => Mean::Plain,
            (true, false) => Mean::Weighted,
            (true, true) => Mean::LimitedWeighted,
        };
        Self {
            work,
            weights: work.weights,
            variation,
            rule: Rule::new(work.application.missing(), work.application.normalisation()),
            mean,
            source_width: work.weights.source().rows_and_columns().1,
            is_whole: work.source == crate::block::Block::whole(work.weights.source()),
        }
    }

    /// Fills up to `N` fields from `first` on.
    fn fill<R: Element, const N: usize>(&self, first: usize, beside: &mut Beside<N>, results: &mut [R]) {
        let cells = self.work.target.len();
        let count = results.len() / cells;
        let fields: [usize; N] = std::array::from_fn(|lane| first + lane.min(count - 1));
        self.load(fields, beside);
        let mut sums = std::mem::take(&mut beside.results);
        sums.resize(cells, [0.0; N]);
        let width = self.weights.target().rows_and_columns().1;
        let target = self.work.target;
        sums.par_chunks_mut(CELLS_PER_TASK).enumerate().for_each(|(task, sums)| {
            Arch::new().dispatch(
                #[inline(always)]
                || {
                    // `sums` is used up: a closure that can be called again is not compiled for the processor.
                    for (sums, at) in std::iter::zip(sums, task * CELLS_PER_TASK..) {
                        let (row, column) = (at / target.columns, at % target.columns);
                        *sums = self.target_values((target.row + row) * width + target.column + column, beside);
                    }
                },
            );
        });
        results.par_chunks_mut(cells).enumerate().for_each(|(lane, results)| {
            results.iter_mut().zip(&sums).for_each(|(result, sums)| *result = R::from_f64(sums[lane]));
        });
        beside.results = sums;
    }

    /// The source cell at a place of the block.
    #[inline(always)]
    fn cell(&self, place: usize) -> usize {
        let block = &self.work.source;
        (block.row + place / block.columns) * self.source_width + block.column + place % block.columns
    }

    /// Where a source cell is in the block, when it is.
    #[inline(always)]
    fn place(&self, cell: u32) -> Option<usize> {
        if self.is_whole {
            return Some(cell as usize);
        }
        let (block, width) = (&self.work.source, self.source_width as u32);
        let row = ((cell / width) as usize).wrapping_sub(block.row);
        let column = ((cell % width) as usize).wrapping_sub(block.column);
        (row < block.rows && column < block.columns).then(|| row * block.columns + column)
    }

    #[inline(always)]
    fn is_masked(&self, cell: u32) -> bool {
        self.weights.mask().is_some_and(|mask| mask[cell as usize] == 0)
    }

    /// The parts of a target cell; none where the mask leaves all of them out: what such a cell has is extrapolated,
    /// by weights.
    #[inline(always)]
    fn parts(&self, target: usize) -> &[Part] {
        let parts = self.variation.parts(target);
        if parts.iter().all(|part| self.is_masked(part.source)) { &[] } else { parts }
    }

    #[inline(always)]
    fn target_values<const N: usize>(&self, target: usize, beside: &Beside<N>) -> [f64; N] {
        let parts = self.parts(target);
        let is_as_weights = self.mean != Mean::LimitedWeighted || parts.is_empty();
        let mut least = [if is_as_weights { WHOLE } else { 0.0 }; N];
        for part in parts.iter().filter(|part| !self.is_masked(part.source)) {
            let Some(place) = self.place(part.source) else { continue };
            let factors = &beside.factors[place];
            for lane in 0..N {
                least[lane] = if factors[lane] < least[lane] { factors[lane] } else { least[lane] };
            }
        }
        let (is_weighted, is_plain) = (self.mean != Mean::Plain, self.mean == Mean::Plain && !parts.is_empty());
        let lowest = least.iter().fold(WHOLE, |lowest, &least| if least < lowest { least } else { lowest });
        let highest = least.iter().fold(0.0, |highest, &least| if least > highest { least } else { highest });
        let mut values = [0.0; N];
        if lowest >= WHOLE && is_plain {
            values = self.by_whole_weights(target, beside);
        } else if highest >= WHOLE {
            values = self.by_weights(target, beside).values(self.rule, is_weighted);
        }
        if lowest < WHOLE {
            let varied = self.by_parts(parts, beside).values(self.rule, is_weighted);
            for lane in 0..N {
                values[lane] = if least[lane] >= WHOLE { values[lane] } else { varied[lane] };
            }
        }
        if self.work.application.is_limited() && self.rule.divided {
            values = self.within_sources(target, values, beside);
        }
        match self.work.areas {
            Some((_, areas)) => values.map(|value| value * areas[target]),
            None => values,
        }
    }

    /// Values no further than the source values that they come from, from which sums may be by round-off.
    #[inline(always)]
    fn within_sources<const N: usize>(&self, target: usize, values: [f64; N], beside: &Beside<N>) -> [f64; N] {
        let starts = self.weights.row_starts();
        let (mut low, mut high) = ([f64::INFINITY; N], [f64::NEG_INFINITY; N]);
        for &cell in &self.weights.cells()[starts[target]..starts[target + 1]] {
            let Some(place) = self.place(cell) else { continue };
            let values = &beside.values[place];
            for lane in 0..N {
                low[lane] = if values[lane] < low[lane] { values[lane] } else { low[lane] };
                high[lane] = if values[lane] > high[lane] { values[lane] } else { high[lane] };
            }
        }
        std::array::from_fn(|lane| {
            let value = if values[lane] < low[lane] { low[lane] } else { values[lane] };
            if value > high[lane] { high[lane] } else { value }
        })
    }

    /// Sums by weights none of whose source cells is missing, in the order of their entries.
    #[inline(always)]
    fn by_whole_weights<const N: usize>(&self, target: usize, beside: &Beside<N>) -> [f64; N] {
        let starts = self.weights.row_starts();
        let entries = starts[target]..starts[target + 1];
        let (mut sums, mut covered) = ([0.0; N], 0.0);
        for (&cell, &weight) in self.weights.cells()[entries.clone()].iter().zip(&self.weights.values()[entries]) {
            let Some(place) = self.place(cell) else { continue };
            let values = &beside.values[place];
            for lane in 0..N {
                sums[lane] += weight * values[lane];
            }
            covered += weight;
        }
        sums.map(|sum| self.rule.value(sum, covered, covered))
    }

    /// Sums by the weights, in the order of their entries.
    #[inline(always)]
    fn by_weights<const N: usize>(&self, target: usize, beside: &Beside<N>) -> TargetSums<N> {
        let starts = self.weights.row_starts();
        let entries = starts[target]..starts[target + 1];
        let mut sums = TargetSums::ZERO;
        for (&cell, &weight) in self.weights.cells()[entries.clone()].iter().zip(&self.weights.values()[entries]) {
            let Some(place) = self.place(cell) else { continue };
            let (values, shares) = self.terms(beside.values[place], place, beside);
            sums.add(weight, values, shares);
        }
        sums
    }

    /// Sums over the parts that a target cell shares of the source cells.
    #[inline(always)]
    fn by_parts<const N: usize>(&self, parts: &[Part], beside: &Beside<N>) -> TargetSums<N> {
        let mut sums = TargetSums::ZERO;
        for part in parts.iter().filter(|part| !self.is_masked(part.source)) {
            let Some(place) = self.place(part.source) else { continue };
            let varied = self.varied(part, place, &beside.values, &beside.factors[place]);
            let (values, mut shares) = self.terms(varied, place, beside);
            if self.mean == Mean::Weighted {
                shares = self.varied(part, place, &beside.shares, &beside.factors[place]);
            }
            sums.add(part.weight, values, shares);
        }
        sums
    }

    /// What is summed, and by what it is weighted.
    #[inline(always)]
    fn terms<const N: usize>(&self, values: [f64; N], place: usize, beside: &Beside<N>) -> ([f64; N], [f64; N]) {
        match self.mean {
            Mean::Plain => (values, [1.0; N]),
            Mean::Weighted => (values, beside.shares[place]),
            Mean::LimitedWeighted => {
                let shares = beside.shares[place];
                (std::array::from_fn(|lane| product(values[lane], shares[lane])), shares)
            }
        }
    }

    /// Means over a part of a source cell.
    #[inline(always)]
    fn varied<const N: usize>(&self, part: &Part, place: usize, values: &[[f64; N]], factors: &[f64; N]) -> [f64; N] {
        let own = values[place];
        let factors = factors.map(|factor| if factor <= WHOLE { factor } else { 0.0 });
        if factors.iter().sum::<f64>() == 0.0 {
            return own;
        }
        let mut change = [0.0; N];
        for (&neighbour, &coefficient) in
            self.variation.neighbours(part.source as usize).iter().zip(self.variation.coefficients(part))
        {
            let Some(place) = self.place(neighbour) else { continue };
            for lane in 0..N {
                change[lane] += coefficient * (values[place][lane] - own[lane]);
            }
        }
        std::array::from_fn(|lane| {
            let varied = own[lane] + factors[lane] * change[lane];
            if factors[lane] > 0.0 { varied } else { own[lane] }
        })
    }
}

#[cfg(test)]
mod tests;
