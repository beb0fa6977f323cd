//! Coordinate reference systems and grids in Python.

use std::hash::{DefaultHasher, Hash, Hasher};

use numpy::{IntoPyArray, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1};
use nunatak::grid::{self, Axis, GridError, GridMapping, GridMappingValue, RectilinearGrid};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::errors::{ErrorKind, raise};

pub(crate) fn grid_error(error: GridError) -> PyErr {
    raise(ErrorKind::Grid, error)
}

/// A coordinate reference system.
#[pyclass(frozen, module = "nunatak._nunatak", from_py_object)]
#[derive(Clone)]
pub(crate) struct Crs(pub(crate) grid::Crs);

/// Attributes of a grid mapping, as far as they are numbers or text.
#[derive(FromPyObject)]
enum MappingValue {
    Number(f64),
    Text(String),
}

type Vectors<'py> = (Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<f64>>);

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
        grid::Crs::parse(text).map(Self).map_err(grid_error)
    }

    /// The system of a CF grid mapping, and what had to be guessed to understand it.
    #[staticmethod]
    fn from_grid_mapping(name: String, attributes: Vec<(String, MappingValue)>) -> PyResult<(Self, Vec<String>)> {
        let attributes = attributes.into_iter().map(|(name, value)| {
            let value = match value {
                MappingValue::Number(number) => GridMappingValue::Number(number),
                MappingValue::Text(text) => GridMappingValue::Text(text),
            };
            (name, value)
        });
        let (crs, warnings) = grid::Crs::from_grid_mapping(&GridMapping::new(name, attributes)).map_err(grid_error)?;
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

    /// Whether coordinates are degrees of longitude and latitude.
    #[getter]
    fn is_geographic(&self) -> bool {
        self.0.is_geographic()
    }

    /// The CF attributes of its grid mapping variable.
    fn grid_mapping<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let mapping = PyDict::new(py);
        match &self.0 {
            grid::Crs::PolarStereographic(projection) => {
                mapping.set_item("grid_mapping_name", "polar_stereographic")?;
                mapping.set_item("latitude_of_projection_origin", projection.pole().latitude())?;
                mapping.set_item("straight_vertical_longitude_from_pole", projection.central_meridian())?;
                mapping.set_item("standard_parallel", projection.standard_parallel())?;
                mapping.set_item("false_easting", projection.false_easting())?;
                mapping.set_item("false_northing", projection.false_northing())?;
            }
            _ => mapping.set_item("grid_mapping_name", "latitude_longitude")?,
        }
        let ellipsoid = self.0.ellipsoid();
        mapping.set_item("semi_major_axis", ellipsoid.semi_major_axis())?;
        let flattening = ellipsoid.flattening();
        mapping.set_item("inverse_flattening", if flattening == 0.0 { 0.0 } else { 1.0 / flattening })?;
        mapping.set_item("longitude_of_prime_meridian", 0.0)?;
        if let Some(text) = self.0.wkt() {
            mapping.set_item("crs_wkt", text)?;
            mapping.set_item("spatial_ref", text)?;
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
        let (x, y) = py.detach(|| self.0.forward(longitude, latitude)).map_err(grid_error)?;
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
        let (longitude, latitude) = py.detach(|| self.0.inverse(x, y)).map_err(grid_error)?;
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
        let factors = py.detach(|| points.map(|(&x, &y)| self.0.area_factor(x, y)).collect::<Vec<f64>>());
        Ok(factors.into_pyarray(py))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0.is_same(&other.0)
    }

    fn __repr__(&self) -> String {
        format!("<nunatak.Crs {}>", self.0.name())
    }
}

/// Cells of a grid: axes in metres or degrees, in the order in which they are stored.
#[pyclass(frozen, module = "nunatak._nunatak", from_py_object)]
#[derive(Clone)]
pub(crate) struct Grid(pub(crate) grid::Grid);

impl Grid {
    pub(crate) fn rectilinear(&self) -> PyResult<&RectilinearGrid> {
        self.0.rectilinear().ok_or_else(|| raise(ErrorKind::Grid, "expected a grid of rows and columns"))
    }
}

fn axis(name: &str, centres: Vec<f64>, bounds: Option<Vec<f64>>) -> PyResult<Axis> {
    match bounds {
        Some(bounds) => Axis::with_bounds(centres, bounds),
        None => Axis::from_centres(centres),
    }
    .map_err(|error| raise(ErrorKind::Grid, format!("coordinate {name}: {error}")))
}

#[pymethods]
impl Grid {
    #[new]
    #[pyo3(signature = (crs, x, y, x_bounds=None, y_bounds=None, names=("x".into(), "y".into())))]
    fn new(
        crs: Crs,
        x: Vec<f64>,
        y: Vec<f64>,
        x_bounds: Option<Vec<f64>>,
        y_bounds: Option<Vec<f64>>,
        names: (String, String),
    ) -> PyResult<Self> {
        let (x, y) = (axis(&names.0, x, x_bounds)?, axis(&names.1, y, y_bounds)?);
        Ok(Self(grid::Grid::Rectilinear(RectilinearGrid::new(crs.0, x, y).map_err(grid_error)?)))
    }

    #[getter]
    fn crs(&self) -> PyResult<Crs> {
        Ok(Crs(self.rectilinear()?.crs().clone()))
    }

    /// Number of rows and columns.
    #[getter]
    fn shape(&self) -> PyResult<(usize, usize)> {
        Ok(self.rectilinear()?.shape())
    }

    #[getter]
    fn x<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        Ok(PyArray1::from_slice(py, self.rectilinear()?.x().centres()))
    }

    #[getter]
    fn y<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        Ok(PyArray1::from_slice(py, self.rectilinear()?.y().centres()))
    }

    /// Edges of the columns: one more than there are.
    #[getter]
    fn x_bounds<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        Ok(PyArray1::from_slice(py, self.rectilinear()?.x().bounds()))
    }

    /// Edges of the rows: one more than there are.
    #[getter]
    fn y_bounds<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        Ok(PyArray1::from_slice(py, self.rectilinear()?.y().bounds()))
    }

    /// True areas of the cells (m2), (y, x).
    fn cell_areas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let grid = self.rectilinear()?;
        let areas = py.detach(|| grid.cell_areas());
        areas.into_pyarray(py).reshape([grid.shape().0, grid.shape().1])
    }

    /// System, numbers and extent in a line.
    #[getter]
    fn summary(&self) -> PyResult<String> {
        let grid = self.rectilinear()?;
        let ((west, east), (south, north)) = (grid.x().extent(), grid.y().extent());
        let unit = if grid.crs().is_geographic() { "degrees" } else { "m" };
        let (rows, columns) = grid.shape();
        Ok(format!(
            "{}, {rows} x {columns} cells (y, x), x {west} to {east} {unit}, y {south} to {north} {unit}",
            grid.crs().name()
        ))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn __hash__(&self) -> PyResult<u64> {
        let grid = self.rectilinear()?;
        let mut hasher = DefaultHasher::new();
        grid.crs().name().hash(&mut hasher);
        for coordinate in grid.x().bounds().iter().chain(grid.y().bounds()) {
            // Zero has two signs that are equal.
            (coordinate + 0.0).to_bits().hash(&mut hasher);
        }
        Ok(hasher.finish())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let text = serde_json::to_string(&self.0).map_err(|error| raise(ErrorKind::Grid, error))?;
        Ok((py.import("nunatak._nunatak")?.getattr("_rebuild_grid")?, PyTuple::new(py, [text])?))
    }

    fn __repr__(&self) -> PyResult<String> {
        Ok(format!("<nunatak.Grid {}>", self.summary()?))
    }
}

#[pyfunction]
fn _rebuild_grid(text: &str) -> PyResult<Grid> {
    serde_json::from_str(text)
        .map(Grid)
        .map_err(|error| raise(ErrorKind::Grid, format!("the pickled grid is not of this version of nunatak: {error}")))
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Crs>()?;
    module.add_class::<Grid>()?;
    module.add_function(wrap_pyfunction!(_rebuild_grid, module)?)
}
