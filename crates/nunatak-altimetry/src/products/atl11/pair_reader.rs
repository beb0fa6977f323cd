//! Variables of one pair of beams.

use std::ops::Range;

use nunatak_array::Region;
use nunatak_format::{Group, Location, Variable};

use crate::error::{AltimetryError, Result};
use crate::points::Selection;
use crate::products::file_values::doubles;
use crate::products::gps_time::GpsClock;

/// What the readers of a pair need to know of the granule.
pub(super) struct PairContext<'a> {
    pub(super) path: &'a Location,
    pub(super) pair: i8,
    pub(super) name: &'static str,
    pub(super) rgt: i16,
    pub(super) region: i8,
    pub(super) clock: GpsClock,
    pub(super) selection: &'a Selection,
}

/// Reads variables of `pt1` to `pt3` for a range of reference points; what is not there becomes NaN, and is listed.
pub(super) struct PairReader<'a> {
    path: &'a Location,
    /// Name of the pair's group, and the group.
    name: &'static str,
    group: &'a Group,
    /// Reference points of the file, or crossovers.
    declared: usize,
    rows: Range<usize>,
    /// Paths of variables that are not in the file.
    pub(super) missing: Vec<String>,
}

impl<'a> PairReader<'a> {
    /// A reader of `declared` rows.
    pub(super) fn new(path: &'a Location, name: &'static str, group: &'a Group, declared: usize) -> Self {
        Self { path, name, group, declared, rows: 0..declared, missing: Vec::new() }
    }

    /// The rows that are read from now on.
    pub(super) fn select(&mut self, rows: Range<usize>) {
        self.rows = rows;
    }

    /// Number of rows that are read.
    pub(super) fn count(&self) -> usize {
        self.rows.len()
    }

    /// The first variable that the file has of these paths.
    pub(super) fn find(&self, paths: &[&str]) -> Option<&'a Variable> {
        paths.iter().find_map(|path| self.group.variable(path))
    }

    /// A column of one value for each row.
    pub(super) fn column(&mut self, paths: &[&str]) -> Result<Vec<f64>> {
        self.table(paths, None)
    }

    /// A column when the file has it, else NaN, without listing its absence.
    pub(super) fn optional(&mut self, paths: &[&str]) -> Result<Vec<f64>> {
        match self.find(paths) {
            Some(_) => self.column(paths),
            None => Ok(vec![f64::NAN; self.count()]),
        }
    }

    /// A table of one value for each row and cycle, row by row.
    pub(super) fn by_cycle(&mut self, paths: &[&str], cycles: usize) -> Result<Vec<f64>> {
        self.table(paths, Some(cycles))
    }

    fn table(&mut self, paths: &[&str], cycles: Option<usize>) -> Result<Vec<f64>> {
        let width = cycles.unwrap_or(1);
        let Some(variable) = self.find(paths) else {
            self.missing.push(self.full_path(paths));
            return Ok(vec![f64::NAN; self.count() * width]);
        };
        let expected: Vec<usize> = [Some(self.declared), cycles].into_iter().flatten().collect();
        if variable.array.shape() != expected {
            return Err(AltimetryError::Length {
                path: self.path.clone(),
                variable: self.full_path(paths),
                expected,
                found: variable.array.shape().to_vec(),
            });
        }
        if self.rows.is_empty() {
            return Ok(Vec::new());
        }
        let (start, shape) = match cycles {
            Some(cycles) => (vec![self.rows.start, 0], vec![self.rows.len(), cycles]),
            None => (vec![self.rows.start], vec![self.rows.len()]),
        };
        let read = Region::new(start, shape).and_then(|region| variable.array.read(&region));
        let decoded = read.and_then(|values| doubles(values, &variable.attributes));
        decoded.map_err(|source| AltimetryError::reading(self.path, self.full_path(paths), source))
    }

    fn full_path(&self, paths: &[&str]) -> String {
        format!("{}/{}", self.name, paths.first().copied().unwrap_or_default())
    }
}

/// Whole numbers of a column, 0 where there is none.
pub(super) fn whole<T: TryFrom<i64> + Default>(values: &[f64]) -> Vec<T> {
    let number =
        |&value: &f64| if value.is_finite() { T::try_from(value as i64).unwrap_or_default() } else { T::default() };
    values.iter().map(number).collect()
}

/// Single-precision numbers of a column.
pub(super) fn single(values: &[f64]) -> Vec<f32> {
    values.iter().map(|&value| value as f32).collect()
}

/// The quality flag of a column, -1 where there is none.
pub(super) fn flags(values: &[f64]) -> Vec<i8> {
    values.iter().map(|&value| if value.is_finite() { value.clamp(-1.0, 127.0) as i8 } else { -1 }).collect()
}
