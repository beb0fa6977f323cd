//! Coordinate reference systems in Python.

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use nunatak::format::Attribute;
use nunatak::grid::{self, GridMapping, GridMappingValue};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::errors::exception;
use crate::threads::detach;

/// A coordinate reference system.
#[pyclass(frozen, module = "nunatak._nunatak", from_py_object)]
#[derive(Clone)]
pub(crate) struct Crs(pub(crate) grid::Crs);

/// Attributes of a grid mapping, as far as they are numbers or text.
#[derive(FromPyObject)]
enum MappingValue {
    Number(f64),
    Numbers(Vec<f64>),
    Text(String),
}

/// Two coordinates of points.
pub(crate) type Vectors<'py> = (Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<f64>>);

#[pymethods]
impl Crs {
    #[classattr]
    #[pyo3(name = "KNOWN")]
    fn known() -> Vec<&'static str> {
        grid::Crs::KNOWN.to_vec()
    }

    /// The system of this name.
    #[staticmethod]
    fn parse(text: &str) -> PyResult<Self> {
        grid::Crs::parse(text).map(Self).map_err(exception)
    }

    /// The system of a CF grid mapping, and what had to be guessed to understand it.
    #[staticmethod]
    fn from_grid_mapping(name: String, attributes: Vec<(String, MappingValue)>) -> PyResult<(Self, Vec<String>)> {
        let attributes = attributes.into_iter().map(|(name, value)| {
            let value = match value {
                MappingValue::Number(number) => GridMappingValue::Number(number),
                MappingValue::Numbers(numbers) => GridMappingValue::Numbers(numbers),
                MappingValue::Text(text) => GridMappingValue::Text(text),
            };
            (name, value)
        });
        let (crs, warnings) = grid::Crs::from_grid_mapping(&GridMapping::new(name, attributes)).map_err(exception)?;
        Ok((Self(crs), warnings.iter().map(ToString::to_string).collect()))
    }

    /// `EPSG:…`, or the parameters of a system without a code.
    #[getter]
    fn name(&self) -> String {
        self.0.name()
    }

    /// EPSG code, for systems that have one here.
    #[getter]
    fn epsg(&self) -> Option<u32> {
        self.0.epsg()
    }

    /// Surface of its ellipsoid (m2).
    #[getter]
    fn ellipsoid_area(&self) -> f64 {
        self.0.ellipsoid().area()
    }

    /// Whether coordinates are degrees of longitude and latitude.
    #[getter]
    fn is_geographic(&self) -> bool {
        self.0.is_geographic()
    }

    /// The CF attributes of its grid mapping variable.
    fn grid_mapping<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let mapping = PyDict::new(py);
        for (name, attribute) in nunatak::grids::grid_mapping_attributes(&self.0).iter() {
            match (attribute, attribute.values()) {
                (Attribute::Number(_), _) => mapping.set_item(name, attribute.as_f64())?,
                (_, Some(values)) => mapping.set_item(name, values.to_f64().map_err(exception)?)?,
                (text, None) => mapping.set_item(name, text.to_string())?,
            }
        }
        Ok(mapping)
    }

    /// Longitudes and latitudes (degrees) to x and y.
    fn forward<'py>(
        &self,
        py: Python<'py>,
        longitude: PyReadonlyArray1<'py, f64>,
        latitude: PyReadonlyArray1<'py, f64>,
    ) -> PyResult<Vectors<'py>> {
        let (longitude, latitude) = (longitude.as_slice()?, latitude.as_slice()?);
        let (x, y) = detach(py, || self.0.forward(longitude, latitude))?.map_err(exception)?;
        Ok((x.into_pyarray(py), y.into_pyarray(py)))
    }

    /// x and y to longitudes and latitudes (degrees).
    fn inverse<'py>(
        &self,
        py: Python<'py>,
        x: PyReadonlyArray1<'py, f64>,
        y: PyReadonlyArray1<'py, f64>,
    ) -> PyResult<Vectors<'py>> {
        let (x, y) = (x.as_slice()?, y.as_slice()?);
        let (longitude, latitude) = detach(py, || self.0.inverse(x, y))?.map_err(exception)?;
        Ok((longitude.into_pyarray(py), latitude.into_pyarray(py)))
    }

    /// True area over projected area at points (m2 per square degree for a geographic system).
    fn area_factor<'py>(
        &self,
        py: Python<'py>,
        x: PyReadonlyArray1<'py, f64>,
        y: PyReadonlyArray1<'py, f64>,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let points = x.as_slice()?.iter().zip(y.as_slice()?);
        let factors = detach(py, || points.map(|(&x, &y)| self.0.area_factor(x, y)).collect::<Vec<f64>>())?;
        Ok(factors.into_pyarray(py))
    }

    /// Whether x and y point the same ways everywhere as those of another system.
    fn has_axes_of(&self, other: &Self) -> bool {
        self.0.has_axes_of(&other.0)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0.is_same(&other.0)
    }

    fn __repr__(&self) -> String {
        format!("<nunatak.Crs {}>", self.0.name())
    }
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Crs>()
}
