//! Values that are picked and not computed, of integers that double precision does not hold: every digit stays.

use nunatak_array::{DataType, Element, Numbers, Values};
use nunatak_parallel::map_each;

use super::interleave::Whole;
use super::sums::Rule;
use super::work::Work;
use crate::error::{RegridError, Result};
use crate::options::Reducer;

/// Areas are sums of quotients: two that differ by less are equal.
const ROUND_OFF: f64 = 1e-9;

/// Target cells of one task.
const CELLS_PER_TASK: usize = 4096;

/// Whole numbers from here on have gaps in double precision.
const LARGEST: f64 = 9_007_199_254_740_992.0;

impl Work<'_> {
    /// The values that the target cells of every field pick, when the fields are of 64-bit integers and picking is all
    /// that the options ask for: as they are, or as double precision where results are that.
    ///
    /// # Errors
    /// [`RegridError::Inexact`] for a value that double precision would change.
    pub(crate) fn picked(&self, data_type: DataType) -> Result<Option<Values>> {
        if self.shares.is_some() || !matches!(self.fields.numbers(), Numbers::I64(_) | Numbers::U64(_)) {
            return Ok(None);
        }
        if !(self.options.reducer().picks() || self.weights.copies(self.options)) {
            return Ok(None);
        }
        match self.fields.numbers() {
            Numbers::I64(_) => self.picked_of::<i64>(data_type),
            Numbers::U64(_) => self.picked_of::<u64>(data_type),
            _ => Ok(None),
        }
    }

    fn picked_of<T: Whole + Ord>(&self, data_type: DataType) -> Result<Option<Values>> {
        let cells = self.target.cells(self.weights.target());
        let mut picked: Vec<Option<T>> = Vec::with_capacity(cells.len() * self.fields.count());
        for field in 0..self.fields.count() {
            let Some(values) = self.fields.integers::<T>(field) else { return Ok(None) };
            let tasks = map_each(cells.chunks(CELLS_PER_TASK).collect(), |cells| {
                let mut parts = Vec::new();
                cells.iter().map(|&cell| self.pick(cell, values, &mut parts)).collect::<Vec<_>>()
            });
            tasks.into_iter().for_each(|task| picked.extend(task));
        }
        if data_type == T::DATA_TYPE {
            return Ok(Some(T::wrap(picked.into_iter().map(Option::unwrap_or_default).collect())));
        }
        let exact = |value: Option<T>| match value {
            None => Ok(f64::NAN),
            Some(value) if T::from_f64(value.to_f64()) == value && value.to_f64().abs() < LARGEST => Ok(value.to_f64()),
            Some(value) => Err(RegridError::Inexact { found: value.to_f64() }),
        };
        let numbers: Vec<f64> = picked.into_iter().map(exact).collect::<Result<_>>()?;
        Ok(Some(match data_type {
            DataType::F32 => Values::F32(numbers.into_iter().map(|number| number as f32).collect()),
            _ => Values::F64(numbers),
        }))
    }

    /// The value that a target cell picks of a field; nothing when too little of it is covered.
    fn pick<T: Element + Ord>(&self, cell: usize, values: &[T], parts: &mut Vec<(T, f64)>) -> Option<T> {
        let rule = Rule::new(self.options.missing(), self.options.normalisation());
        let entries = self.weights.row_starts()[cell]..self.weights.row_starts()[cell + 1];
        let place = |&source: &u32| values[self.place(source as usize)];
        parts.clear();
        parts.extend(
            self.weights.cells()[entries.clone()].iter().map(place).zip(self.weights.values()[entries].iter().copied()),
        );
        let covered: f64 = parts.iter().map(|(_, area)| area).sum();
        if rule.is_missing(covered) {
            return None;
        }
        match self.options.reducer() {
            Reducer::Minimum => parts.iter().map(|&(value, _)| value).min(),
            Reducer::Maximum => parts.iter().map(|&(value, _)| value).max(),
            Reducer::Mode => mode(parts, covered),
            _ => parts.first().map(|&(value, _)| value),
        }
    }

    /// The place in the block of a cell of the source grid.
    fn place(&self, cell: usize) -> usize {
        let width = self.weights.source().rows_and_columns().1;
        let (row, column) = (cell / width, cell % width);
        (row - self.source.row) * self.source.columns + column - self.source.column
    }
}

/// See [`Reducer::Mode`].
fn mode<T: Ord + Copy>(parts: &mut [(T, f64)], covered: f64) -> Option<T> {
    parts.sort_by_key(|&(value, _)| value);
    let (mut found, mut largest) = (None, -1.0);
    for group in parts.chunk_by(|first, second| first.0 == second.0) {
        let area = group.iter().map(|&(_, area)| area).sum::<f64>();
        if area > largest + ROUND_OFF * covered {
            (found, largest) = (Some(group[0].0), area);
        }
    }
    found
}
