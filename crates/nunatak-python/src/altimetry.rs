//! Bindings of the altimetry room: points to cells.

use numpy::{PyArray1, PyReadonlyArray1};
use nunatak::altimetry::{
    AggregateOptions, AltimetryError, CellStatistics, Geolocation, OccupiedCells, OverpassPart, PartialSums,
    PointColumns, Statistic, StatisticSet, aggregate_occupied,
};
use nunatak::grid;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::array::vector_to_numpy;
use crate::errors::exception;
use crate::grid::Grid;
use crate::threads::detach;

/// Flat index, (y, x) where there are rows, of the cell that holds each point; -1 outside.
#[pyfunction]
fn locate_points<'py>(
    py: Python<'py>,
    grid: &Grid,
    longitude: PyReadonlyArray1<'py, f64>,
    latitude: PyReadonlyArray1<'py, f64>,
) -> PyResult<Bound<'py, PyArray1<i64>>> {
    let (longitude, latitude) = (longitude.as_slice()?, latitude.as_slice()?);
    let cells = detach(py, || nunatak::altimetry::locate_points(&grid.0, longitude, latitude))?.map_err(exception)?;
    Ok(vector_to_numpy(py, cells.into_iter().map(|cell| cell.map_or(-1, |cell| cell as i64)).collect()))
}

/// Columns of points, by name.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Columns<'py> {
    longitude: PyReadonlyArray1<'py, f64>,
    latitude: PyReadonlyArray1<'py, f64>,
    time: PyReadonlyArray1<'py, i64>,
    height: PyReadonlyArray1<'py, f64>,
    height_sigma: PyReadonlyArray1<'py, f64>,
    slope_along: PyReadonlyArray1<'py, f32>,
    slope_across: PyReadonlyArray1<'py, f32>,
    sigma_geo: PyReadonlyArray1<'py, f64>,
    pass_id: PyReadonlyArray1<'py, i32>,
}

impl Columns<'_> {
    pub(crate) fn points(&self) -> PyResult<PointColumns<'_>> {
        Ok(PointColumns {
            longitude: self.longitude.as_slice()?,
            latitude: self.latitude.as_slice()?,
            time: self.time.as_slice()?,
            height: self.height.as_slice()?,
            height_sigma: self.height_sigma.as_slice()?,
            slope_along: self.slope_along.as_slice()?,
            slope_across: self.slope_across.as_slice()?,
            sigma_geo: self.sigma_geo.as_slice()?,
            pass_id: self.pass_id.as_slice()?,
        })
    }
}

/// A name, or standard deviations: radial, along and across the track (m).
#[derive(FromPyObject)]
pub(crate) enum GeolocationOption {
    Name(String),
    Sigmas(f64, f64, f64),
}

impl GeolocationOption {
    pub(crate) fn parse(self) -> Result<Geolocation, AltimetryError> {
        match self {
            Self::Name(name) => name.parse(),
            Self::Sigmas(radial, along, across) => Ok(Geolocation::Overpass { radial, along, across }),
        }
    }
}

/// How to aggregate, by name.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct Options {
    statistics: Option<Vec<String>>,
    geolocation: GeolocationOption,
    pair: f64,
    common: f64,
    editing: bool,
    are_segments: bool,
    correlation_length: Option<f64>,
    minimum_count: u64,
    weight_floor: f64,
}

impl Options {
    fn parse(self) -> Result<AggregateOptions, AltimetryError> {
        let geolocation = self.geolocation.parse()?;
        let statistics = match self.statistics {
            Some(names) => names.iter().map(|name| Statistic::parse(name)).collect::<Result<_, _>>()?,
            None => StatisticSet::ALL,
        };
        let overlap = if self.are_segments { AggregateOptions::SEGMENT_OVERLAP } else { 1.0 };
        let Self { pair, common, editing, correlation_length, minimum_count, weight_floor, .. } = self;
        Ok(AggregateOptions {
            correlation_length,
            minimum_count,
            weight_floor,
            geolocation,
            pair,
            common,
            editing,
            overlap,
            statistics,
        })
    }
}

/// What statistics of cells need of the points: their weights, and the points themselves instead of sums over them.
///
/// # Errors
/// `ArgumentError`, which lists the names, for one that there is not.
#[pyfunction]
fn needs_of_statistics(names: Vec<String>) -> PyResult<(bool, bool)> {
    let parsed = names.iter().map(|name| Statistic::parse(name)).collect::<Result<StatisticSet, _>>();
    let statistics = parsed.map_err(exception)?;
    Ok((statistics.need_weights(), statistics.sums() != statistics))
}

/// Statistics per cell, flat; of a HEALPix grid only of the cells that hold points, `cells` their numbers.
#[pyfunction]
fn aggregate_points<'py>(
    py: Python<'py>,
    grid: &Grid,
    columns: Columns<'py>,
    options: Options,
) -> PyResult<Bound<'py, PyDict>> {
    let (points, options) = (columns.points()?, options.parse().map_err(exception)?);
    let found = detach(py, || ByFamily::new(aggregate_occupied(points, &grid.0, options)?, &grid.0))?;
    found.map_err(exception)?.into_dict(py, &grid.0, &options)
}

/// Exact sums of points on a grid, to which points are added part by part.
#[pyclass(module = "nunatak._nunatak")]
struct PointSums {
    grid: grid::Grid,
    sums: PartialSums,
}

#[pymethods]
impl PointSums {
    #[new]
    fn new(grid: &Grid) -> Self {
        Self { grid: grid.0.clone(), sums: PartialSums::default() }
    }

    /// Adds the sums of points, for the statistics of the options.
    fn add<'py>(&mut self, py: Python<'py>, columns: Columns<'py>, options: Options) -> PyResult<()> {
        let (points, options) = (columns.points()?, options.parse().map_err(exception)?);
        let Self { grid, sums } = self;
        detach(py, || sums.merge(&PartialSums::of(points, grid, options)?))?.map_err(exception)
    }

    /// As `aggregate_points` of all points that were added, but for medians; the sums are gone then.
    fn cells<'py>(&mut self, py: Python<'py>, options: Options) -> PyResult<Bound<'py, PyDict>> {
        let options = options.parse().map_err(exception)?;
        let (grid, sums) = (&self.grid, std::mem::take(&mut self.sums));
        let found = detach(py, || ByFamily::new(sums.into_cells(grid, options)?, grid))?;
        found.map_err(exception)?.into_dict(py, grid, &options)
    }
}

/// Statistics of all cells of a grid, and what they share; of a HEALPix grid, of those that hold points, and their numbers.
struct ByFamily {
    statistics: CellStatistics,
    cells: Option<Vec<i64>>,
    /// `cell` is the flat index among `statistics`.
    parts: Vec<OverpassPart>,
}

impl ByFamily {
    fn new(mut occupied: OccupiedCells, grid: &grid::Grid) -> Result<Self, AltimetryError> {
        let mut parts = std::mem::take(&mut occupied.parts);
        Ok(match grid {
            grid::Grid::Healpix(healpix) => {
                let numbers = occupied.cells.iter().map(|&cell| healpix.number(cell as usize) as i64).collect();
                Self { statistics: occupied.statistics, cells: Some(numbers), parts }
            }
            other => {
                parts.iter_mut().for_each(|part| part.cell = occupied.cells[part.cell] as usize);
                Self { statistics: occupied.spread(other.rows_and_columns())?, cells: None, parts }
            }
        })
    }

    fn into_dict<'py>(
        self,
        py: Python<'py>,
        grid: &grid::Grid,
        options: &AggregateOptions,
    ) -> PyResult<Bound<'py, PyDict>> {
        let Self { statistics, cells, parts } = self;
        let shape = if cells.is_some() { vec![statistics.count.len()] } else { grid.shape() };
        let dict = cells_to_dict(py, statistics)?;
        dict.set_item("part_cells", vector_to_numpy(py, parts.iter().map(|part| part.cell as i64).collect()))?;
        dict.set_item("part_overpasses", vector_to_numpy(py, parts.iter().map(|part| part.overpass).collect()))?;
        for (at, name) in ["part_radial", "part_along", "part_across"].into_iter().enumerate() {
            dict.set_item(name, vector_to_numpy(py, parts.iter().map(|part| part.parts[at]).collect()))?;
        }
        dict.set_item("shape", PyTuple::new(py, shape)?)?;
        dict.set_item("geolocation", options.geolocation.to_string())?;
        dict.set_item("cells", cells.map(|cells| vector_to_numpy(py, cells)))?;
        Ok(dict)
    }
}

fn cells_to_dict(py: Python<'_>, cells: CellStatistics) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    let points = cells.count.iter().map(|&count| i64::from(count)).sum::<i64>();
    dict.set_item("points", points)?;
    let asked = cells.asked;
    if asked.contains(Statistic::Count) {
        dict.set_item("count", vector_to_numpy(py, cells.count))?;
    }
    let counts = [(Statistic::Edited, cells.edited), (Statistic::Passes, cells.passes)];
    for (statistic, values) in counts.into_iter().filter(|(statistic, _)| asked.contains(*statistic)) {
        dict.set_item(statistic.name(), vector_to_numpy(py, values))?;
    }
    let times = [(Statistic::FirstTime, cells.first_time), (Statistic::LastTime, cells.last_time)];
    for (statistic, values) in times.into_iter().filter(|(statistic, _)| asked.contains(*statistic)) {
        dict.set_item(statistic.name(), vector_to_numpy(py, values))?;
    }
    let fields = PyDict::new(py);
    for (name, values) in cells.fields {
        fields.set_item(name, vector_to_numpy(py, values))?;
    }
    dict.set_item("fields", fields)?;
    let model = PyDict::new(py);
    model.set_item("correlation_length", cells.model.correlation_length)?;
    model.set_item("correlation_length_note", cells.model.correlation_length_note())?;
    model.set_item("variogram_exponent", cells.model.exponent)?;
    model.set_item("smoothing_length", cells.model.smoothing_length)?;
    model.set_item("stretch", cells.model.stretch)?;
    model.set_item("stretch_azimuth", cells.model.stretch_azimuth.map(f64::to_degrees))?;
    model.set_item("typical_spread", cells.model.typical_spread)?;
    model.set_item("typical_slope", cells.model.typical_slope)?;
    model.set_item("ratio_across_tracks", cells.model.ratio_across_tracks)?;
    dict.set_item("model", asked.need_surface().then_some(model))?;
    Ok(dict)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(locate_points, module)?)?;
    module.add_function(wrap_pyfunction!(aggregate_points, module)?)?;
    module.add_function(wrap_pyfunction!(needs_of_statistics, module)?)?;
    module.add_class::<PointSums>()
}
