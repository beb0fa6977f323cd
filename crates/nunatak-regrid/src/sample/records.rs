//! Records in time, and which of them each point needs.

use std::collections::BTreeMap;

use crate::error::{RegridError, Result};

/// How a value between two records of the model is made.
///
/// # Examples
///
/// ```
/// # use std::sync::Arc;
/// # use nunatak_array::{MemoryArray, NoProgress, SharedArray, Values};
/// # use nunatak_grid::{Ellipsoid, Grid, HealpixGrid, HealpixOrder};
/// use nunatak_regrid::{Method, OutsideTime, Records, TimeInterpolation, sample};
///
/// # let grid = Grid::Healpix(HealpixGrid::new(0, HealpixOrder::Ring, Ellipsoid::WGS84, None)?);
/// # let values = Values::F64([[10.0; 12], [20.0; 12]].concat());
/// # let model: SharedArray = Arc::new(MemoryArray::new(vec![2, 12], values)?);
/// // A model of 10 everywhere in 2015 and 20 in 2016, three quarters of a year after the first record.
/// for (between, expected) in [(TimeInterpolation::Linear, 17.5), (TimeInterpolation::Nearest, 20.0)] {
///     let times = Records { times: &[2015.0, 2016.0], points: &[2015.75], between, outside: OutsideTime::Missing };
///     let found = sample(&model, &grid, &[-45.0], &[70.0], Method::Nearest, Some(times), &NoProgress)?;
///     assert_eq!(found, [expected]);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimeInterpolation {
    /// Linear between the two neighbouring records.
    #[default]
    Linear,
    /// The nearest record; the earlier one when both are as near.
    Nearest,
}

/// What a point before the first or after the last record gets.
///
/// # Examples
///
/// ```
/// # use std::sync::Arc;
/// # use nunatak_array::{MemoryArray, NoProgress, SharedArray, Values};
/// # use nunatak_grid::{Ellipsoid, Grid, HealpixGrid, HealpixOrder};
/// use nunatak_regrid::{Method, OutsideTime, Records, TimeInterpolation, sample};
///
/// # let grid = Grid::Healpix(HealpixGrid::new(0, HealpixOrder::Ring, Ellipsoid::WGS84, None)?);
/// # let values = Values::F64([[10.0; 12], [20.0; 12]].concat());
/// # let model: SharedArray = Arc::new(MemoryArray::new(vec![2, 12], values)?);
/// // A model of 10 everywhere in 2015 and 20 in 2016 says nothing of 2019.
/// let value = |outside| {
///     let (points, between) = (&[2019.0], TimeInterpolation::Linear);
///     let times = Records { times: &[2015.0, 2016.0], points, between, outside };
///     sample(&model, &grid, &[-45.0], &[70.0], Method::Nearest, Some(times), &NoProgress)
/// };
/// assert!(value(OutsideTime::Missing)?[0].is_nan());
/// assert_eq!(value(OutsideTime::Clamp)?, [20.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OutsideTime {
    /// NaN: a model says nothing of a time it does not cover.
    #[default]
    Missing,
    /// The first or last record.
    Clamp,
}

/// The model's record times and the points' times, on one axis (seconds, decimal years: any unit).
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use nunatak_array::{MemoryArray, NoProgress, SharedArray, Values};
/// use nunatak_grid::{Ellipsoid, Grid, HealpixGrid, HealpixOrder};
/// use nunatak_regrid::{Method, OutsideTime, Records, TimeInterpolation, sample};
///
/// let grid = Grid::Healpix(HealpixGrid::new(0, HealpixOrder::Ring, Ellipsoid::WGS84, None)?);
/// let values = Values::F64([[10.0; 12], [20.0; 12]].concat());
/// let model: SharedArray = Arc::new(MemoryArray::new(vec![2, 12], values)?);
/// let (between, outside) = (TimeInterpolation::Linear, OutsideTime::Missing);
/// let times = Records { times: &[2015.0, 2016.0], points: &[2015.25], between, outside };
/// let found = sample(&model, &grid, &[-45.0], &[70.0], Method::Nearest, Some(times), &NoProgress)?;
/// assert_eq!(found, [12.5]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Records<'a> {
    /// Increasing time of each record.
    pub times: &'a [f64],
    /// Time of each point; NaN gives NaN.
    pub points: &'a [f64],
    /// Between records.
    pub between: TimeInterpolation,
    /// Before the first and after the last record.
    pub outside: OutsideTime,
}

/// A point that needs a record, and the record's weight in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Need {
    pub(super) point: usize,
    pub(super) weight: f64,
}

impl Records<'_> {
    /// For each record, in order, those of the points in space that need it.
    pub(super) fn needs(&self, points: &[usize], count: usize) -> Result<BTreeMap<usize, Vec<Need>>> {
        if self.points.len() != count {
            return Err(RegridError::PointCount { what: "time", expected: count, found: self.points.len() });
        }
        for (index, pair) in self.times.windows(2).enumerate() {
            if pair[0] >= pair[1] || pair[0].is_nan() || pair[1].is_nan() {
                return Err(RegridError::RecordTimes { index: index + 1, before: pair[0], found: pair[1] });
            }
        }
        let mut needs: BTreeMap<usize, Vec<Need>> = BTreeMap::new();
        for &point in points {
            for (record, weight) in self.neighbours(self.points[point]) {
                // A record of weight zero is not needed, and must not spoil the point where it is missing.
                if weight > 0.0 {
                    needs.entry(record).or_default().push(Need { point, weight });
                }
            }
        }
        Ok(needs)
    }

    /// The records around a time, with their weights; no weight above zero when the time is outside.
    fn neighbours(&self, time: f64) -> [(usize, f64); 2] {
        let none = [(0, 0.0); 2];
        let times = self.times;
        let (Some(&first), Some(&last)) = (times.first(), times.last()) else { return none };
        let outside = !(first..=last).contains(&time);
        if time.is_nan() || (outside && self.outside == OutsideTime::Missing) {
            return none;
        }
        let time = time.clamp(first, last);
        let lower = times.partition_point(|&record| record <= time).saturating_sub(1);
        let Some(&after) = times.get(lower + 1) else { return [(lower, 1.0), (lower, 0.0)] };
        let fraction = (time - times[lower]) / (after - times[lower]);
        let upper = match self.between {
            TimeInterpolation::Linear => fraction,
            TimeInterpolation::Nearest => f64::from(u8::from(fraction > 0.5)),
        };
        [(lower, 1.0 - upper), (lower + 1, upper)]
    }
}
