//! Recognition of the grids of xarray objects: their inventory, and the coordinates that a grid needs.

use std::sync::Arc;

use numpy::{IntoPyArray, PyArray2, PyArrayMethods, PyReadonlyArray1};
use nunatak::grid;
use nunatak::grid::recognition::{self, AUTHALIC_RADIUS, GRID_MAPPING_ATTRIBUTES, Inventory, RecognitionWarning};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFrozenSet, PyString, PyTuple};

use crate::attributes::{attribute_dict, attribute_list, moved_attributes};
use crate::crs::Crs;
use crate::errors::exception;
use crate::grid::{Grid, healpix_order};
use crate::threads::{detach, detach_briefly};
use crate::xarray_view::{EntryReader, Source, XarrayView};

/// Values of coordinates below which a grid is built in a few milliseconds.
const FEW_VALUES: usize = 1 << 16;

/// What an xarray object says of itself: made once, and shown to every family of grids.
#[pyclass(frozen, module = "nunatak._nunatak")]
pub(crate) struct GridInventory(Arc<XarrayView>);

#[pymethods]
impl GridInventory {
    /// A dataset: its variables, which of them are coordinates, its dimensions, attributes and encoding.
    #[staticmethod]
    fn of_dataset(
        variables: &Bound<'_, PyDict>,
        coordinates: &Bound<'_, PyAny>,
        sizes: &Bound<'_, PyDict>,
        attrs: &Bound<'_, PyDict>,
        encoding: &Bound<'_, PyDict>,
    ) -> PyResult<Self> {
        let mut reader = EntryReader::new(sizes)?;
        let (mut own, mut data) = (Vec::new(), Vec::new());
        for (name, variable) in variables {
            let entry = reader.entry(&name, &variable)?;
            let list = if coordinates.contains(&name)? { &mut own } else { &mut data };
            list.push((entry, variable.unbind()));
        }
        let (own, mut variables): (Vec<_>, Vec<_>) = own.into_iter().unzip();
        let (data, others): (Vec<_>, Vec<_>) = data.into_iter().unzip();
        variables.extend(others);
        let source = encoding.get_item("source")?.and_then(|source| source.extract().ok());
        let inventory = Inventory::of_dataset(reader.sizes, attribute_list(attrs)?, own, data)
            .with_source(source)
            .with_encoding(moved_attributes(encoding)?);
        let (originals, mappings_in_file) = (reader.originals, None);
        Ok(Self(Arc::new(XarrayView { inventory, variables, originals, mappings_in_file })))
    }

    /// A variable taken out of its dataset, with its coordinates; `mappings_in_file` gives the grid mappings of its
    /// file.
    #[staticmethod]
    fn of_array(
        name: &Bound<'_, PyAny>,
        variable: &Bound<'_, PyAny>,
        sizes: &Bound<'_, PyDict>,
        coordinates: &Bound<'_, PyDict>,
        mappings_in_file: Py<PyAny>,
    ) -> PyResult<Self> {
        let mut reader = EntryReader::new(sizes)?;
        let field = reader.entry(name, variable)?;
        let mut entries = Vec::with_capacity(coordinates.len());
        let mut variables = Vec::with_capacity(coordinates.len());
        for (name, variable) in coordinates {
            entries.push(reader.entry(&name, &variable)?);
            variables.push(variable.unbind());
        }
        let name = if name.is_none() { None } else { Some(field.name.clone()) };
        let inventory = Inventory::of_array(name, field, entries);
        let (originals, mappings_in_file) = (reader.originals, Some(mappings_in_file));
        Ok(Self(Arc::new(XarrayView { inventory, variables, originals, mappings_in_file })))
    }

    /// How messages name the object.
    #[getter]
    fn description(&self) -> String {
        self.0.inventory.description()
    }

    /// All grids of the object, those with data first, not yet built.
    fn recognise(&self) -> PyResult<Vec<RecognisedGrid>> {
        let found = recognition::recognise(&self.0.inventory).map_err(exception)?;
        Ok(found.into_iter().map(|candidate| RecognisedGrid { candidate, view: Arc::clone(&self.0) }).collect())
    }

    /// Whether the object has axes, and nothing that says on which map or that they are degrees.
    fn lacks_system(&self) -> PyResult<bool> {
        let source = Source::new(&self.0);
        recognition::lacks_system(&source).map_err(|error| source.error(error))
    }

    /// Names of the coordinates along y and x, and the dimension of each.
    fn find_axes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let axes = recognition::find_axes(&self.0.inventory).map_err(exception)?;
        let names = [&axes.y_name, &axes.x_name, &axes.dims[0], &axes.dims[1]];
        self.0.names(py, names.into_iter())
    }

    /// Whether two dimensions of a data variable have the usual names of horizontal axes.
    fn has_axis_names(&self) -> bool {
        self.0.inventory.fields().iter().any(|field| recognition::has_axis_names(&field.dims))
    }
}

/// A grid that has been recognised and is built when it is needed.
#[pyclass(frozen, module = "nunatak._nunatak")]
pub(crate) struct RecognisedGrid {
    candidate: recognition::GridCandidate,
    view: Arc<XarrayView>,
}

/// A system or its name.
#[derive(FromPyObject)]
enum SystemOrName {
    System(Crs),
    Name(String),
}

#[pymethods]
impl RecognisedGrid {
    /// The conventions that describe it.
    #[getter]
    fn family(&self) -> &'static str {
        self.candidate.family().name()
    }

    /// Horizontal dimensions of data on it.
    #[getter]
    fn dims<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        self.view.names(py, self.candidate.dims().iter())
    }

    /// The variables that describe the grid, which are no data.
    #[getter]
    fn names<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyFrozenSet>> {
        PyFrozenSet::new(py, self.view.names(py, self.candidate.names().iter())?)
    }

    /// The grid: its dimensions, cells, grid mapping variable, centres, shapes, the attributes of grid mapping, data and
    /// dataset, and the rows and columns of data that are not flat. `warn` gets what is doubtful about it, and whether
    /// that is the grid mapping. With `places`, points need no cells.
    #[pyo3(signature = (crs, warn, places=false))]
    fn build<'py>(
        &self,
        py: Python<'py>,
        crs: Option<SystemOrName>,
        warn: &Bound<'py, PyAny>,
        places: bool,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let crs = match crs {
            None => None,
            Some(SystemOrName::System(crs)) => Some(crs.0),
            Some(SystemOrName::Name(name)) => Some(grid::Crs::parse(&name).map_err(exception)?),
        };
        let source = Source::new(&self.view);
        let mut warnings = Vec::new();
        let build = || match places {
            true => self.candidate.build_places(&source, crs.as_ref(), &mut warnings),
            false => self.candidate.build(&source, crs.as_ref(), &mut warnings),
        };
        let entries = self.candidate.names().iter().filter_map(|name| self.view.inventory.get(name));
        let built = match entries.map(|entry| entry.shape.iter().product::<usize>()).sum::<usize>() {
            // Python is asked for every coordinate: from another thread that takes longer than to build.
            0..FEW_VALUES => detach_briefly(py, build),
            _ => detach(py, build)?,
        };
        for warning in warnings {
            let is_mapping = matches!(warning, RecognitionWarning::GridMapping(_));
            warn.call1((warning.to_string(), is_mapping))?;
        }
        let horizontal = built.map_err(|error| source.error(error))?;
        let names = |names: &[String]| self.view.names(py, names.iter());
        let mapping_name = horizontal.mapping_name.as_ref().map(|name| PyString::new(py, name));
        let own = (
            names(&horizontal.dims)?,
            Grid(horizontal.grid),
            mapping_name,
            names(&horizontal.centres)?,
            names(&horizontal.shapes)?,
            attribute_dict(py, &horizontal.mapping)?,
            attribute_dict(py, &horizontal.data_attributes)?,
            attribute_dict(py, &horizontal.dataset_attributes)?,
            horizontal.rows.map(|[rows, columns]| (rows, columns)),
        );
        own.into_pyobject(py)
    }
}

/// Two coordinates of the corners of cells: (cell, 4).
type Corners<'py> = (Bound<'py, PyArray2<f64>>, Bound<'py, PyArray2<f64>>);

/// Longitudes and latitudes of the corners (cell, 4) of cells in rows of one latitude.
#[pyfunction]
fn row_corners<'py>(
    py: Python<'py>,
    longitude: PyReadonlyArray1<'py, f64>,
    latitude: PyReadonlyArray1<'py, f64>,
    problem: &str,
) -> PyResult<Corners<'py>> {
    let (longitude, latitude) = (longitude.as_slice()?, latitude.as_slice()?);
    let (x, y) = detach(py, || recognition::row_corners(longitude, latitude, problem))?.map_err(exception)?;
    let shape = [longitude.len(), 4];
    Ok((x.into_pyarray(py).reshape(shape)?, y.into_pyarray(py).reshape(shape)?))
}

/// Attributes of the grid mapping variable of HEALPix cells, but for those of the ellipsoid.
#[pyfunction]
fn healpix_mapping<'py>(py: Python<'py>, level: u8, order: &str) -> PyResult<Bound<'py, PyDict>> {
    attribute_dict(py, &recognition::healpix_mapping(level, healpix_order(order)?))
}

/// The attributes that a variable along the cells of a grid lacks.
#[pyfunction]
fn centre_attributes<'py>(
    py: Python<'py>,
    name: &str,
    attrs: &Bound<'py, PyDict>,
    grid: &Grid,
    is_in_metres: bool,
) -> PyResult<Bound<'py, PyDict>> {
    attribute_dict(py, &recognition::centre_attributes(name, &attribute_list(attrs)?, &grid.0, is_in_metres))
}

/// The description that a variable with other dimensions than the cells' lacks.
#[pyfunction]
fn shape_attributes<'py>(py: Python<'py>, name: &str, attrs: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyDict>> {
    attribute_dict(py, &recognition::shape_attributes(name, &attribute_list(attrs)?))
}

/// Whether a variable of these attributes says where cells are.
#[pyfunction]
fn is_place(attrs: &Bound<'_, PyDict>) -> PyResult<bool> {
    Ok(recognition::is_place(&attribute_list(attrs)?))
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<GridInventory>()?;
    module.add_class::<RecognisedGrid>()?;
    module.add("AUTHALIC_RADIUS", AUTHALIC_RADIUS)?;
    module.add("GRID_MAPPING_ATTRIBUTES", GRID_MAPPING_ATTRIBUTES)?;
    module.add_function(wrap_pyfunction!(centre_attributes, module)?)?;
    module.add_function(wrap_pyfunction!(is_place, module)?)?;
    module.add_function(wrap_pyfunction!(shape_attributes, module)?)?;
    module.add_function(wrap_pyfunction!(row_corners, module)?)?;
    module.add_function(wrap_pyfunction!(healpix_mapping, module)?)
}
