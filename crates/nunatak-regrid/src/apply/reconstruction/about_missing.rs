//! Unlimited fields with missing values: all target cells are summed by the weights, and those about a missing value
//! again by the parts.
//!
//! The weights of a target cell name every source cell that its parts depend on. Where one of these is missing in a
//! field, the sum by the weights is no number: so that cells whose sum is one need no second look, and the others are
//! summed again from values that are in a thread's cache. The results have the bits of [`super::fill()`].

use pulp::{Simd, WithSimd};

use super::work::ReconstructedWork;
use crate::apply::interleave::{GROUP, Lane};
use crate::apply::sums::{MOST_REGISTERS, Rule, Terms, dispatched, value_of, widened};
use crate::construct::reconstruction::Part;

/// Where the source cells of a block are interleaved.
#[derive(Clone, Copy)]
pub(in crate::apply) enum Slots<'a> {
    /// One after the other.
    Whole,
    /// In groups: where each group of the block is.
    Groups(&'a [u32]),
}

impl Slots<'_> {
    #[inline(always)]
    fn of(self, place: usize) -> usize {
        match self {
            Self::Whole => place,
            Self::Groups(slots) => slots[place / GROUP] as usize * GROUP + place % GROUP,
        }
    }
}

impl ReconstructedWork<'_> {
    /// Sums of unlimited fields without second ones, within whose source cells nothing varies next to a missing value.
    pub(in crate::apply) fn sum_about_missing<L: Lane, const N: usize>(&self, terms: &mut Terms<L, N>, slots: Slots) {
        terms.plain_throughout();
        dispatched::<N, _>(Again { reconstructed: self, terms, slots });
    }
}

/// Sums again what is no number.
struct Again<'t, 'a, 'v, L, const N: usize> {
    reconstructed: &'t ReconstructedWork<'v>,
    terms: &'t mut Terms<'a, L, N>,
    slots: Slots<'t>,
}

impl<L: Lane, const N: usize> WithSimd for Again<'_, '_, '_, L, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { reconstructed, terms, slots } = self;
        for row in 0..terms.piece.len() {
            if !is_any_lost(simd, &terms.results[row]) {
                continue;
            }
            let parts = reconstructed.parts(terms.piece.cell + row);
            let about = About { reconstructed, parts, values: terms.values, slots };
            if parts.is_empty() {
                terms.row(row).plain_or_valid();
            } else if about.is_any_left(simd, &terms.results[row]) {
                about.sum(simd, terms.rule, &mut terms.results[row]);
            }
        }
    }
}

#[inline(always)]
fn is_any_lost<S: Simd, const N: usize>(simd: S, values: &[f64; N]) -> bool {
    let mut sum = simd.splat_f64s(0.0);
    for &value in S::as_simd_f64s(values).0 {
        let there = simd.equal_f64s(value, value);
        let one = simd.select_f64s(there, simd.splat_f64s(0.0), simd.splat_f64s(1.0));
        sum = simd.add_f64s(sum, one);
    }
    simd.reduce_sum_f64s(sum) > 0.0
}

/// The parts of one target cell, and interleaved values.
#[derive(Clone, Copy)]
struct About<'a, L, const N: usize> {
    reconstructed: &'a ReconstructedWork<'a>,
    parts: &'a [Part],
    values: &'a [[L; N]],
    slots: Slots<'a>,
}

impl<L: Lane, const N: usize> About<'_, L, N> {
    #[inline(always)]
    fn value(&self, cell: u32) -> Option<&[L; N]> {
        if self.reconstructed.is_masked(cell) {
            return None;
        }
        let slot = self.slots.of(self.reconstructed.place(cell)?);
        self.values.get(slot)
    }

    /// Whether some part's source cell is there in a field whose sum is no number.
    #[inline(always)]
    fn is_any_left<S: Simd>(&self, simd: S, sums: &[f64; N]) -> bool {
        let (zero, one) = (simd.splat_f64s(0.0), simd.splat_f64s(1.0));
        let mut left = zero;
        for part in self.parts {
            let Some(own) = self.value(part.source) else { continue };
            for (&own, &sum) in S::as_simd_f64s(&widened(own)).0.iter().zip(S::as_simd_f64s(sums).0) {
                let counts = simd.select_f64s(simd.equal_f64s(own, own), one, zero);
                let is_kept = simd.equal_f64s(sum, sum);
                left = simd.add_f64s(left, simd.select_f64s(is_kept, zero, counts));
            }
        }
        simd.reduce_sum_f64s(left) > 0.0
    }

    /// Sums over the parts, in place of the sums of fields in which a value that they depend on is missing.
    #[inline(always)]
    fn sum<S: Simd>(&self, simd: S, rule: Rule, results: &mut [f64; N]) {
        let zero = simd.splat_f64s(0.0);
        let all = simd.equal_f64s(zero, zero);
        let (mut sums, mut covered) = ([zero; MOST_REGISTERS], [zero; MOST_REGISTERS]);
        // In which fields every part's own value is there, and in which every value is.
        let (mut complete, mut untouched) = ([all; MOST_REGISTERS], [all; MOST_REGISTERS]);
        for part in self.parts {
            let Some(own) = self.value(part.source) else { continue };
            let own = widened(own);
            let own = S::as_simd_f64s(&own).0;
            let weight = simd.splat_f64s(part.weight);
            let (changes, there) = self.changes(simd, part, own);
            for (register, &own) in own.iter().enumerate() {
                untouched[register] = simd.and_m64s(untouched[register], there[register]);
                let varied = simd.select_f64s(there[register], simd.add_f64s(own, changes[register]), own);
                let counts = simd.equal_f64s(varied, varied);
                let kept = simd.select_f64s(counts, varied, zero);
                sums[register] = simd.add_f64s(sums[register], simd.mul_f64s(weight, kept));
                covered[register] = simd.add_f64s(covered[register], simd.select_f64s(counts, weight, zero));
                complete[register] = simd.and_m64s(complete[register], counts);
            }
        }
        for (register, result) in S::as_mut_simd_f64s(results).0.iter_mut().enumerate() {
            let value = value_of(simd, rule, sums[register], covered[register]);
            let lost = if rule.skipna { value } else { simd.splat_f64s(f64::NAN) };
            let value = simd.select_f64s(complete[register], value, lost);
            *result = simd.select_f64s(untouched[register], *result, value);
        }
    }

    /// What the neighbours of a part's source cell add to its value, and in which fields neither is missing.
    #[inline(always)]
    fn changes<S: Simd>(
        &self,
        simd: S,
        part: &Part,
        own: &[S::f64s],
    ) -> ([S::f64s; MOST_REGISTERS], [S::m64s; MOST_REGISTERS]) {
        let zero = simd.splat_f64s(0.0);
        let mut changes = [zero; MOST_REGISTERS];
        let mut there = [simd.equal_f64s(zero, zero); MOST_REGISTERS];
        for (there, &own) in there.iter_mut().zip(own) {
            *there = simd.equal_f64s(own, own);
        }
        let own_there = there;
        let reconstruction = self.reconstructed.reconstruction;
        let neighbours = reconstruction.neighbours(part.source as usize);
        for (&neighbour, &coefficient) in neighbours.iter().zip(reconstruction.coefficients(part)) {
            // SourceLanes a cell that the mask leaves out, nothing varies in the weights either.
            let Some(values) = self.value(neighbour) else { return ([zero; MOST_REGISTERS], own_there) };
            let coefficient = simd.splat_f64s(coefficient);
            for (register, &value) in S::as_simd_f64s(&widened(values)).0.iter().enumerate() {
                let change = simd.mul_f64s(coefficient, simd.sub_f64s(value, own[register]));
                changes[register] = simd.add_f64s(changes[register], change);
                there[register] = simd.and_m64s(there[register], simd.equal_f64s(value, value));
            }
        }
        (changes, there)
    }
}
