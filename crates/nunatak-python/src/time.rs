//! Bindings of the calendar: nominal years of records.

use numpy::{PyArray1, PyReadonlyArray1};
use nunatak::cf::nominal_year_of;
use pyo3::prelude::*;

use crate::errors::raise;
use nunatak::ErrorKind;

/// The nominal year of stamps, of which year and month (1 to 12) decide.
#[pyfunction]
fn nominal_years<'py>(
    py: Python<'py>,
    years: PyReadonlyArray1<'py, i64>,
    months: PyReadonlyArray1<'py, i64>,
) -> PyResult<Bound<'py, PyArray1<i64>>> {
    let (years, months) = (years.as_slice()?, months.as_slice()?);
    if years.len() != months.len() {
        let message = format!("nominal years: {} months, expected {}, one for each year", months.len(), years.len());
        return Err(raise(ErrorKind::Argument, message));
    }
    let stamp = |(&year, &month): (&i64, &i64)| match u8::try_from(month) {
        Ok(month @ 1..=12) => Ok(nominal_year_of(year, month)),
        _ => Err(raise(ErrorKind::Argument, format!("nominal years: month {month}, expected 1 to 12"))),
    };
    let nominal: Vec<i64> = years.iter().zip(months).map(stamp).collect::<PyResult<_>>()?;
    Ok(PyArray1::from_vec(py, nominal))
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(nominal_years, module)?)
}
