//! Bindings of the altimetry room: reading granules, and which points are wanted.

use numpy::{PyArray1, PyReadonlyArray1, PyReadonlyArray2};
use nunatak::altimetry::{
    Area, Atl11Columns, Atl11Report, Beam, BoundingBox, GranuleReport, Polygon, Quality, QualityLimit, QualityVariable,
    Segments, Selection, overpass_number, pass_number, read_atl11 as read_atl11_granules, read_granules_with,
};
use nunatak::{ErrorKind, NunatakError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::array::{values_to_numpy, vector_to_numpy};
use crate::errors::{exception, raise};
use crate::store::{location, storage_options};
use crate::threads::detach;

/// `"summary"`, `"all"`, or least and largest values by variable name.
#[derive(FromPyObject)]
enum QualityRule {
    Named(String),
    Limits(Vec<(String, f64, f64)>),
}

impl QualityRule {
    fn into_quality(self) -> PyResult<Quality> {
        match self {
            Self::Named(name) if name == "summary" => Ok(Quality::SummaryZero),
            Self::Named(name) if name == "all" => Ok(Quality::All),
            Self::Named(name) => Err(raise(
                ErrorKind::Argument,
                format!("quality: found `{name}`, expected \"summary\", \"all\" or limits by variable name"),
            )),
            Self::Limits(limits) => {
                let parse = |(name, least, most): (String, f64, f64)| {
                    Ok::<_, NunatakError>(QualityLimit { variable: QualityVariable::parse(&name)?, least, most })
                };
                Ok(Quality::Limits(limits.into_iter().map(parse).collect::<Result<_, _>>().map_err(exception)?))
            }
        }
    }
}

/// West, south, east and north, or the rings of a polygon.
#[derive(FromPyObject)]
enum AreaRule<'py> {
    Box((f64, f64, f64, f64)),
    Rings(Vec<PyReadonlyArray2<'py, f64>>),
}

impl AreaRule<'_> {
    fn into_area(self) -> PyResult<Area> {
        let area = match self {
            Self::Box((west, south, east, north)) => BoundingBox::new(west, south, east, north).map(Area::Box),
            Self::Rings(rings) => {
                // Rings of another width than two have no vertex, and are refused as such.
                let vertices = |ring: &PyReadonlyArray2<'_, f64>| -> Vec<[f64; 2]> {
                    let ring = ring.as_array();
                    ring.outer_iter().filter_map(|vertex| Some([*vertex.get(0)?, *vertex.get(1)?])).collect()
                };
                Polygon::new(rings.iter().map(vertices).collect()).map(Area::Polygon)
            }
        };
        area.map_err(exception)
    }
}

fn areas(rules: Option<Vec<AreaRule<'_>>>) -> PyResult<Option<Vec<Area>>> {
    rules.map(|rules| rules.into_iter().map(AreaRule::into_area).collect()).transpose()
}

fn selection(
    quality: QualityRule,
    beam_names: Option<Vec<String>>,
    region: Option<Vec<AreaRule<'_>>>,
    time: Option<(i64, i64)>,
    columns: Option<Vec<String>>,
) -> PyResult<Selection> {
    let (quality, beams, region) = (quality.into_quality()?, beams(beam_names)?, areas(region)?);
    Ok(Selection { quality, beams, region, time, columns })
}

fn beams(names: Option<Vec<String>>) -> PyResult<Vec<Beam>> {
    match names {
        Some(names) => names.iter().map(|name| Beam::parse(name)).collect::<Result<_, _>>().map_err(exception),
        None => Ok(Beam::ALL.to_vec()),
    }
}

/// Segments of ATL06 granules as columns, and one report per path.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "one for each part of the selection")]
fn read_atl06<'py>(
    py: Python<'py>,
    paths: Vec<String>,
    quality: QualityRule,
    beam_names: Option<Vec<String>>,
    region: Option<Vec<AreaRule<'py>>>,
    time: Option<(i64, i64)>,
    columns: Option<Vec<String>>,
    options: Vec<(String, String)>,
) -> PyResult<(Bound<'py, PyDict>, Vec<Bound<'py, PyDict>>)> {
    let selection = selection(quality, beam_names, region, time, columns)?;
    let paths: Vec<_> = paths.iter().map(|path| location(path)).collect::<PyResult<_>>()?;
    let options = storage_options(options)?;
    let (segments, reports) = detach(py, || read_granules_with(&paths, &options, &selection))?;
    let columns = segments_to_dict(py, segments)?;
    Ok((columns, reports.into_iter().map(|report| report_to_dict(py, report)).collect::<PyResult<_>>()?))
}

/// Columns by name; those that were not asked for are left out.
fn segments_to_dict(py: Python<'_>, segments: Segments) -> PyResult<Bound<'_, PyDict>> {
    let count = segments.len();
    let columns = PyDict::new(py);
    for (name, values) in segments.into_columns() {
        if values.len() == count {
            columns.set_item(name, values_to_numpy(py, values, &[count])?)?;
        }
    }
    Ok(columns)
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

/// Columns of heights at reference points and of crossovers, and one report per path.
#[pyfunction]
#[expect(clippy::type_complexity, reason = "two sets of columns, and reports")]
fn read_atl11<'py>(
    py: Python<'py>,
    paths: Vec<String>,
    quality: QualityRule,
    beam_names: Option<Vec<String>>,
    region: Option<Vec<AreaRule<'py>>>,
    time: Option<(i64, i64)>,
    options: Vec<(String, String)>,
) -> PyResult<(Bound<'py, PyDict>, Bound<'py, PyDict>, Vec<Bound<'py, PyDict>>)> {
    let selection = selection(quality, beam_names, region, time, None)?;
    let paths: Vec<_> = paths.iter().map(|path| location(path)).collect::<PyResult<_>>()?;
    let options = storage_options(options)?;
    let (heights, crossovers, reports) = detach(py, || read_atl11_granules(&paths, &options, &selection))?;
    let reports = reports.into_iter().map(|report| atl11_report_to_dict(py, report)).collect::<PyResult<_>>()?;
    Ok((atl11_to_dict(py, heights)?, atl11_to_dict(py, crossovers)?, reports))
}

fn atl11_to_dict(py: Python<'_>, columns: Atl11Columns) -> PyResult<Bound<'_, PyDict>> {
    let count = columns.segments.len();
    let dict = segments_to_dict(py, columns.segments)?;
    for (name, values) in columns.track.into_columns() {
        dict.set_item(name, values_to_numpy(py, values, &[count])?)?;
    }
    Ok(dict)
}

fn atl11_report_to_dict(py: Python<'_>, report: Atl11Report) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("path", report.path.to_string())?;
    dict.set_item("release", report.release)?;
    dict.set_item("version", report.version)?;
    dict.set_item("rgt", report.rgt)?;
    dict.set_item("region", report.region)?;
    dict.set_item("cycles", report.cycles)?;
    dict.set_item("reference_points", report.reference_points)?;
    dict.set_item("heights", report.heights)?;
    dict.set_item("crossovers", report.crossovers)?;
    dict.set_item("kept_crossovers", report.kept_crossovers)?;
    dict.set_item("missing", report.missing)?;
    dict.set_item("notes", report.notes)?;
    dict.set_item("problem", report.problem.map(|problem| exception(problem).into_value(py)))?;
    Ok(dict)
}

/// Which points lie in any of some areas.
#[pyfunction]
fn points_inside<'py>(
    py: Python<'py>,
    region: Vec<AreaRule<'py>>,
    longitude: PyReadonlyArray1<'py, f64>,
    latitude: PyReadonlyArray1<'py, f64>,
) -> PyResult<Bound<'py, PyAny>> {
    let areas = areas(Some(region))?.unwrap_or_default();
    let (longitude, latitude) = (longitude.as_slice()?, latitude.as_slice()?);
    let inside: Vec<u8> = detach(py, || {
        let places = longitude.iter().zip(latitude);
        let is_inside = |(&x, &y): (&f64, &f64)| areas.iter().any(|area| area.contains(x, y));
        places.map(|place| u8::from(is_inside(place))).collect()
    })?;
    vector_to_numpy(py, inside).call_method1("astype", ("bool",))
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

/// Numbers of overpasses by track and cycle, below zero where one is not known.
#[pyfunction]
fn overpass_numbers<'py>(
    py: Python<'py>,
    rgt: PyReadonlyArray1<'py, i16>,
    cycle: PyReadonlyArray1<'py, i16>,
) -> PyResult<Bound<'py, PyArray1<i32>>> {
    let each = rgt.as_slice()?.iter().zip(cycle.as_slice()?);
    Ok(vector_to_numpy(py, each.map(|(&rgt, &cycle)| overpass_number(rgt, cycle)).collect()))
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(read_atl06, module)?)?;
    module.add_function(wrap_pyfunction!(read_atl11, module)?)?;
    module.add_function(wrap_pyfunction!(points_inside, module)?)?;
    module.add_function(wrap_pyfunction!(pass_numbers, module)?)?;
    module.add_function(wrap_pyfunction!(overpass_numbers, module)?)
}
