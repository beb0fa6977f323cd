//! Bindings of the altimetry room.

use numpy::{PyArray1, PyReadonlyArray1};
use nunatak::altimetry::{
    AggregateOptions, AltimetryError, Beam, BoundingBox, CellStatistics, GranuleReport, PointColumns, Quality,
    QualityVariable, Selection, aggregate_occupied, pass_number, read_granules_with,
};
use nunatak::grid;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::array::{values_to_numpy, vector_to_numpy};
use crate::errors::{exception, raise};
use crate::grid::Grid;
use crate::store::{location, storage_options};
use crate::threads::detach;
use nunatak::{ErrorKind, NunatakError};

/// `"summary"`, `"all"`, or upper limits by variable name.
#[derive(FromPyObject)]
enum QualityRule {
    Named(String),
    Limits(Vec<(String, f64)>),
}

impl QualityRule {
    fn into_quality(self) -> PyResult<Quality> {
        match self {
            Self::Named(name) if name == "summary" => Ok(Quality::SummaryZero),
            Self::Named(name) if name == "all" => Ok(Quality::All),
            Self::Named(name) => Err(raise(
                ErrorKind::Argument,
                format!("quality: found `{name}`, expected \"summary\", \"all\" or upper limits by variable name"),
            )),
            Self::Limits(limits) => {
                let parse =
                    |(name, limit): (String, f64)| Ok::<_, NunatakError>((QualityVariable::parse(&name)?, limit));
                Ok(Quality::Limits(limits.into_iter().map(parse).collect::<Result<_, _>>().map_err(exception)?))
            }
        }
    }
}

/// Segments of granules as columns, and one report per path.
#[pyfunction]
fn read_atl06<'py>(
    py: Python<'py>,
    paths: Vec<String>,
    quality: QualityRule,
    beams: Option<Vec<String>>,
    region: Option<(f64, f64, f64, f64)>,
    time: Option<(i64, i64)>,
    options: Vec<(String, String)>,
) -> PyResult<(Bound<'py, PyDict>, Vec<Bound<'py, PyDict>>)> {
    let beams = match beams {
        Some(names) => names.iter().map(|name| Beam::parse(name)).collect::<Result<_, _>>().map_err(exception)?,
        None => Beam::ALL.to_vec(),
    };
    let region = region.map(|(west, south, east, north)| BoundingBox::new(west, south, east, north));
    let region = region.transpose().map_err(exception)?;
    let selection = Selection { quality: quality.into_quality()?, beams, region, time };
    let paths: Vec<_> = paths.iter().map(|path| location(path)).collect::<PyResult<_>>()?;
    let options = storage_options(options)?;
    let (segments, reports) = detach(py, || read_granules_with(&paths, &options, &selection))?;
    let count = segments.len();
    let columns = PyDict::new(py);
    for (name, values) in segments.into_columns() {
        columns.set_item(name, values_to_numpy(py, values, &[count])?)?;
    }
    Ok((columns, reports.into_iter().map(|report| report_to_dict(py, report)).collect::<PyResult<_>>()?))
}

fn report_to_dict(py: Python<'_>, report: GranuleReport) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("path", report.path.to_string())?;
    dict.set_item("rgt", report.rgt)?;
    dict.set_item("cycle", report.cycle)?;
    dict.set_item("region", report.region)?;
    dict.set_item("release", report.release)?;
    dict.set_item("version", report.version)?;
    dict.set_item("orientation", report.orientation.code())?;
    let beams = report.beams.iter();
    let beams: Vec<_> =
        beams.map(|beam| (beam.beam.name(), beam.segments, beam.good, beam.kept, beam.sentinels)).collect();
    dict.set_item("beams", beams)?;
    dict.set_item("missing", report.missing)?;
    dict.set_item("notes", report.notes)?;
    dict.set_item("problem", report.problem.map(|problem| exception(problem).into_value(py)))?;
    Ok(dict)
}

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

/// Statistics per cell, flat; of a HEALPix grid only of the cells that hold points, `cells` their numbers.
#[pyfunction]
#[pyo3(signature = (grid, *, longitude, latitude, time, height, height_sigma, sigma_geo, pass_id, correlation_length, minimum_count, weight_floor))]
#[expect(clippy::too_many_arguments, reason = "one per column, by name")]
fn aggregate_points<'py>(
    py: Python<'py>,
    grid: &Grid,
    longitude: PyReadonlyArray1<'py, f64>,
    latitude: PyReadonlyArray1<'py, f64>,
    time: PyReadonlyArray1<'py, i64>,
    height: PyReadonlyArray1<'py, f64>,
    height_sigma: PyReadonlyArray1<'py, f64>,
    sigma_geo: PyReadonlyArray1<'py, f64>,
    pass_id: PyReadonlyArray1<'py, i32>,
    correlation_length: Option<f64>,
    minimum_count: u32,
    weight_floor: f64,
) -> PyResult<Bound<'py, PyDict>> {
    let points = PointColumns {
        longitude: longitude.as_slice()?,
        latitude: latitude.as_slice()?,
        time: time.as_slice()?,
        height: height.as_slice()?,
        height_sigma: height_sigma.as_slice()?,
        sigma_geo: sigma_geo.as_slice()?,
        pass_id: pass_id.as_slice()?,
    };
    let options = AggregateOptions { correlation_length, minimum_count, weight_floor };
    let (statistics, cells) = detach(py, || by_family(points, &grid.0, options))?.map_err(exception)?;
    let shape = if cells.is_some() { vec![statistics.count.len()] } else { grid.0.shape() };
    let dict = cells_to_dict(py, statistics)?;
    dict.set_item("shape", PyTuple::new(py, shape)?)?;
    dict.set_item("cells", cells.map(|cells| vector_to_numpy(py, cells)))?;
    Ok(dict)
}

/// Statistics of all cells of a grid; of a HEALPix grid, of those that hold points, and their numbers.
fn by_family(
    points: PointColumns<'_>,
    grid: &grid::Grid,
    options: AggregateOptions,
) -> Result<(CellStatistics, Option<Vec<i64>>), AltimetryError> {
    let occupied = aggregate_occupied(points, grid, options)?;
    Ok(match grid {
        grid::Grid::Healpix(healpix) => {
            let numbers = occupied.cells.iter().map(|&cell| healpix.number(cell as usize) as i64).collect();
            (occupied.statistics, Some(numbers))
        }
        other => (occupied.spread(other.rows_and_columns())?, None),
    })
}

fn cells_to_dict(py: Python<'_>, cells: CellStatistics) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("count", vector_to_numpy(py, cells.count))?;
    dict.set_item("passes", vector_to_numpy(py, cells.passes))?;
    dict.set_item("first_time", vector_to_numpy(py, cells.first_time))?;
    dict.set_item("last_time", vector_to_numpy(py, cells.last_time))?;
    let fields = PyDict::new(py);
    for (name, values) in cells.fields {
        fields.set_item(name, vector_to_numpy(py, values))?;
    }
    dict.set_item("fields", fields)?;
    let model = PyDict::new(py);
    model.set_item("correlation_length", cells.model.correlation_length)?;
    model.set_item("correlation_length_note", cells.model.correlation_length_note())?;
    model.set_item("typical_spread", cells.model.typical_spread)?;
    model.set_item("typical_slope", cells.model.typical_slope)?;
    dict.set_item("model", model)?;
    Ok(dict)
}

/// Numbers of passes by track, cycle and pair.
#[pyfunction]
fn pass_numbers<'py>(
    py: Python<'py>,
    rgt: PyReadonlyArray1<'py, i16>,
    cycle: PyReadonlyArray1<'py, i16>,
    pair: PyReadonlyArray1<'py, i8>,
) -> PyResult<Bound<'py, PyArray1<i32>>> {
    let (rgt, cycle, pair) = (rgt.as_slice()?, cycle.as_slice()?, pair.as_slice()?);
    let each = rgt.iter().zip(cycle).zip(pair);
    Ok(vector_to_numpy(py, each.map(|((&rgt, &cycle), &pair)| pass_number(rgt, cycle, pair)).collect()))
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(read_atl06, module)?)?;
    module.add_function(wrap_pyfunction!(locate_points, module)?)?;
    module.add_function(wrap_pyfunction!(pass_numbers, module)?)?;
    module.add_function(wrap_pyfunction!(aggregate_points, module)?)
}
