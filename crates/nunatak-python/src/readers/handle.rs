//! Readers as Python holds them: a name, and the object behind it.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use nunatak::ErrorKind;
use nunatak::array::{ArrayError, Description};
use nunatak::format::described_location;
use nunatak::store::{Location, ReadRanges, adopt, register as register_reader, registered};
use nunatak::system::{PerProcess, inherit};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::file_object::FileObject;
use super::user_store::UserStore;
use crate::errors::raise;
use crate::store::location;

/// Readers by the address of their objects, with the root of each.
type ReadersByObject = HashMap<usize, (Location, Weak<dyn ReadRanges>)>;

/// Readers of objects, which they keep alive: two of one object would seek in one file at the same time.
static OF_OBJECTS: PerProcess<Mutex<ReadersByObject>> = PerProcess::new(inherit);

/// A file object or a store as a reader, while it or anything that was opened through it is held.
#[pyclass(frozen, name = "Reader", module = "nunatak._nunatak")]
pub(crate) struct PyReader {
    root: Location,
    reader: Arc<dyn ReadRanges>,
}

/// What a reader reads from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Store,
}

impl Kind {
    fn reader(self, object: &Bound<'_, PyAny>) -> Arc<dyn ReadRanges> {
        match self {
            Self::File => Arc::new(FileObject::new(object)),
            Self::Store => Arc::new(UserStore::new(object)),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Store => "store",
        }
    }

    fn parse(name: &str) -> PyResult<Self> {
        [Self::File, Self::Store]
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or_else(|| raise(ErrorKind::Argument, format!("reader: found `{name}`, expected file or store")))
    }
}

#[pymethods]
impl PyReader {
    /// The reader of a file object (`kind` is `file`) or of a store (`store`); the same object has the same reader.
    #[new]
    fn new(object: &Bound<'_, PyAny>, kind: &str) -> PyResult<Self> {
        let kind = Kind::parse(kind)?;
        let label = object.get_type().name()?.to_string();
        Ok(Self::of_object(object, kind.reader(object), |made| register_reader(&label, made)))
    }

    /// The location of a file below it: `reader://NAME/key`.
    fn join(&self, key: &str) -> String {
        self.root.join(key.trim_matches('/')).to_string()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let (kind, object) = self.object(py)?;
        if let Err(refused) = object.call_method1("__reduce_ex__", (4,)) {
            let name = object.get_type().name()?;
            let problem = format!(
                "a lazy array over a {name} cannot be pickled, because the {name} cannot ({}): open the file by its path \
                 or URL, or with fsspec",
                refused.value(py)
            );
            return Err(PyTypeError::new_err(problem));
        }
        let rebuild = py.import("nunatak._nunatak")?.getattr("_rebuild_reader")?;
        let parts =
            [self.root.to_string().into_pyobject(py)?.into_any(), kind.name().into_pyobject(py)?.into_any(), object];
        Ok((rebuild, PyTuple::new(py, parts)?))
    }

    fn __repr__(&self) -> String {
        format!("<nunatak.Reader {}>", self.root)
    }
}

impl PyReader {
    /// The reader that an object has already, else the one that was made for it, under the name that it gets.
    fn of_object(
        object: &Bound<'_, PyAny>,
        made: Arc<dyn ReadRanges>,
        name: impl FnOnce(Arc<dyn ReadRanges>) -> (Location, Arc<dyn ReadRanges>),
    ) -> Self {
        let address = object.as_ptr() as usize;
        let mut known = OF_OBJECTS.get().lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((root, Some(reader))) = known.get(&address).map(|(root, reader)| (root, reader.upgrade())) {
            let root = root.clone();
            // What is dropped may call Python, which may come here again.
            drop(known);
            drop(made);
            return Self { root, reader };
        }
        let (root, reader) = name(made);
        known.retain(|_, (_, reader)| reader.strong_count() > 0);
        known.insert(address, (root.clone(), Arc::downgrade(&reader)));
        Self { root, reader }
    }

    fn object<'py>(&self, py: Python<'py>) -> PyResult<(Kind, Bound<'py, PyAny>)> {
        let reader: &dyn Any = &*self.reader;
        if let Some(file) = reader.downcast_ref::<FileObject>() {
            return Ok((Kind::File, file.file.bind(py).clone()));
        }
        match reader.downcast_ref::<UserStore>() {
            Some(store) => Ok((Kind::Store, store.store.bind(py).clone())),
            None => Err(PyTypeError::new_err("the reader is no object of Python")),
        }
    }
}

/// The readers that an array needs, each once.
pub(crate) fn readers_of(description: &Description) -> Result<Vec<PyReader>, ArrayError> {
    fn collect(description: &Description, found: &mut Vec<PyReader>) -> Result<(), ArrayError> {
        if let Some(location) = described_location(description)?
            && let Some(reader) = registered(&location)
            && !found.iter().any(|known| Arc::ptr_eq(&known.reader, &reader))
        {
            found.push(PyReader { root: root_of(location), reader });
        }
        description.inputs.iter().try_for_each(|input| collect(input, found))
    }
    let mut found = Vec::new();
    collect(description, &mut found)?;
    Ok(found)
}

/// The reader's own location.
fn root_of(location: Location) -> Location {
    match location {
        Location::Remote { scheme, bucket, .. } => Location::Remote { scheme, bucket, key: String::new() },
        local @ Location::Local(_) => local,
    }
}

/// A reader that was pickled: the one of its name where that is in this process, else one over the object that came along.
#[pyfunction]
fn _rebuild_reader(root: &str, kind: &str, object: &Bound<'_, PyAny>) -> PyResult<PyReader> {
    let (root, kind) = (location(root)?, Kind::parse(kind)?);
    if let Some(reader) = registered(&root) {
        return Ok(PyReader { root, reader });
    }
    let same = PyReader::of_object(object, kind.reader(object), |made| (root.clone(), adopt(&root, made)));
    // An object that has a reader under another name here gets this name too.
    let reader = adopt(&root, same.reader);
    Ok(PyReader { root, reader })
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyReader>()?;
    module.add_function(wrap_pyfunction!(_rebuild_reader, module)?)
}
