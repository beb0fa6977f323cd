//! Lazy arrays in Python: `LazyArray`, and values as numpy arrays.

use std::sync::Arc;

use numpy::{Element, IntoPyArray, PyArray1, PyArrayDyn, PyArrayMethods, PyUntypedArrayMethods};
use nunatak::array::{
    Array, ArrayError, AxisSelection, BorrowedArray, ChunkGrid, DataType, Description, IndexArray, MemoryArray,
    Numbers, Region, SharedArray, TakeArray, TransposeArray, Values, copied, for_each_numeric, read_outer,
};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple};

use crate::beside_the_pool::beside_the_pool;
use crate::description::{freeze, thaw};
use crate::errors::{exception, raise};
use crate::readers::{PyReader, readers_of};
use crate::threads::{detach, detach_briefly, on_caller};
use nunatak::ErrorKind;

/// A lazy N-D array. Indexing is by `read`, with one selection per axis; nothing is read before.
#[pyclass(frozen, module = "nunatak._nunatak", from_py_object)]
#[derive(Clone)]
pub(crate) struct LazyArray(pub(crate) SharedArray);

#[pymethods]
impl LazyArray {
    /// An array over the values of a numpy array: numbers where they lie, when they lie in order, else a copy.
    #[staticmethod]
    fn from_numpy(values: &Bound<'_, PyAny>) -> PyResult<Self> {
        let shape: Vec<usize> = values.getattr("shape")?.extract()?;
        if let Some(array) = in_place(values, &shape)? {
            return Ok(Self(array));
        }
        let values = numpy_to_values(values)?;
        Ok(Self(Arc::new(MemoryArray::new(shape, values).map_err(exception)?)))
    }

    /// An array whose regions a Python callable gives: `read(tuple of slices) -> numpy array`.
    #[staticmethod]
    #[pyo3(signature = (read, shape, dtype, chunks=None))]
    fn from_callback(read: Py<PyAny>, shape: Vec<usize>, dtype: &str, chunks: Option<Vec<usize>>) -> PyResult<Self> {
        let data_type = data_type_from_numpy(dtype)?;
        let chunk_grid = ChunkGrid::regular(&shape, chunks.as_deref().unwrap_or(&shape));
        Ok(Self(Arc::new(CallbackArray { read, shape, data_type, chunk_grid })))
    }

    #[getter]
    fn shape<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.shape())
    }

    /// The numpy name of the data type, `object` for text.
    #[getter]
    fn dtype(&self) -> String {
        numpy_name(self.0.data_type())
    }

    /// Per axis the length of all chunks, where only the last may be shorter, else all lengths.
    #[getter]
    fn preferred_chunks<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let grid = self.0.chunk_grid();
        let axis = |axis: usize| match grid.regular_length(axis) {
            Some(length) => Ok(length.into_pyobject(py)?.into_any()),
            None => Ok(PyTuple::new(py, grid.lengths(axis))?.into_any()),
        };
        (0..grid.rank()).map(axis).collect()
    }

    /// Chunk lengths along each axis.
    #[getter]
    fn chunks(&self) -> Vec<Vec<usize>> {
        self.0.chunk_grid().all_lengths()
    }

    /// Values at an outer selection: per axis an integer, `(start, length)`, or a list of indices.
    fn read<'py>(&self, py: Python<'py>, selections: Vec<Selection>) -> PyResult<Bound<'py, PyAny>> {
        let selections: Vec<AxisSelection> = selections.into_iter().map(Selection::into_axis).collect();
        let shape = result_shape(&selections);
        let array = Arc::clone(&self.0);
        let values = detach(py, move || read_outer(&*array, &selections))?.map_err(exception)?;
        values_to_numpy(py, values, &shape)
    }

    /// These indices along one axis, lazily; `None` gives a missing value.
    fn take(&self, axis: usize, indices: Vec<Option<usize>>) -> PyResult<Self> {
        let taken = TakeArray::new(Arc::clone(&self.0), axis, indices).map_err(exception)?;
        Ok(Self(Arc::new(taken)))
    }

    /// One index along one axis, lazily; the axis is dropped.
    fn index(&self, axis: usize, index: usize) -> PyResult<Self> {
        let picked = IndexArray::new(Arc::clone(&self.0), axis, index).map_err(exception)?;
        Ok(Self(Arc::new(picked)))
    }

    /// The axes in another order, lazily.
    fn transpose(&self, order: Vec<usize>) -> PyResult<Self> {
        let transposed = TransposeArray::new(Arc::clone(&self.0), order).map_err(exception)?;
        Ok(Self(Arc::new(transposed)))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let description = self.0.describe().map_err(exception)?;
        let (text, blobs) = freeze(&description);
        let blobs = PyList::new(py, blobs.iter().map(|blob| PyBytes::new(py, blob)))?;
        // File objects and stores that it reads from travel along, as far as they can be pickled.
        let readers = PyList::empty(py);
        for reader in readers_of(&description).map_err(exception)? {
            readers.append(reader.into_pyobject(py)?)?;
        }
        let rebuild = py.import("nunatak._nunatak")?.getattr("_rebuild_array")?;
        let parts = [text.into_pyobject(py)?.into_any(), blobs.into_any(), readers.into_any()];
        Ok((rebuild, PyTuple::new(py, parts)?))
    }

    fn __copy__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    /// Itself: it never changes, and what it reads from may not be copied.
    fn __deepcopy__<'py>(slf: PyRef<'py, Self>, _memo: &Bound<'py, PyAny>) -> PyRef<'py, Self> {
        slf
    }

    fn __repr__(&self) -> String {
        format!("<nunatak.LazyArray {} {:?}>", self.0.data_type(), self.0.shape())
    }
}

/// One axis of an outer selection, as Python gives it.
#[derive(FromPyObject)]
enum Selection {
    Index(usize),
    Range((usize, usize)),
    Indices(Vec<usize>),
}

impl Selection {
    fn into_axis(self) -> AxisSelection {
        match self {
            Self::Index(index) => AxisSelection::Index(index),
            Self::Range((start, length)) => AxisSelection::Range { start, length },
            Self::Indices(indices) => AxisSelection::Indices(indices),
        }
    }
}

fn result_shape(selections: &[AxisSelection]) -> Vec<usize> {
    selections
        .iter()
        .filter_map(|selection| match selection {
            AxisSelection::Index(_) => None,
            AxisSelection::Indices(indices) => Some(indices.len()),
            AxisSelection::Range { length, .. } => Some(*length),
        })
        .collect()
}

/// An array whose regions are read by a Python callable; for lazy variables of other libraries.
struct CallbackArray {
    read: Py<PyAny>,
    shape: Vec<usize>,
    data_type: DataType,
    chunk_grid: ChunkGrid,
}

impl Array for CallbackArray {
    fn data_type(&self) -> DataType {
        self.data_type
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn chunk_grid(&self) -> ChunkGrid {
        self.chunk_grid.clone()
    }

    fn read(&self, region: &Region) -> Result<Values, ArrayError> {
        region.check_within(&self.shape)?;
        let call = |py: Python<'_>| -> PyResult<Values> {
            let slices: Vec<Bound<'_, PyAny>> = (0..region.rank())
                .map(|axis| py.import("builtins")?.getattr("slice")?.call1((region.start()[axis], region.end(axis))))
                .collect::<PyResult<_>>()?;
            numpy_to_values(&self.read.bind(py).call1((PyTuple::new(py, slices)?,))?)
        };
        let values = beside_the_pool(|| on_caller(call)).map_err(ArrayError::source)?;
        if values.len() != region.len() || values.data_type() != self.data_type {
            return Err(ArrayError::Shape {
                what: format!("{} values of a lazy variable declared as {}", values.data_type(), self.data_type),
                expected: region.shape().to_vec(),
                found: vec![values.len()],
            });
        }
        Ok(values)
    }

    fn blocks(&self) -> bool {
        true
    }

    fn describe(&self) -> Result<Description, ArrayError> {
        Err(ArrayError::NotDescribable { kind: "Python callback" })
    }
}

/// Values as a numpy array of `shape`; numbers move without a copy.
pub(crate) fn values_to_numpy<'py>(py: Python<'py>, values: Values, shape: &[usize]) -> PyResult<Bound<'py, PyAny>> {
    fn shaped<'py, T: Element>(py: Python<'py>, values: Vec<T>, shape: &[usize]) -> PyResult<Bound<'py, PyAny>> {
        Ok(values.into_pyarray(py).reshape(shape)?.into_any())
    }
    for_each_numeric!(values, values => shaped(py, values, shape), other => {
        let numpy = py.import("numpy")?;
        match other {
            Values::Bytes { width, data } => {
                let kwargs = PyDict::new(py);
                kwargs.set_item("dtype", format!("S{}", width.max(1)))?;
                let bytes = PyBytes::new(py, &data);
                numpy.call_method("frombuffer", (bytes,), Some(&kwargs))?.call_method0("copy")?.call_method1("reshape", (shape.to_vec(),))
            }
            Values::Text(texts) => {
                let array = numpy.call_method1("empty", (texts.len(), "object"))?;
                for (at, text) in texts.into_iter().enumerate() {
                    array.set_item(at, text)?;
                }
                array.call_method1("reshape", (shape.to_vec(),))
            }
            _ => Err(raise(ErrorKind::Argument, "values of an unknown type")),
        }
    })
}

/// A numpy array's numbers where they lie, when they lie row-major in the machine's byte order.
fn in_place(array: &Bound<'_, PyAny>, shape: &[usize]) -> PyResult<Option<SharedArray>> {
    macro_rules! numbers {
        ($($variant:ident $type:ty),*) => {
            $(if let Ok(typed) = array.cast::<PyArrayDyn<$type>>() {
                if !typed.is_c_contiguous() {
                    return Ok(None);
                }
                let typed = typed.readonly();
                // What came over a network may lie at any address.
                let Ok(numbers) = typed.as_slice() else { return Ok(None) };
                // SAFETY: numpy does not move the memory of an array that somebody holds. Whoever writes to it while
                // it is read gets some of the new values, as between any two threads of numpy.
                let array = unsafe { BorrowedArray::new(shape.to_vec(), Numbers::$variant(numbers), array.clone().unbind()) };
                return Ok(Some(Arc::new(array.map_err(exception)?)));
            })*
        };
    }
    numbers!(F64 f64, F32 f32, I8 i8, U8 u8, I16 i16, U16 u16, I32 i32, U32 u32, I64 i64, U64 u64);
    Ok(None)
}

/// A numpy array's values, row-major (copied; converted to the machine's byte order).
pub(crate) fn numpy_to_values(array: &Bound<'_, PyAny>) -> PyResult<Values> {
    let py = array.py();
    let numpy = py.import("numpy")?;
    // What came over a network may lie at any address.
    let array = numpy.call_method1("require", (array, py.None(), "CA"))?;
    let dtype = array.getattr("dtype")?;
    let native =
        array.call_method1("astype", (dtype.call_method1("newbyteorder", ("=",))?, "C", "unsafe", true, false))?;
    macro_rules! numbers {
        ($($variant:ident $type:ty),*) => {
            $(if let Ok(typed) = native.cast::<PyArrayDyn<$type>>() {
                let typed = typed.readonly();
                let values = typed.as_slice()?;
                return Ok(Values::$variant(detach_briefly(py, || copied(values))));
            })*
        };
    }
    numbers!(F64 f64, F32 f32, I8 i8, U8 u8, I16 i16, U16 u16, I32 i32, U32 u32, I64 i64, U64 u64);
    let kind: String = dtype.getattr("kind")?.extract()?;
    match kind.as_str() {
        "S" => Ok(Values::Bytes {
            width: dtype.getattr("itemsize")?.extract()?,
            data: native.call_method0("tobytes")?.extract()?,
        }),
        "b" => {
            let bytes = native.call_method1("astype", ("uint8",))?;
            Ok(Values::U8(bytes.cast::<PyArrayDyn<u8>>()?.readonly().as_slice()?.to_vec()))
        }
        "O" | "U" => Ok(Values::Text(native.call_method0("ravel")?.call_method0("tolist")?.extract()?)),
        other => Err(raise(ErrorKind::Argument, format!("a numpy array of kind `{other}` cannot become a lazy array"))),
    }
}

/// A vector as a numpy array, without a copy.
pub(crate) fn vector_to_numpy<T: Element>(py: Python<'_>, values: Vec<T>) -> Bound<'_, PyArray1<T>> {
    values.into_pyarray(py)
}

/// The numpy name of a data type, `object` for text.
pub(crate) fn numpy_name(data_type: DataType) -> String {
    match data_type {
        DataType::Text => "object".into(),
        other => other.to_string(),
    }
}

pub(crate) fn data_type_from_numpy(name: &str) -> PyResult<DataType> {
    Ok(match name {
        "int8" => DataType::I8,
        "uint8" | "bool" => DataType::U8,
        "int16" => DataType::I16,
        "uint16" => DataType::U16,
        "int32" => DataType::I32,
        "uint32" => DataType::U32,
        "int64" => DataType::I64,
        "uint64" => DataType::U64,
        "float32" => DataType::F32,
        "float64" => DataType::F64,
        "object" => DataType::Text,
        other => match other.trim_start_matches('|').strip_prefix('S').and_then(|width| width.parse().ok()) {
            Some(width) => DataType::Bytes(width),
            None => return Err(raise(ErrorKind::Argument, format!("data type `{other}` cannot be in a lazy array"))),
        },
    })
}

/// An array that was pickled. The readers are held until it holds them itself.
#[pyfunction]
#[pyo3(signature = (text, blobs, readers = Vec::new()))]
fn _rebuild_array(
    py: Python<'_>,
    text: &str,
    blobs: Vec<Bound<'_, PyBytes>>,
    readers: Vec<Py<PyReader>>,
) -> PyResult<LazyArray> {
    let blobs: Vec<Arc<[u8]>> = blobs.iter().map(|blob| blob.as_bytes().into()).collect();
    let description = serde_json::from_str(text)
        .ok()
        .and_then(|value| thaw(&value, &blobs))
        .ok_or_else(|| raise(ErrorKind::Argument, "the pickled array is not of this version of nunatak"))?;
    let array = detach(py, || nunatak::rebuild_array(&description))?.map(LazyArray).map_err(exception);
    drop(readers);
    array
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<LazyArray>()?;
    module.add_function(wrap_pyfunction!(_rebuild_array, module)?)
}
