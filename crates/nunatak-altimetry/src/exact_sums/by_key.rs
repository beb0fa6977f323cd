//! Sums by cell and pass.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use nunatak_grid::Locator;
use pulp::{Arch, Simd, WithSimd};

use super::run::{LONGEST_RUN, Rounding};
use super::total::Total;
use super::unit::Unit;
use crate::error::{AltimetryError, Result};
use crate::points::NOT_A_TIME;

/// A cell of a grid and a pass over it: what sums are kept for.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::CellPass;
///
/// // Cells first, then passes.
/// assert!(CellPass { cell: 2, pass: 9 } < CellPass { cell: 3, pass: -1 });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellPass {
    /// Flat index of the cell.
    pub cell: u64,
    /// Pass or overpass; any number where sums are by cell alone.
    pub pass: i64,
}

/// Points in columns of one length, with the values that are summed.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{PointBatch, SumsByKey, Unit};
/// use nunatak_grid::Locator;
///
/// let mut sums = SumsByKey::new([Unit::two_to(-40); 2]);
/// let (height, weighted) = ([100.0, 101.0, 7.0], [1e4, 1.01e4, f64::NAN]);
/// // The last point is in no cell.
/// let cells = [5, 5, Locator::OUTSIDE];
/// sums.push(&PointBatch { cells: &cells, passes: &[1; 3], times: &[0; 3], columns: [&height, &weighted] })?;
/// assert_eq!(sums.len(), 1);
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct PointBatch<'a, const COLUMNS: usize> {
    /// Flat indices of cells; points of [`Locator::OUTSIDE`] are passed over.
    pub cells: &'a [u64],
    /// Passes or overpasses.
    pub passes: &'a [i64],
    /// ns since 1970-01-01 UTC, [`NOT_A_TIME`] missing.
    pub times: &'a [i64],
    /// Values to sum; NaN adds nothing.
    pub columns: [&'a [f64]; COLUMNS],
}

impl<const COLUMNS: usize> PointBatch<'_, COLUMNS> {
    fn check(&self) -> Result<()> {
        let expected = self.cells.len();
        let lengths = [("passes", self.passes.len()), ("times", self.times.len())];
        let columns = self.columns.iter().map(|column| ("columns", column.len()));
        match lengths.into_iter().chain(columns).find(|(_, length)| *length != expected) {
            None => Ok(()),
            Some((argument, found)) => Err(AltimetryError::Argument {
                argument,
                found: format!("{found} values"),
                expected: format!("{expected} like cells"),
            }),
        }
    }

    /// Where the run of points of one cell and pass ends that starts here.
    #[inline]
    fn run_end(&self, start: usize) -> usize {
        let (cell, pass) = (self.cells[start], self.passes[start]);
        let after = self.cells[start..].iter().zip(&self.passes[start..]);
        let longest = if cell == Locator::OUTSIDE { usize::MAX } else { LONGEST_RUN };
        let is_other = |(&other, &other_pass): (&u64, &i64)| other != cell || other_pass != pass;
        let length = after.take(longest).position(is_other);
        start + length.unwrap_or_else(|| longest.min(self.cells.len() - start))
    }
}

/// Count, first and last instant, and exact sums of the points of one cell and pass.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{KeySums, NOT_A_TIME};
///
/// // Of no points there is no time.
/// let mut none = KeySums::<3>::default();
/// none.merge(&KeySums::default());
/// assert_eq!((none.count(), none.time_span()), (0, (NOT_A_TIME, NOT_A_TIME)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeySums<const COLUMNS: usize> {
    count: u64,
    first: i64,
    last: i64,
    totals: [i128; COLUMNS],
}

impl<const COLUMNS: usize> Default for KeySums<COLUMNS> {
    fn default() -> Self {
        Self { count: 0, first: i64::MAX, last: NOT_A_TIME, totals: [0; COLUMNS] }
    }
}

impl<const COLUMNS: usize> KeySums<COLUMNS> {
    /// Points.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// First and last instant, ns since 1970; [`NOT_A_TIME`] when none is known.
    pub fn time_span(&self) -> (i64, i64) {
        (if self.first == i64::MAX { NOT_A_TIME } else { self.first }, self.last)
    }

    /// Adds the sums of other points.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        for (own, other) in self.totals.iter_mut().zip(&other.totals) {
            *own = own.wrapping_add(*other);
        }
    }

    #[inline(always)]
    fn add_run(
        &mut self,
        batch: &PointBatch<'_, COLUMNS>,
        run: std::ops::Range<usize>,
        rounding: &[Rounding; COLUMNS],
    ) {
        self.count += run.len() as u64;
        for &time in &batch.times[run.clone()] {
            self.first = self.first.min(if time == NOT_A_TIME { i64::MAX } else { time });
            self.last = self.last.max(time);
        }
        for ((total, column), rounding) in self.totals.iter_mut().zip(&batch.columns).zip(rounding) {
            *total = total.wrapping_add(rounding.sum(&column[run.clone()]));
        }
    }
}

/// Exact sums of any part of the points by cell and pass; memory goes with the cells and passes that hold points.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{PointBatch, SumsByKey, Unit};
///
/// // Heights and their squares of two parts of the points, to 2^-40 m and 2^-40 m2.
/// let part = |heights: &[f64]| {
///     let squares: Vec<f64> = heights.iter().map(|height| height * height).collect();
///     let mut sums = SumsByKey::new([Unit::two_to(-40); 2]);
///     let length = heights.len();
///     let (cells, passes, times) = (&vec![3; length], &vec![1; length], &vec![0; length]);
///     sums.push(&PointBatch { cells, passes, times, columns: [heights, &squares] })?;
///     Ok::<_, nunatak_altimetry::AltimetryError>(sums)
/// };
/// let (mut one, other) = (part(&[100.0, 102.0])?, part(&[104.0])?);
/// one.merge(&other)?;
/// let sums = one.into_sorted();
/// let [(key, cell)] = sums.entries() else { return Err("one cell".into()) };
/// assert_eq!((key.cell, cell.count()), (3, 3));
/// let [height, square] = sums.totals(cell);
/// let count = nunatak_altimetry::Total::from_count(cell.count());
/// assert_eq!(height.over(count), 102.0);
/// // The sum of squares about the mean.
/// assert_eq!(square.less_product(height, height, count), 8.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct SumsByKey<const COLUMNS: usize> {
    units: [Unit; COLUMNS],
    rounding: [Rounding; COLUMNS],
    places: HashMap<CellPass, usize, BuildHasherDefault<KeyHasher>>,
    entries: Vec<(CellPass, KeySums<COLUMNS>)>,
}

impl<const COLUMNS: usize> SumsByKey<COLUMNS> {
    /// No sums yet, of columns in these units.
    pub fn new(units: [Unit; COLUMNS]) -> Self {
        let rounding = units.map(Rounding::new);
        Self { units, rounding, places: HashMap::default(), entries: Vec::new() }
    }

    /// Number of cells and passes that hold points.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no point has been added.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Adds points. Those that follow each other in one cell and pass, as along a track, cost one look-up together.
    ///
    /// # Errors
    /// [`AltimetryError::Argument`] when the columns differ in length.
    pub fn push(&mut self, batch: &PointBatch<'_, COLUMNS>) -> Result<()> {
        batch.check()?;
        Arch::new().dispatch(PushRuns { sums: self, batch });
        Ok(())
    }

    #[inline(always)]
    fn push_runs(&mut self, batch: &PointBatch<'_, COLUMNS>) {
        let mut start = 0;
        while start < batch.cells.len() {
            let end = batch.run_end(start);
            if batch.cells[start] != Locator::OUTSIDE {
                let place = self.place(CellPass { cell: batch.cells[start], pass: batch.passes[start] });
                self.entries[place].1.add_run(batch, start..end, &self.rounding);
            }
            start = end;
        }
    }

    #[inline]
    fn place(&mut self, key: CellPass) -> usize {
        let entries = &mut self.entries;
        *self.places.entry(key).or_insert_with(|| {
            entries.push((key, KeySums::default()));
            entries.len() - 1
        })
    }

    /// Adds the sums of other points.
    ///
    /// # Errors
    /// [`AltimetryError::Argument`] when its columns are in other units.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if self.units != other.units {
            return Err(AltimetryError::Argument {
                argument: "units",
                found: format!("{:?}", other.units),
                expected: format!("{:?}", self.units),
            });
        }
        for (key, sums) in &other.entries {
            let place = self.place(*key);
            self.entries[place].1.merge(sums);
        }
        Ok(())
    }

    /// The sums by rising cell and pass.
    pub fn into_sorted(self) -> SortedSums<COLUMNS> {
        let Self { units, mut entries, places, .. } = self;
        drop(places);
        entries.sort_unstable_by_key(|(key, _)| *key);
        SortedSums { units, entries }
    }
}

/// [`SumsByKey::push`] in the widest registers of the machine. (A closure would be compiled apart, for the narrowest.)
struct PushRuns<'a, 'b, const COLUMNS: usize> {
    sums: &'a mut SumsByKey<COLUMNS>,
    batch: &'a PointBatch<'b, COLUMNS>,
}

impl<const COLUMNS: usize> WithSimd for PushRuns<'_, '_, COLUMNS> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.sums.push_runs(self.batch);
    }
}

/// Exact sums by rising cell and pass: equal for equal points, however they were ordered and cut.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{PointBatch, SumsByKey, Unit};
///
/// let mut sums = SumsByKey::new([Unit::two_to(-30)]);
/// let (cells, passes) = (&[9, 2, 2], &[1, 5, 4]);
/// sums.push(&PointBatch { cells, passes, times: &[0; 3], columns: [&[1.0, 2.0, 3.0]] })?;
/// let sums = sums.into_sorted();
/// let of_cells: Vec<(u64, usize)> = sums.cells().map(|passes| (passes[0].0.cell, passes.len())).collect();
/// assert_eq!(of_cells, [(2, 2), (9, 1)]);
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortedSums<const COLUMNS: usize> {
    units: [Unit; COLUMNS],
    entries: Vec<(CellPass, KeySums<COLUMNS>)>,
}

impl<const COLUMNS: usize> SortedSums<COLUMNS> {
    /// Cells and passes with their sums.
    pub fn entries(&self) -> &[(CellPass, KeySums<COLUMNS>)] {
        &self.entries
    }

    /// The passes of each cell.
    pub fn cells(&self) -> impl Iterator<Item = &[(CellPass, KeySums<COLUMNS>)]> {
        self.entries.chunk_by(|one, other| one.0.cell == other.0.cell)
    }

    /// The sums of the columns of one cell and pass, or of several that were merged.
    pub fn totals(&self, sums: &KeySums<COLUMNS>) -> [Total; COLUMNS] {
        std::array::from_fn(|column| Total::new(sums.totals[column], self.units[column]))
    }
}

/// A hash of two numbers by multiplications (Fibonacci hashing, Knuth 1998, section 6.4).
#[derive(Debug, Clone, Copy, Default)]
struct KeyHasher {
    hash: u64,
}

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.hash ^ (self.hash >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(u64::from(byte)));
    }

    #[inline]
    fn write_u64(&mut self, number: u64) {
        self.hash = (self.hash.rotate_left(26) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    #[inline]
    fn write_i64(&mut self, number: i64) {
        self.write_u64(number as u64);
    }
}
