//! Facts of ISMIP6 and ISMIP7 in Python.

use nunatak::ismip::IceSheet;
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

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(ismip_domains, module)?)
}
