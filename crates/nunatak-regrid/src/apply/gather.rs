use nunatak_array::{Element, Values, for_each_numeric};
use pulp::{Arch, NullaryFnOnce};

use super::LANES;
use super::tile::Run;

/// Fields one after the other, each of the same block of source cells.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a> {
    values: &'a Values,
    length: usize,
    first: usize,
    count: usize,
}

impl<'a> Fields<'a> {
    /// `values` as fields of `length` cells.
    pub(crate) fn new(values: &'a Values, length: usize) -> Self {
        Self { values, length, first: 0, count: values.len().checked_div(length).unwrap_or(0) }
    }

    /// `count` of them from `first` on.
    pub(crate) fn between(self, first: usize, count: usize) -> Self {
        Self { first: self.first + first, count, ..self }
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Puts the cells of `runs` of these fields side by side, in double precision.
    pub(super) fn gather<const N: usize>(&self, fields: [usize; N], runs: &[Run], gathered: &mut [[f64; N]]) {
        for_each_numeric!(
            self.values,
            values => {
                let sources = fields.map(|field| &values[(self.first + field) * self.length..][..self.length]);
                Arch::new().dispatch(Gathering { sources, runs, gathered });
            },
            _ => ()
        );
    }
}

struct Gathering<'a, T, const N: usize> {
    sources: [&'a [T]; N],
    runs: &'a [Run],
    gathered: &'a mut [[f64; N]],
}

impl<T: Element, const N: usize> NullaryFnOnce for Gathering<'_, T, N> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let mut gathered = self.gathered;
        for run in self.runs {
            let (cells, rest) = gathered.split_at_mut(run.length);
            if run.length < LANES {
                gather_few(&self.sources, run.position, cells);
            } else {
                gather_many(&self.sources, run.position, cells);
            }
            gathered = rest;
        }
    }
}

#[inline(always)]
fn gather_few<T: Element, const N: usize>(sources: &[&[T]; N], first: usize, cells: &mut [[f64; N]]) {
    for (cell, lanes) in cells.iter_mut().enumerate() {
        for lane in 0..N {
            lanes[lane] = sources[lane][first + cell].to_f64();
        }
    }
}

/// Squares of cells and fields, turned over in registers; the last cells are taken with some before them, once
/// more. They are widened after they are turned: registers hold twice as many values of single precision.
#[inline(always)]
fn gather_many<T: Element, const N: usize>(sources: &[&[T]; N], first: usize, cells: &mut [[f64; N]]) {
    let length = cells.len();
    for at in (0..length).step_by(LANES) {
        let at = at.min(length - LANES);
        let mut columns = [[T::default(); LANES]; N];
        for lane in 0..N {
            columns[lane].copy_from_slice(&sources[lane][first + at..first + at + LANES]);
        }
        let cells = &mut cells[at..at + LANES];
        for cell in 0..LANES {
            for lane in 0..N {
                cells[cell][lane] = columns[lane][cell].to_f64();
            }
        }
    }
}
