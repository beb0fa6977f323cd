//! Values at points, in space and time.

use std::{collections::BTreeMap, ops::ControlFlow};

use nunatak_array::{Progress, SharedArray, Step};
use nunatak_grid::Grid;

use super::read_cells::CellReader;
use super::records::{Need, Records};
use super::stencils::PointStencils;
use crate::error::{RegridError, Result};
use crate::options::Method;

/// Values of a field at points (degrees; longitudes of any turn): in space by `method`, and in time as [`Records`] says.
///
/// The last axes of `model` are those of the grid, (y, x) or one of cells; when `records` are given there is one of them
/// before. See [`PointStencils::new`] for the methods, and [`PointStencils::values`] for what is read and is missing.
///
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{MemoryArray, NoProgress, SharedArray, Values};
/// use nunatak_grid::{Ellipsoid, Grid, HealpixGrid, HealpixOrder};
/// use nunatak_regrid::{Method, sample};
///
/// let grid = Grid::Healpix(HealpixGrid::new(2, HealpixOrder::Ring, Ellipsoid::WGS84, None)?);
/// let model: SharedArray = Arc::new(MemoryArray::new(vec![192], Values::F64(vec![3.0; 192]))?);
/// let values = sample(&model, &grid, &[-45.0], &[70.0], Method::Bilinear, None, &NoProgress)?;
/// assert!((values[0] - 3.0).abs() < 1e-15);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`PointStencils::new`] and [`PointStencils::values`].
pub fn sample(
    model: &SharedArray,
    grid: &Grid,
    longitude: &[f64],
    latitude: &[f64],
    method: Method,
    records: Option<Records<'_>>,
    progress: &dyn Progress,
) -> Result<Vec<f64>> {
    PointStencils::new(grid, longitude, latitude, method)?.values(model, records, progress)
}

impl PointStencils {
    /// Values of a field at the points: for each record that a point needs, in order, the weighted means of the cells.
    ///
    /// Blocks that hold needed cells are read once for each record: the smallest about all of them, or, when that is
    /// large or has few of them, several between the chunks of the array. A point without cells, one of whose cells is
    /// missing, or whose time is outside, gets NaN.
    ///
    /// # Errors
    /// [`RegridError::SampleShape`] when the model does not fit the grid and the records, [`RegridError::PointCount`] and
    /// [`RegridError::RecordTimes`] for records, [`RegridError::Interrupted`], and errors of the source.
    pub fn values(
        &self,
        model: &SharedArray,
        records: Option<Records<'_>>,
        progress: &dyn Progress,
    ) -> Result<Vec<f64>> {
        self.check_shape(model, records.map(|records| records.times.len()))?;
        let located: Vec<usize> = (0..self.len()).filter(|&point| !self.slots_of(point).0.is_empty()).collect();
        let needs = match records {
            Some(records) => records.needs(&located, self.len())?,
            None => BTreeMap::from([(0, located.iter().map(|&point| Need { point, weight: 1.0 }).collect())]),
        };
        let mut values = vec![f64::NAN; self.len()];
        for need in needs.values().flatten() {
            values[need.point] = 0.0;
        }
        let mut step = Step { done: 0, total: needs.len(), bytes: 0 };
        for (&record, points) in &needs {
            step.bytes += self.add_record(model, records.map(|_| record), points, &mut values)?;
            step.done += 1;
            if let ControlFlow::Break(()) = progress.step(step) {
                return Err(RegridError::Interrupted);
            }
        }
        Ok(values)
    }

    fn check_shape(&self, model: &SharedArray, records: Option<usize>) -> Result<()> {
        let expected: Vec<usize> = records.into_iter().chain(self.grid_shape().iter().copied()).collect();
        if model.shape() == expected {
            return Ok(());
        }
        Err(RegridError::SampleShape { expected, found: model.shape().to_vec() })
    }

    /// Adds one record's share to the points that need it; gives the bytes read.
    fn add_record(
        &self,
        model: &SharedArray,
        record: Option<usize>,
        points: &[Need],
        values: &mut [f64],
    ) -> Result<usize> {
        let mut is_needed = vec![false; self.cells().len()];
        for need in points {
            self.slots_of(need.point).0.iter().for_each(|&slot| is_needed[slot as usize] = true);
        }
        let mut read = vec![f64::NAN; self.cells().len()];
        let mut reader = CellReader::new(&**model, record, self.grid_shape());
        self.read_needed(&mut reader, &is_needed, &mut read)?;
        for need in points {
            let (slots, weights) = self.slots_of(need.point);
            let terms = slots.iter().zip(weights).map(|(&slot, weight)| weight * read[slot as usize]);
            values[need.point] += need.weight * terms.sum::<f64>();
        }
        Ok(reader.bytes())
    }

    fn read_needed(&self, reader: &mut CellReader<'_>, is_needed: &[bool], values: &mut [f64]) -> Result<()> {
        if is_needed.iter().all(|&is_needed| is_needed) {
            return reader.read(self.cells(), values);
        }
        let slots: Vec<usize> = (0..is_needed.len()).filter(|&slot| is_needed[slot]).collect();
        let cells: Vec<usize> = slots.iter().map(|&slot| self.cells()[slot]).collect();
        let mut read = vec![f64::NAN; cells.len()];
        reader.read(&cells, &mut read)?;
        slots.into_iter().zip(read).for_each(|(slot, value)| values[slot] = value);
        Ok(())
    }
}
