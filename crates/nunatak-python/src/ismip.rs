//! Facts of ISMIP6 and ISMIP7 in Python.

use nunatak::ismip::{self, Densities, IceSheet};
use pyo3::prelude::*;

/// An ice sheet: its name in ISMIP7, its EPSG code, and west, south, east and north of its corner nodes (m).
type Domain = (&'static str, u32, (f64, f64, f64, f64));

/// The domains of the ISMIP grids.
#[pyfunction]
fn ismip_domains() -> Vec<Domain> {
    let domain = |sheet: IceSheet| {
        let (x, y) = sheet.extent();
        (sheet.ismip7_name(), sheet.epsg(), (x[0], y[0], x[1], y[1]))
    };
    IceSheet::ALL.into_iter().map(domain).collect()
}

/// Densities (kg m-3) of ice and sea water in a model of an ice sheet; None where they are not known.
#[pyfunction]
fn model_densities(sheet: &str, institution: &str, model: &str) -> Option<(f64, f64)> {
    let own = Densities::of_model(IceSheet::parse(sheet)?, institution, model)?;
    Some((own.ice, own.ocean))
}

/// Names of the control run of an experiment, the likeliest first; none for what is no projection.
#[pyfunction]
fn control_names(experiment: &str) -> Vec<&'static str> {
    ismip::control_names(experiment).to_vec()
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(ismip_domains, module)?)?;
    module.add_function(wrap_pyfunction!(control_names, module)?)?;
    module.add_function(wrap_pyfunction!(model_densities, module)?)
}
