//! Columns of one beam of a granule.

use nunatak_array::Region;
use nunatak_format::{Group, Location, Variable, file_limits};

use crate::error::{AltimetryError, Result};
use crate::points::Beam;

/// Numbers beyond this are fill in every release, also where a subsetter lost the `_FillValue` attribute.
const LARGEST_REAL_VALUE: f64 = 1e37;

/// Fails when a granule has more segments than are taken from one file.
pub(crate) fn check_segments(path: &Location, beam: Beam, found: usize) -> Result<()> {
    let limit = file_limits().segments;
    if found <= limit {
        return Ok(());
    }
    Err(AltimetryError::TooManySegments { path: path.clone(), beam: beam.name(), found, limit })
}

/// Reads the columns of one beam's `land_ice_segments`; what is not there becomes missing, and is listed.
pub(crate) struct BeamReader<'a> {
    path: &'a Location,
    beam: Beam,
    group: &'a Group,
    /// Segments that the file declares.
    declared: usize,
    /// Of these, the leading ones of which something was written.
    count: usize,
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
        let mut reader = Self { path, beam, group, declared: 0, count: 0, missing: Vec::new() };
        if let Some((name, variable)) = leading {
            let failed = |source| AltimetryError::reading(path, reader.full_path(name), source);
            let rows = variable.array.stored_rows().map_err(failed)?;
            reader.declared = variable.array.len();
            reader.count = reader.declared.min(rows);
        }
        check_segments(path, beam, reader.count)?;
        Ok(reader)
    }

    /// Segments that the file declares and does not have.
    pub(crate) fn never_written(&self) -> usize {
        self.declared - self.count
    }

    /// Number of segments.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Single-precision column, NaN where fill or absent.
    pub(crate) fn f32(&mut self, name: &str) -> Result<Vec<f32>> {
        let values = self.decoded(name)?;
        Ok(values.map_or_else(|| vec![f32::NAN; self.count], |values| values.iter().map(|&v| v as f32).collect()))
    }

    /// Double-precision column, NaN where fill or absent.
    pub(crate) fn f64(&mut self, name: &str) -> Result<Vec<f64>> {
        Ok(self.decoded(name)?.unwrap_or_else(|| vec![f64::NAN; self.count]))
    }

    /// Integer column, `missing` where fill or absent.
    pub(crate) fn i32(&mut self, name: &str, missing: i32) -> Result<Vec<i32>> {
        let values = self.f64(name)?;
        Ok(values.iter().map(|&v| if v.is_finite() { v as i32 } else { missing }).collect())
    }

    /// The column when it is in the file, without listing its absence.
    pub(crate) fn optional_f32(&mut self, name: &str) -> Result<Option<Vec<f32>>> {
        if self.group.variable(name).is_none() {
            return Ok(None);
        }
        self.f32(name).map(Some)
    }

    fn decoded(&mut self, name: &str) -> Result<Option<Vec<f64>>> {
        let Some(variable) = self.group.variable(name) else {
            self.missing.push(self.full_path(name));
            return Ok(None);
        };
        if variable.array.shape() != [self.declared] {
            return Err(AltimetryError::Length {
                path: self.path.clone(),
                variable: self.full_path(name),
                expected: self.declared,
                found: variable.array.shape().to_vec(),
            });
        }
        self.read(variable, name).map(Some)
    }

    fn read(&self, variable: &Variable, name: &str) -> Result<Vec<f64>> {
        let failed = |source| AltimetryError::reading(self.path, self.full_path(name), source);
        let written = Region::whole(&[self.count]);
        let mut values = variable.array.read(&written).and_then(nunatak_array::Values::into_f64).map_err(failed)?;
        let fill = variable.attributes.number("_FillValue");
        for value in &mut values {
            if Some(*value) == fill || value.abs() > LARGEST_REAL_VALUE {
                *value = f64::NAN;
            }
        }
        Ok(values)
    }

    fn full_path(&self, name: &str) -> String {
        format!("{}/land_ice_segments/{name}", self.beam.name())
    }
}
