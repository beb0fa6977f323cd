//! Columns of one beam of a granule.

use nunatak_format::{Group, Location, Variable};

use crate::error::{AltimetryError, Result};
use crate::points::Beam;

/// Numbers beyond this are fill in every release, also where a subsetter lost the `_FillValue` attribute.
const LARGEST_REAL_VALUE: f64 = 1e37;

/// Reads the columns of one beam's `land_ice_segments`; what is not there becomes missing, and is listed.
pub(crate) struct BeamReader<'a> {
    path: &'a Location,
    beam: Beam,
    group: &'a Group,
    count: usize,
    /// Paths of variables that are not in the file.
    pub(crate) missing: Vec<String>,
}

impl<'a> BeamReader<'a> {
    /// A reader over the group; its first variable of the usual ones says how many segments there are.
    pub(crate) fn new(path: &'a Location, beam: Beam, group: &'a Group) -> Self {
        let leading = ["h_li", "latitude", "delta_time", "segment_id"].iter().find_map(|name| group.variable(name));
        let count = leading.map_or(0, |variable| variable.array.len());
        Self { path, beam, group, count, missing: Vec::new() }
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
        if variable.array.shape() != [self.count] {
            return Err(AltimetryError::Length {
                path: self.path.clone(),
                variable: self.full_path(name),
                expected: self.count,
                found: variable.array.shape().to_vec(),
            });
        }
        self.read(variable, name).map(Some)
    }

    fn read(&self, variable: &Variable, name: &str) -> Result<Vec<f64>> {
        let failed = |source| AltimetryError::reading(self.path, self.full_path(name), source);
        let mut values = variable.array.read_all().and_then(nunatak_array::Values::into_f64).map_err(failed)?;
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
