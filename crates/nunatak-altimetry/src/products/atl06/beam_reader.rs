//! Columns of one beam of a granule.

use nunatak_array::{ArrayError, Region, Values};
use nunatak_format::{Attributes, File, Group, Location, Variable, file_limits};

use super::rows::Rows;
use crate::error::{AltimetryError, Result};
use crate::points::Beam;
use crate::products::file_values::{doubles, singles};

/// Fails when a granule has more segments than are taken from one file.
pub(crate) fn check_segments(path: &Location, beam: Beam, found: usize) -> Result<()> {
    let limit = file_limits().segments;
    if found <= limit {
        return Ok(());
    }
    Err(AltimetryError::TooManySegments { path: path.clone(), beam: beam.name(), found, limit })
}

/// The group of a beam's segments.
pub(super) fn land_ice_segments(file: &File, beam: Beam) -> Option<&Group> {
    file.root().group(beam.name())?.group("land_ice_segments")
}

/// Reads columns of one beam's `land_ice_segments`, of the rows that are wanted; what is not there becomes missing, and is
/// listed.
pub(crate) struct BeamReader<'a> {
    path: &'a Location,
    beam: Beam,
    group: &'a Group,
    /// Segments that the file declares.
    declared: usize,
    /// Of these, the leading ones of which something was written.
    written: usize,
    rows: Rows,
    /// Paths of variables that are not in the file.
    pub(crate) missing: Vec<String>,
}

impl<'a> BeamReader<'a> {
    /// A reader over the group; its first variable of the usual ones says how many segments there are. Segments behind
    /// the last one that was ever written are none: a writer was stopped, or never meant them.
    pub(crate) fn new(path: &'a Location, beam: Beam, group: &'a Group) -> Result<Self> {
        let leading = ["h_li", "latitude", "delta_time", "segment_id"]
            .iter()
            .find_map(|name| group.variable(name).map(|variable| (name, variable)));
        let mut reader = Self { path, beam, group, declared: 0, written: 0, rows: Rows::all(0), missing: Vec::new() };
        if let Some((name, variable)) = leading {
            let failed = |source| AltimetryError::reading(path, reader.full_path(name), source);
            let rows = variable.array.stored_rows().map_err(failed)?;
            reader.declared = variable.array.len();
            reader.written = reader.declared.min(rows);
        }
        check_segments(path, beam, reader.written)?;
        reader.rows = Rows::all(reader.written);
        Ok(reader)
    }

    /// Segments that the file declares and does not have.
    pub(crate) fn never_written(&self) -> usize {
        self.declared - self.written
    }

    /// Segments of the file.
    pub(crate) fn written(&self) -> usize {
        self.written
    }

    /// Number of rows that are read.
    pub(crate) fn count(&self) -> usize {
        self.rows.count()
    }

    /// The rows that are read; those before are returned.
    pub(super) fn select(&mut self, rows: Rows) -> Rows {
        std::mem::replace(&mut self.rows, rows)
    }

    /// Whether a variable is in the file.
    pub(super) fn has(&self, name: &str) -> bool {
        self.group.variable(name).is_some()
    }

    /// Single-precision column, NaN where fill or absent.
    pub(crate) fn f32(&mut self, name: &str) -> Result<Vec<f32>> {
        Ok(self.decoded(name, singles)?.unwrap_or_else(|| vec![f32::NAN; self.count()]))
    }

    /// Double-precision column, NaN where fill or absent.
    pub(crate) fn f64(&mut self, name: &str) -> Result<Vec<f64>> {
        Ok(self.decoded(name, doubles)?.unwrap_or_else(|| vec![f64::NAN; self.count()]))
    }

    /// Integer column, `missing` where fill or absent.
    pub(crate) fn i32(&mut self, name: &str, missing: i32) -> Result<Vec<i32>> {
        let values = self.f64(name)?;
        Ok(values.iter().map(|&v| if v.is_finite() { v as i32 } else { missing }).collect())
    }

    /// The column when it is in the file, without listing its absence.
    pub(crate) fn optional_f32(&mut self, name: &str) -> Result<Option<Vec<f32>>> {
        if !self.has(name) {
            return Ok(None);
        }
        self.f32(name).map(Some)
    }

    fn decoded<T>(
        &mut self,
        name: &str,
        decode: impl Fn(Values, &Attributes) -> Result<Vec<T>, ArrayError>,
    ) -> Result<Option<Vec<T>>> {
        let Some(variable) = self.group.variable(name) else {
            let path = self.full_path(name);
            if !self.missing.contains(&path) {
                self.missing.push(path);
            }
            return Ok(None);
        };
        if variable.array.shape() != [self.declared] {
            return Err(AltimetryError::Length {
                path: self.path.clone(),
                variable: self.full_path(name),
                expected: vec![self.declared],
                found: variable.array.shape().to_vec(),
            });
        }
        let read = self.read(variable, decode);
        read.map(Some).map_err(|source| AltimetryError::reading(self.path, self.full_path(name), source))
    }

    fn read<T>(
        &self,
        variable: &Variable,
        decode: impl Fn(Values, &Attributes) -> Result<Vec<T>, ArrayError>,
    ) -> Result<Vec<T>, ArrayError> {
        let mut values = Vec::new();
        for run in self.rows.runs() {
            let region = Region::new(vec![run.start], vec![run.len()])?;
            let mut part = decode(variable.array.read(&region)?, &variable.attributes)?;
            if values.is_empty() { values = part } else { values.append(&mut part) }
        }
        Ok(values)
    }

    fn full_path(&self, name: &str) -> String {
        format!("{}/land_ice_segments/{name}", self.beam.name())
    }
}
