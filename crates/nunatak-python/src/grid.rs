//! Grids of every family in Python.

use std::hash::{DefaultHasher, Hash, Hasher};

use numpy::{IntoPyArray, IxDyn, PyArray1, PyArrayDyn, PyArrayMethods, PyReadonlyArray1};
use nunatak::grid::{self, Axis, HealpixGrid, HealpixOrder, Location, MeshGrid, RectilinearGrid};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use crate::crs::{Crs, Vectors};
use crate::errors::{exception, raise};
use crate::threads::{detach, detach_briefly};
use nunatak::grids::{self, Extent, Registration, regular_grid, spacing_doubt};
use nunatak::{ErrorKind, NunatakError};

/// Cells of a grid: axes in the order in which they are stored, HEALPix cells, or polygons that share nodes.
#[pyclass(frozen, module = "nunatak._nunatak", from_py_object)]
#[derive(Clone)]
pub(crate) struct Grid(pub(crate) grid::Grid);

impl Grid {
    pub(crate) fn rectilinear(&self) -> PyResult<&RectilinearGrid> {
        self.0.rectilinear().ok_or_else(|| raise(ErrorKind::Grid, "expected a grid of rows and columns"))
    }

    fn mesh_grid(&self) -> PyResult<&MeshGrid> {
        match &self.0 {
            grid::Grid::Mesh(mesh) => Ok(mesh),
            _ => Err(raise(ErrorKind::Grid, "expected a mesh")),
        }
    }
}

fn axis(name: &str, centres: Vec<f64>, bounds: Option<Vec<f64>>) -> PyResult<Axis> {
    match bounds {
        Some(bounds) => Axis::with_bounds(centres, bounds),
        None => Axis::from_centres(centres),
    }
    .map_err(|error| raise(ErrorKind::Grid, format!("coordinate {name}: {error}")))
}

pub(crate) fn healpix_order(text: &str) -> PyResult<HealpixOrder> {
    match text {
        "nested" => Ok(HealpixOrder::Nested),
        "ring" => Ok(HealpixOrder::Ring),
        other => Err(raise(ErrorKind::Argument, format!("order: found {other:?}, expected 'nested' or 'ring'"))),
    }
}

/// Where the nodes of each face begin, and the nodes.
type Connectivity<'py> = (Bound<'py, PyArray1<u32>>, Bound<'py, PyArray1<u32>>);

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
        Ok(Self(grid::Grid::Rectilinear(RectilinearGrid::new(crs.0, x, y).map_err(exception)?)))
    }

    /// Rows and columns at equal distances within an extent (west, south, east, north).
    #[staticmethod]
    fn regular(crs: &Crs, spacing: f64, extent: [f64; 4], registration: &str) -> PyResult<Self> {
        let registration = match registration {
            "node" => Registration::Node,
            "cell" => Registration::Cell,
            other => {
                let problem = format!("registration: found {other:?}, expected 'node' or 'cell'");
                return Err(raise(ErrorKind::Argument, problem));
            }
        };
        let regular = regular_grid(crs.0.clone(), spacing, extent_of(extent), registration).map_err(exception)?;
        Ok(Self(grid::Grid::Rectilinear(regular)))
    }

    /// HEALPix cells of a level on the ellipsoid of a system, all of them or those listed.
    #[staticmethod]
    #[pyo3(signature = (level, order, crs, cells=None))]
    fn healpix(level: u8, order: &str, crs: &Crs, cells: Option<PyReadonlyArray1<'_, u64>>) -> PyResult<Self> {
        let cells = cells.map(|cells| cells.as_slice().map(<[u64]>::to_vec)).transpose()?;
        let healpix = HealpixGrid::new(level, healpix_order(order)?, crs.0.ellipsoid(), cells);
        Ok(Self(grid::Grid::Healpix(healpix.map_err(exception)?)))
    }

    /// Polygons that share nodes; those of face `i` are `face_nodes[face_starts[i]:face_starts[i + 1]]`.
    #[staticmethod]
    #[pyo3(signature = (
        crs, node_x, node_y, face_starts, face_nodes, *, on_nodes=false, parallels=false, shape=None, centres=None
    ))]
    #[expect(clippy::too_many_arguments, reason = "keywords in Python")]
    fn mesh(
        py: Python<'_>,
        crs: &Crs,
        node_x: PyReadonlyArray1<'_, f64>,
        node_y: PyReadonlyArray1<'_, f64>,
        face_starts: PyReadonlyArray1<'_, u32>,
        face_nodes: PyReadonlyArray1<'_, u32>,
        on_nodes: bool,
        parallels: bool,
        shape: Option<(usize, usize)>,
        centres: Option<(PyReadonlyArray1<'_, f64>, PyReadonlyArray1<'_, f64>)>,
    ) -> PyResult<Self> {
        let (x, y) = (node_x.as_slice()?, node_y.as_slice()?);
        let (starts, nodes) = (face_starts.as_slice()?, face_nodes.as_slice()?);
        let centres = match &centres {
            Some((x, y)) => Some((x.as_slice()?, y.as_slice()?)),
            None => None,
        };
        let build = || {
            let mut mesh = MeshGrid::new(crs.0.clone(), x.to_vec(), y.to_vec(), starts, nodes)?;
            if let Some((x, y)) = centres {
                mesh = mesh.with_centres(x.to_vec(), y.to_vec())?;
            }
            if let Some((rows, columns)) = shape {
                mesh = mesh.with_shape(rows, columns)?;
            }
            if parallels {
                mesh = mesh.with_parallels();
            }
            Ok::<_, NunatakError>(if on_nodes { mesh.on_nodes() } else { mesh })
        };
        detach(py, build)?.map(|mesh| Self(grid::Grid::Mesh(mesh))).map_err(exception)
    }

    /// Whether its longitudes and latitudes are in two dimensions, so that x need not be east.
    #[getter]
    fn is_curvilinear(&self) -> bool {
        self.0.curvilinear_shape().is_some()
    }

    /// `rectilinear`, `healpix` or `mesh`.
    #[getter]
    fn family(&self) -> &'static str {
        match &self.0 {
            grid::Grid::Rectilinear(_) => "rectilinear",
            grid::Grid::Healpix(_) => "healpix",
            _ => "mesh",
        }
    }

    #[getter]
    fn crs(&self) -> Crs {
        Crs(self.0.crs())
    }

    /// Lengths of the axes of a field: rows and columns, or cells.
    #[getter]
    fn shape<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.shape())
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

    /// x and y, or longitude and latitude, of the nodes of a mesh.
    #[getter]
    fn nodes<'py>(&self, py: Python<'py>) -> PyResult<Vectors<'py>> {
        let (x, y) = self.mesh_grid()?.nodes();
        Ok((PyArray1::from_slice(py, x), PyArray1::from_slice(py, y)))
    }

    /// Where the nodes of each face of a mesh begin, and the nodes.
    #[getter]
    fn faces<'py>(&self, py: Python<'py>) -> PyResult<Connectivity<'py>> {
        let (starts, nodes) = self.mesh_grid()?.face_nodes();
        Ok((PyArray1::from_slice(py, starts), PyArray1::from_slice(py, nodes)))
    }

    /// Places of the values on the faces of a mesh, where they were given.
    #[getter]
    fn given_centres<'py>(&self, py: Python<'py>) -> PyResult<Option<Vectors<'py>>> {
        let centres = self.mesh_grid()?.given_centres();
        Ok(centres.map(|(x, y)| (PyArray1::from_slice(py, x), PyArray1::from_slice(py, y))))
    }

    /// Where the data of a mesh stand: `faces` or `nodes`.
    #[getter]
    fn location(&self) -> PyResult<&'static str> {
        Ok(match self.mesh_grid()?.location() {
            Location::Faces => "faces",
            Location::Nodes => "nodes",
        })
    }

    /// True areas of the cells (m2), in the shape of a field.
    fn cell_areas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArrayDyn<f64>>> {
        let areas = detach(py, || self.0.cell_areas())?.map_err(exception)?;
        areas.into_pyarray(py).reshape(IxDyn(&self.0.shape()))
    }

    /// Areas (m2) of the polygons of great circles that stand for the cells where they meet cells of other kinds, in
    /// the shape of a field.
    fn polygon_areas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArrayDyn<f64>>> {
        let areas = detach(py, || self.0.polygon_areas())?.map_err(exception)?;
        areas.into_pyarray(py).reshape(IxDyn(&self.0.shape()))
    }

    /// Longitudes and latitudes (degrees) of the places of the values, flat.
    fn centres<'py>(&self, py: Python<'py>) -> PyResult<Vectors<'py>> {
        let (longitude, latitude) = detach(py, || self.0.centres())?.map_err(exception)?;
        Ok((longitude.into_pyarray(py), latitude.into_pyarray(py)))
    }

    /// Whether another grid has the same cells in the same order, to a millionth of a cell.
    fn is_same(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
        detach(py, || self.0.is_same(&other.0))?.map_err(exception)
    }

    /// For every cell, the index of the one with its value at the same place in another grid; None when one is not there.
    fn places_in<'py>(&self, py: Python<'py>, other: &Self) -> PyResult<Option<Bound<'py, PyArray1<i64>>>> {
        let order = detach(py, || self.0.places_in(&other.0))?.map_err(exception)?;
        Ok(order.map(|order| order.iter().map(|&cell| cell as i64).collect::<Vec<_>>().into_pyarray(py)))
    }

    /// The faces of a mesh in so many rows and columns.
    fn in_rows(&self, rows: usize, columns: usize) -> PyResult<Self> {
        self.0.in_rows(rows, columns).map(Self).map_err(exception)
    }

    /// Whether it is a list of places, which have no cells.
    #[getter]
    fn is_places(&self) -> bool {
        matches!(&self.0, grid::Grid::Mesh(mesh) if mesh.location() == Location::Nodes && mesh.faces() == 0)
    }

    /// Family, system, numbers and, for axes, extent in a line.
    #[getter]
    fn summary(&self) -> String {
        self.0.summary()
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> bool {
        detach_briefly(py, || self.0 == other.0)
    }

    fn __hash__(&self, py: Python<'_>) -> u64 {
        detach_briefly(py, || hash(&self.0))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let bytes = detach(py, || postcard::to_stdvec(&self.0))?.map_err(|error| raise(ErrorKind::Grid, error))?;
        let rebuild = py.import("nunatak._nunatak")?.getattr("_rebuild_grid")?;
        Ok((rebuild, PyTuple::new(py, [PyBytes::new(py, &bytes)])?))
    }

    fn __repr__(&self) -> String {
        format!("<nunatak.Grid {}>", self.0.summary())
    }
}

/// Nodes and faces of a mesh that make up its hash, more or less.
const HASHED: usize = 256;

/// A hash of what makes two grids equal.
fn hash(grid: &grid::Grid) -> u64 {
    let mut hasher = DefaultHasher::new();
    // Not the system's name: to find its code takes longer than all the rest.
    grid.crs().is_geographic().hash(&mut hasher);
    grid.shape().hash(&mut hasher);
    // Zero has two signs that are equal.
    let mut add = |values: &[f64]| values.iter().for_each(|value| (value + 0.0).to_bits().hash(&mut hasher));
    match grid {
        grid::Grid::Rectilinear(grid) => {
            add(grid.x().bounds());
            add(grid.y().bounds());
        }
        grid::Grid::Healpix(grid) => (grid.level(), grid.order(), grid.cells()).hash(&mut hasher),
        grid::Grid::Mesh(grid) => {
            // A few nodes and faces tell meshes apart; equality looks at all.
            let (x, y) = grid.nodes();
            let every = (x.len() / HASHED).max(1);
            x.iter().zip(y).step_by(every).for_each(|(&x, &y)| add(&[x, y]));
            let every = (grid.faces() / HASHED).max(1);
            (0..grid.faces()).step_by(every).for_each(|face| grid.face(face).hash(&mut hasher));
        }
        _ => {}
    }
    hasher.finish()
}

fn extent_of([west, south, east, north]: [f64; 4]) -> Extent {
    Extent { west, south, east, north }
}

/// What speaks for kilometres that were given as metres.
#[pyfunction]
#[pyo3(name = "spacing_doubt")]
fn doubt(crs: &Crs, spacing: f64, extent: [f64; 4]) -> Option<String> {
    spacing_doubt(&crs.0, spacing, extent_of(extent))
}

/// The number of cells of a HEALPix level, all of which are a grid.
#[pyfunction]
fn whole_healpix_level(level: u8) -> PyResult<u32> {
    grids::whole_healpix_level(level).map_err(exception)
}

#[pyfunction]
fn _rebuild_grid(bytes: &[u8]) -> PyResult<Grid> {
    postcard::from_bytes(bytes)
        .map(Grid)
        .map_err(|error| raise(ErrorKind::Grid, format!("the pickled grid is not of this version of nunatak: {error}")))
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Grid>()?;
    module.add_function(wrap_pyfunction!(doubt, module)?)?;
    module.add_function(wrap_pyfunction!(whole_healpix_level, module)?)?;
    module.add_function(wrap_pyfunction!(_rebuild_grid, module)?)
}
