//! Observation minus model at every point, in space and time.

use std::sync::Arc;

use nunatak_altimetry::Segments;
use nunatak_array::{IndexArray, Progress, SharedArray};
use nunatak_grid::Crs;
use nunatak_grid::recognition::{CoordinateSource, recognise};
use nunatak_regrid::{Method, OutsideTime, Records, TimeInterpolation, sample};
use nunatak_tree::Dataset;

use super::record_times::record_times;
use super::surface::{height_unit, surface_doubt};
use crate::ensembles::time_dimension;
use crate::error::argument;
use crate::regridding::in_order;
use crate::{DatasetView, Result};

/// What the model's heights are counted from.
///
/// # Examples
///
/// ```
/// use nunatak::{Datum, array::NoProgress, residuals, scores::ModelRecords};
/// # use std::sync::Arc;
/// # use nunatak::{altimetry::Segments, array::{MemoryArray, Values}, format::Attributes, grids::{Extent, parse_grid}};
/// # use nunatak::tree::Variable;
/// # let extent = Some(Extent { west: 10.0, south: -75.0, east: 12.0, north: -73.0 });
/// # let mut model = parse_grid("EPSG:4326:1", extent, &Default::default())?;
/// # let array = Arc::new(MemoryArray::new(vec![3, 3], Values::F64(vec![1000.0; 9]))?);
/// # model.insert("orog", Variable::new(vec!["lat".into(), "lon".into()], array, Attributes::new())?)?;
/// # let (longitude, latitude, height, geoid_height) = (vec![11.0], vec![-74.0], vec![1030.0], vec![20.0]);
/// # let segments = Segments { longitude, latitude, time: vec![0], height, geoid_height, ..Segments::default() };
///
/// // One segment at 1030 m above the ellipsoid, where the geoid is at 20 m; `orog` is 1000 m.
/// let from = |datum| residuals(&segments, &model, "orog", None, ModelRecords::default(), datum, &NoProgress);
/// assert!((from(Datum::Geoid)?[0] - 10.0).abs() < 1e-6);
/// assert!((from(Datum::Ellipsoid)?[0] - 30.0).abs() < 1e-6);
/// # Ok::<(), nunatak::NunatakError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Datum {
    /// The geoid: the granule's `geoid_h` is taken from the observed heights.
    #[default]
    Geoid,
    /// The WGS84 ellipsoid, as the observed heights.
    Ellipsoid,
}

/// Which of a model's records in time points are compared with.
///
/// # Examples
///
/// ```
/// use nunatak::{Datum, array::NoProgress, residuals, scores::ModelRecords};
/// # use std::sync::Arc;
/// # use nunatak::{altimetry::Segments, array::{MemoryArray, Values}, format::Attributes, grids::{Extent, parse_grid}};
/// # use nunatak::tree::Variable;
/// # let extent = Some(Extent { west: 10.0, south: -75.0, east: 12.0, north: -73.0 });
/// # let mut model = parse_grid("EPSG:4326:1", extent, &Default::default())?;
/// # let years = Arc::new(MemoryArray::new(vec![2], Values::I64(vec![2018, 2019]))?);
/// # model.insert_coordinate("year", Variable::new(vec!["year".into()], years, Attributes::new())?)?;
/// # let heights = [vec![1000.0; 9], vec![1100.0; 9]].concat();
/// # let array = Arc::new(MemoryArray::new(vec![2, 3, 3], Values::F64(heights))?);
/// # let dims = ["year", "lat", "lon"].map(String::from).to_vec();
/// # model.insert("orog", Variable::new(dims, array, Attributes::new())?)?;
/// # let (longitude, latitude, time) = (vec![11.0], vec![-74.0], vec![1_562_068_800_000_000_000]);
/// # let (height, geoid_height) = (vec![1100.0], vec![0.0]);
/// # let segments = Segments { longitude, latitude, time, height, geoid_height, ..Segments::default() };
///
/// // `orog` is 1000 m at the end of 2018 and 1100 m a year later; the segment, at 1100 m, is of the middle of 2019.
/// let of = |records| residuals(&segments, &model, "orog", None, records, Datum::Geoid, &NoProgress);
/// assert!((of(ModelRecords::default())?[0] - 50.0).abs() < 1e-6);
/// assert!((of(ModelRecords::One(0))?[0] - 100.0).abs() < 1e-6);
/// # Ok::<(), nunatak::NunatakError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelRecords {
    /// Those about each point's time; NaN outside the model's time, or its ends.
    AtTime(TimeInterpolation, OutsideTime),
    /// One for all points, by its number from 0.
    One(usize),
}

impl Default for ModelRecords {
    /// Linear between records, missing outside them.
    fn default() -> Self {
        Self::AtTime(TimeInterpolation::Linear, OutsideTime::Missing)
    }
}

/// The model's values at points (m), NaN where it has none; and what is doubtful about them.
pub(super) struct ModelAtPoints {
    pub(super) values: Vec<f64>,
    pub(super) warnings: Vec<String>,
}

/// Residuals (observation - model, m) at every segment, NaN where the model has no value. `crs` wins over the model's own
/// coordinate reference system.
///
/// # Errors
/// [`NunatakError::Argument`](crate::NunatakError::Argument) when the dataset lacks the variable, which must have the
/// dimensions of a grid and perhaps time; [`GridError`](nunatak_grid::GridError) when its grid cannot be found; and those
/// of reading the model.
pub fn residuals(
    segments: &Segments,
    model: &Dataset,
    variable: &str,
    crs: Option<&Crs>,
    records: ModelRecords,
    datum: Datum,
    progress: &dyn Progress,
) -> Result<Vec<f64>> {
    let model = at_points(segments, model, variable, crs, records, progress)?;
    Ok(difference(segments, &model.values, datum))
}

/// Observed heights above a datum minus the model's.
pub(super) fn difference(segments: &Segments, model: &[f64], datum: Datum) -> Vec<f64> {
    let observed = segments.height.iter().zip(&segments.geoid_height).map(|(&height, &geoid)| match datum {
        Datum::Geoid => f64::from(height) - f64::from(geoid),
        Datum::Ellipsoid => f64::from(height),
    });
    observed.zip(model).map(|(observed, model)| observed - model).collect()
}

pub(super) fn at_points(
    segments: &Segments,
    model: &Dataset,
    name: &str,
    crs: Option<&Crs>,
    records: ModelRecords,
    progress: &dyn Progress,
) -> Result<ModelAtPoints> {
    let Some((_, variable)) = model.variables().find(|(own, _)| *own == name) else {
        let known: Vec<&str> = model.variables().map(|(own, _)| own).collect();
        return Err(argument("variable", name, format!("one of {}", known.join(", "))));
    };
    let view = DatasetView::new(model);
    let candidates = recognise(view.inventory())?;
    let Some(candidate) = candidates.iter().find(|candidate| candidate.holds(&variable.dimensions)) else {
        let found = format!("{name} {variable:?}");
        return Err(argument("variable", found, format!("the dimensions of a grid, {:?}", candidates[0].dims())));
    };
    let metres = height_unit(name, variable.attributes.text("units").unwrap_or_default())?;
    let mut doubts = Vec::new();
    let horizontal = candidate.build(&view, crs, &mut doubts)?;
    let mut warnings: Vec<String> = doubts.iter().map(ToString::to_string).collect();
    warnings.extend(surface_doubt(name, variable.attributes.text("standard_name").unwrap_or_default()));
    let time = time_dimension(model, variable).filter(|dim| !horizontal.dims.iter().any(|own| own == dim));
    let order: Vec<String> = time.map(ToString::to_string).into_iter().chain(horizontal.dims.iter().cloned()).collect();
    if order.len() != variable.dimensions.len() {
        let expected = format!("the dimensions {:?} and perhaps time", horizontal.dims);
        return Err(argument("variable", format!("{name} {variable:?}"), expected));
    }
    let mut array = in_order(variable, &order)?;
    let times = match (time, records) {
        (Some(_), ModelRecords::One(record)) => {
            array = one_record(array, record)?;
            None
        }
        (Some(dim), ModelRecords::AtTime(between, outside)) => {
            let times = record_times(model, variable, dim, name, &segments.time)?;
            warnings.extend(outside_time(&times, outside));
            Some((times, between, outside))
        }
        (None, _) => None,
    };
    let records = times.as_ref().map(|((times, points), between, outside)| Records {
        times,
        points,
        between: *between,
        outside: *outside,
    });
    let (longitude, latitude) = (&segments.longitude, &segments.latitude);
    let mut values = sample(&array, &horizontal.grid, longitude, latitude, Method::Bilinear, records, progress)?;
    values.iter_mut().for_each(|value| *value *= metres);
    Ok(ModelAtPoints { values, warnings })
}

fn one_record(array: SharedArray, record: usize) -> Result<SharedArray> {
    let count = array.shape().first().copied().unwrap_or_default();
    if record >= count {
        return Err(argument("record", record, format!("a record below {count}")));
    }
    Ok(Arc::new(IndexArray::new(array, 0, record)?))
}

/// A warning when no point lies in the time of the model.
fn outside_time((records, points): &(Vec<f64>, Vec<f64>), outside: OutsideTime) -> Option<String> {
    let first = records.iter().copied().fold(f64::INFINITY, f64::min);
    let last = records.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let inside = points.iter().any(|time| (first..=last).contains(time));
    let is_worth_saying = outside == OutsideTime::Missing && !points.is_empty() && !inside;
    is_worth_saying.then(|| "no point lies in the time of the model".into())
}
