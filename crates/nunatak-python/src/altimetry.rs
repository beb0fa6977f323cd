//! Bindings of the altimetry room.

use std::path::PathBuf;

use nunatak::altimetry::{
    AltimetryError, Beam, BoundingBox, GranuleReport, Quality, QualityVariable, Selection, read_granules,
};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::array::values_to_numpy;
use crate::errors::{ErrorKind, format_error, raise};

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
                let parse = |(name, limit): (String, f64)| Ok((QualityVariable::parse(&name)?, limit));
                Ok(Quality::Limits(limits.into_iter().map(parse).collect::<Result<_, _>>().map_err(points_error)?))
            }
        }
    }
}

/// Segments of granules as columns, and one report per path.
#[pyfunction]
fn read_atl06<'py>(
    py: Python<'py>,
    paths: Vec<PathBuf>,
    quality: QualityRule,
    beams: Option<Vec<String>>,
    region: Option<(f64, f64, f64, f64)>,
    time: Option<(i64, i64)>,
) -> PyResult<(Bound<'py, PyDict>, Vec<Bound<'py, PyDict>>)> {
    let beams = match beams {
        Some(names) => names.iter().map(|name| Beam::parse(name)).collect::<Result<_, _>>().map_err(points_error)?,
        None => Beam::ALL.to_vec(),
    };
    let region = region.map(|(west, south, east, north)| BoundingBox::new(west, south, east, north));
    let region = region.transpose().map_err(points_error)?;
    let selection = Selection { quality: quality.into_quality()?, beams, region, time };
    let (segments, reports) = py.detach(|| read_granules(&paths, &selection));
    let count = segments.len();
    let columns = PyDict::new(py);
    for (name, values) in segments.into_columns() {
        columns.set_item(name, values_to_numpy(py, values, &[count])?)?;
    }
    Ok((columns, reports.into_iter().map(|report| report_to_dict(py, report)).collect::<PyResult<_>>()?))
}

fn report_to_dict(py: Python<'_>, report: GranuleReport) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("path", report.path)?;
    dict.set_item("rgt", report.rgt)?;
    dict.set_item("cycle", report.cycle)?;
    dict.set_item("region", report.region)?;
    dict.set_item("release", report.release)?;
    dict.set_item("orientation", report.orientation.code())?;
    let beams = report.beams.iter();
    let beams: Vec<_> =
        beams.map(|beam| (beam.beam.name(), beam.segments, beam.good, beam.kept, beam.sentinels)).collect();
    dict.set_item("beams", beams)?;
    dict.set_item("missing", report.missing)?;
    dict.set_item("notes", report.notes)?;
    dict.set_item("problem", report.problem.map(|problem| points_error(problem).into_value(py)))?;
    Ok(dict)
}

fn points_error(error: AltimetryError) -> PyErr {
    match error {
        AltimetryError::Format(error) => format_error(&error),
        AltimetryError::Grid(error) => raise(ErrorKind::Grid, error),
        AltimetryError::Argument { .. } => raise(ErrorKind::Argument, error),
        other => raise(ErrorKind::Points, other),
    }
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(read_atl06, module)?)
}
