//! Fields side by side: the values of one source cell in all of them follow each other.

use std::ops::Range;

use nunatak_array::{Element, Numbers, for_each_number};
use pulp::NullaryFnOnce;

use super::turning::{Registers, SIDE, turned};

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

/// A precision in which fields stand side by side: single where nothing is lost by it, to halve what goes through
/// the caches. Sums are double.
pub(super) trait Lane: Element {
    /// Numbers that are of this precision.
    fn numbers(numbers: Numbers<'_>) -> Option<&[Self]>;

    /// Puts these cells of these fields side by side.
    fn interleave<const N: usize>(
        fields: &Fields,
        numbers: [usize; N],
        cells: Range<usize>,
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
        cells: Range<usize>,
        interleaved: &mut [[Self; N]],
    ) {
        if let Numbers::F32(values) = fields.values {
            let sources = numbers.map(|field| &fields.of(values, field)[cells.clone()]);
            run(Interleaving { sources, convert: |value: f32| value, interleaved });
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
        cells: Range<usize>,
        interleaved: &mut [[Self; N]],
    ) {
        for_each_number!(fields.values, values => {
            let sources = numbers.map(|field| &fields.of(values, field)[cells.clone()]);
            run(Interleaving { sources, convert: Element::to_f64, interleaved });
        });
    }
}

fn run<S: Element, L: Lane, F: Fn(S) -> L, const N: usize>(interleaving: Interleaving<'_, S, L, F, N>) {
    match Registers::try_new() {
        Some(registers) => registers.vectorize(Within { registers: Some(registers), interleaving }),
        None => Within { registers: None, interleaving }.call(),
    }
}

struct Interleaving<'a, S, L, F, const N: usize> {
    sources: [&'a [S]; N],
    convert: F,
    interleaved: &'a mut [[L; N]],
}

struct Within<'a, S, L, F, const N: usize> {
    registers: Option<Registers>,
    interleaving: Interleaving<'a, S, L, F, N>,
}

impl<S: Element, L: Lane, F: Fn(S) -> L, const N: usize> NullaryFnOnce for Within<'_, S, L, F, N> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Interleaving { sources, convert, interleaved } = self.interleaving;
        let mut done = 0;
        if N.is_multiple_of(SIDE) {
            let (squares, _) = interleaved.as_chunks_mut::<SIDE>();
            for cells in squares {
                for lane in (0..N).step_by(SIDE) {
                    let mut square = [[S::default(); SIDE]; SIDE];
                    for (row, source) in square.iter_mut().zip(&sources[lane..lane + SIDE]) {
                        row.copy_from_slice(&source[done..done + SIDE]);
                    }
                    let square = turned(self.registers, square);
                    for (cell, values) in cells.iter_mut().zip(&square) {
                        for (one, &value) in cell[lane..lane + SIDE].iter_mut().zip(values) {
                            *one = convert(value);
                        }
                    }
                }
                done += SIDE;
            }
        }
        for (at, cell) in interleaved.iter_mut().enumerate().skip(done) {
            for (one, source) in cell.iter_mut().zip(&sources) {
                *one = convert(source[at]);
            }
        }
    }
}
