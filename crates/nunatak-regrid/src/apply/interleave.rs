//! Interleaved fields: the values of one source cell in all of them follow each other.
//!
//! ```text
//! fields in memory            interleaved (N = 3)
//! a0 a1 a2 a3 …               a0 b0 c0 │ a1 b1 c1 │ a2 b2 c2 │ a3 b3 c3 │ …
//! b0 b1 b2 b3 …       ─►      cell 0     cell 1     cell 2     cell 3
//! c0 c1 c2 c3 …
//! ```

use nunatak_array::{Element, Numbers, for_each_number};
use pulp::{Arch, Simd, WithSimd};

use super::lanes::SIDE;
use super::prefetch::prefetch;
use super::transpose::columns;

/// Source cells that are interleaved at a time.
pub(super) const GROUP: usize = SIDE;

/// How many groups ahead values are prefetched.
const AHEAD: usize = 16;

/// Fields one after the other, each of the same block of source cells.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a> {
    values: Numbers<'a>,
    length: usize,
    first: usize,
    count: usize,
}

impl<'a> Fields<'a> {
    /// `values` as fields of `length` cells.
    pub(crate) fn new(values: Numbers<'a>, length: usize) -> Self {
        Self { values, length, first: 0, count: values.len().checked_div(length).unwrap_or(0) }
    }

    /// `count` of them from `first` on.
    pub(crate) fn between(self, first: usize, count: usize) -> Self {
        Self { first: self.first + first, count, ..self }
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// All numbers among which they are.
    pub(super) fn numbers(&self) -> Numbers<'a> {
        self.values
    }

    /// One of them as it lies in memory, when it is of these integers.
    pub(super) fn integers<T: Whole>(&self, field: usize) -> Option<&'a [T]> {
        Some(self.of(T::whole(self.values)?, field))
    }

    /// Whether they are of single precision.
    pub(super) fn are_single(&self) -> bool {
        matches!(self.values, Numbers::F32(_))
    }

    /// One of them as it lies in memory, when it is of this precision.
    pub(super) fn in_place<L: Lane>(&self, field: usize) -> Option<&'a [L]> {
        Some(self.of(L::numbers(self.values)?, field))
    }

    fn of<S>(&self, values: &'a [S], field: usize) -> &'a [S] {
        &values[(self.first + field) * self.length..][..self.length]
    }
}

/// Integers of 64 bits.
pub(super) trait Whole: Element {
    /// Numbers that are of these integers.
    fn whole(numbers: Numbers<'_>) -> Option<&[Self]>;
}

impl Whole for i64 {
    fn whole(numbers: Numbers<'_>) -> Option<&[Self]> {
        if let Numbers::I64(numbers) = numbers { Some(numbers) } else { None }
    }
}

impl Whole for u64 {
    fn whole(numbers: Numbers<'_>) -> Option<&[Self]> {
        if let Numbers::U64(numbers) = numbers { Some(numbers) } else { None }
    }
}

/// A precision in which fields are interleaved: single where nothing is lost by it, to halve what goes through
/// the caches. Sums are double.
pub(super) trait Lane: Element {
    /// Numbers that are of this precision.
    fn numbers(numbers: Numbers<'_>) -> Option<&[Self]>;

    /// Interleaves the cells of these groups of these fields: [`GROUP`] of each, or what there are in the last.
    fn interleave<const N: usize>(
        fields: &Fields,
        numbers: [usize; N],
        groups: impl Iterator<Item = usize> + Clone,
        interleaved: &mut [[Self; N]],
    );
}

impl Lane for f32 {
    fn numbers(numbers: Numbers<'_>) -> Option<&[Self]> {
        if let Numbers::F32(numbers) = numbers { Some(numbers) } else { None }
    }

    fn interleave<const N: usize>(
        fields: &Fields,
        numbers: [usize; N],
        groups: impl Iterator<Item = usize> + Clone,
        interleaved: &mut [[Self; N]],
    ) {
        if let Numbers::F32(values) = fields.values {
            let sources = numbers.map(|field| fields.of(values, field));
            Arch::new().dispatch(Interleaving { sources, convert: |value: f32| value, groups, interleaved });
        }
    }
}

impl Lane for f64 {
    fn numbers(numbers: Numbers<'_>) -> Option<&[Self]> {
        if let Numbers::F64(numbers) = numbers { Some(numbers) } else { None }
    }

    fn interleave<const N: usize>(
        fields: &Fields,
        numbers: [usize; N],
        groups: impl Iterator<Item = usize> + Clone,
        interleaved: &mut [[Self; N]],
    ) {
        match fields.values {
            Numbers::F32(values) => {
                let sources = numbers.map(|field| fields.of(values, field));
                Arch::new().dispatch(Interleaving { sources, convert: Element::to_f64, groups, interleaved });
            }
            Numbers::F64(values) => {
                let sources = numbers.map(|field| fields.of(values, field));
                Arch::new().dispatch(Interleaving { sources, convert: Element::to_f64, groups, interleaved });
            }
            integers => for_each_number!(integers, values => {
                interleave_plainly(&numbers.map(|field| fields.of(values, field)), groups, interleaved);
            }),
        }
    }
}

/// Interleaves whole numbers, which are rare: not worth a kernel for each of their types.
fn interleave_plainly<S: Element, const N: usize>(
    sources: &[&[S]; N],
    groups: impl Iterator<Item = usize>,
    interleaved: &mut [[f64; N]],
) {
    for (group, cells) in groups.zip(interleaved.chunks_mut(GROUP)) {
        for (cell, at) in cells.iter_mut().zip(group * GROUP..sources[0].len()) {
            for (one, source) in cell.iter_mut().zip(sources) {
                *one = source[at].to_f64();
            }
        }
    }
}

struct Interleaving<'a, S, L, F, G, const N: usize> {
    sources: [&'a [S]; N],
    convert: F,
    groups: G,
    interleaved: &'a mut [[L; N]],
}

impl<S: Element, L: Lane, F: Fn(S) -> L, G: Iterator<Item = usize> + Clone, const N: usize> WithSimd
    for Interleaving<'_, S, L, F, G, N>
{
    type Output = ();

    #[inline(always)]
    fn with_simd<R: Simd>(self, simd: R) {
        let Self { sources, convert, groups, interleaved } = self;
        let mut ahead = groups.clone().skip(AHEAD);
        for (group, cells) in groups.zip(interleaved.chunks_mut(GROUP)) {
            if let Some(next) = ahead.next() {
                sources.iter().for_each(|source| prefetch(source, next * GROUP));
            }
            let first = group * GROUP;
            if cells.len() == GROUP && first + GROUP <= sources[0].len() {
                // Loops, because what `map` is given is not compiled for the processor.
                let mut rows = [[S::default(); GROUP]; N];
                for (row, source) in rows.iter_mut().zip(&sources) {
                    row.copy_from_slice(&source[first..first + GROUP]);
                }
                for (cell, values) in cells.iter_mut().zip(&columns(simd, &rows)) {
                    for (one, &value) in cell.iter_mut().zip(values) {
                        *one = convert(value);
                    }
                }
            } else {
                for (cell, at) in cells.iter_mut().zip(first..sources[0].len()) {
                    for (one, source) in cell.iter_mut().zip(&sources) {
                        *one = convert(source[at]);
                    }
                }
            }
        }
    }
}
