//! Values of target cells from the source cells and the parts of them that they share.

use super::factors::WHOLE;
use super::source_lanes::{SourceLanes, product};
use super::target_sums::TargetSums;
use super::work::{Mean, ReconstructedWork};
use crate::construct::reconstruction::Part;

impl ReconstructedWork<'_> {
    #[inline(always)]
    pub(super) fn target_values<const N: usize>(&self, target: usize, lanes: &SourceLanes<N>) -> [f64; N] {
        let parts = self.parts(target);
        let is_as_weights = self.mean != Mean::LimitedWeighted || parts.is_empty();
        let mut least = [if is_as_weights { WHOLE } else { 0.0 }; N];
        for part in parts.iter().filter(|part| !self.is_masked(part.source)) {
            let Some(place) = self.place(part.source) else { continue };
            let factors = &lanes.factors[place];
            for lane in 0..N {
                least[lane] = if factors[lane] < least[lane] { factors[lane] } else { least[lane] };
            }
        }
        let (is_weighted, is_plain) = (self.mean != Mean::Plain, self.mean == Mean::Plain && !parts.is_empty());
        let lowest = least.iter().fold(WHOLE, |lowest, &least| if least < lowest { least } else { lowest });
        let highest = least.iter().fold(0.0, |highest, &least| if least > highest { least } else { highest });
        let mut values = [0.0; N];
        if lowest >= WHOLE && is_plain {
            values = self.by_whole_weights(target, lanes);
        } else if highest >= WHOLE {
            values = self.by_weights(target, lanes).values(self.rule, is_weighted);
        }
        if lowest < WHOLE {
            let varied = self.by_parts(parts, lanes).values(self.rule, is_weighted);
            for lane in 0..N {
                values[lane] = if least[lane] >= WHOLE { values[lane] } else { varied[lane] };
            }
        }
        if self.work.options.is_limited() && self.rule.divided {
            values = self.within_sources(target, values, lanes);
        }
        match self.work.areas {
            Some((_, areas)) => values.map(|value| value * areas[target]),
            None => values,
        }
    }

    /// Values no further than the source values that they come from, from which sums may be by round-off.
    #[inline(always)]
    fn within_sources<const N: usize>(&self, target: usize, values: [f64; N], lanes: &SourceLanes<N>) -> [f64; N] {
        let starts = self.weights.row_starts();
        let (mut low, mut high) = ([f64::INFINITY; N], [f64::NEG_INFINITY; N]);
        for &cell in &self.weights.cells()[starts[target]..starts[target + 1]] {
            let Some(place) = self.place(cell) else { continue };
            let values = &lanes.values[place];
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
    fn by_whole_weights<const N: usize>(&self, target: usize, lanes: &SourceLanes<N>) -> [f64; N] {
        let starts = self.weights.row_starts();
        let entries = starts[target]..starts[target + 1];
        let (mut sums, mut covered) = ([0.0; N], 0.0);
        for (&cell, &weight) in self.weights.cells()[entries.clone()].iter().zip(&self.weights.values()[entries]) {
            let Some(place) = self.place(cell) else { continue };
            let values = &lanes.values[place];
            for lane in 0..N {
                sums[lane] += weight * values[lane];
            }
            covered += weight;
        }
        sums.map(|sum| self.rule.value(sum, covered, covered))
    }

    /// Sums by the weights, in the order of their entries.
    #[inline(always)]
    fn by_weights<const N: usize>(&self, target: usize, lanes: &SourceLanes<N>) -> TargetSums<N> {
        let starts = self.weights.row_starts();
        let entries = starts[target]..starts[target + 1];
        let mut sums = TargetSums::ZERO;
        for (&cell, &weight) in self.weights.cells()[entries.clone()].iter().zip(&self.weights.values()[entries]) {
            let Some(place) = self.place(cell) else { continue };
            let (values, shares) = self.terms(lanes.values[place], place, lanes);
            sums.add(weight, values, shares);
        }
        sums
    }

    /// Sums over the parts that a target cell shares of the source cells.
    #[inline(always)]
    fn by_parts<const N: usize>(&self, parts: &[Part], lanes: &SourceLanes<N>) -> TargetSums<N> {
        let mut sums = TargetSums::ZERO;
        for part in parts.iter().filter(|part| !self.is_masked(part.source)) {
            let Some(place) = self.place(part.source) else { continue };
            let varied = self.varied(part, place, &lanes.values, &lanes.factors[place]);
            let (values, mut shares) = self.terms(varied, place, lanes);
            if self.mean == Mean::Weighted {
                shares = self.varied(part, place, &lanes.shares, &lanes.factors[place]);
            }
            sums.add(part.weight, values, shares);
        }
        sums
    }

    /// What is summed, and by what it is weighted.
    #[inline(always)]
    fn terms<const N: usize>(&self, values: [f64; N], place: usize, lanes: &SourceLanes<N>) -> ([f64; N], [f64; N]) {
        match self.mean {
            Mean::Plain => (values, [1.0; N]),
            Mean::Weighted => (values, lanes.shares[place]),
            Mean::LimitedWeighted => {
                let shares = lanes.shares[place];
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
            self.reconstruction.neighbours(part.source as usize).iter().zip(self.reconstruction.coefficients(part))
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
