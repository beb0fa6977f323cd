//! Descriptions: arrays as plain data, to be rebuilt in another process.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{ArrayError, Result};

/// An array as plain data: what kind it is, its parameters, and the arrays it wraps.
///
/// Each crate that defines arrays rebuilds its own kinds; the facade crate tries them in turn, so an array
/// pickled in one process can be opened again in another.
///
/// # Examples
/// ```
/// use nunatak_array::{Array, MemoryArray, Values};
///
/// let array = MemoryArray::new(vec![3], Values::I32(vec![1, 2, 3]))?;
/// let description = array.describe()?;
/// assert_eq!(description.kind, "array/memory");
/// let again = description.rebuild_operator(&[])?;
/// assert_eq!(again.map(|array| array.read_all()).transpose()?, Some(Values::I32(vec![1, 2, 3])));
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Description {
    /// Which array this is, as `crate/kind` (for example `array/transpose`).
    pub kind: String,
    /// Its parameters.
    pub parameters: serde_json::Value,
    /// The arrays it reads from.
    pub inputs: Vec<Description>,
    /// Large binary parts (values, weights), shared and not copied.
    #[serde(skip)]
    pub blobs: Vec<Arc<[u8]>>,
}

impl Description {
    /// A description without inputs or blobs.
    ///
    /// # Errors
    /// [`ArrayError::Rebuild`] when the parameters cannot be written as JSON.
    pub fn new(kind: &str, parameters: &impl Serialize) -> Result<Self> {
        let parameters = serde_json::to_value(parameters)
            .map_err(|error| ArrayError::Rebuild { kind: kind.into(), reason: error.to_string() })?;
        Ok(Self { kind: kind.into(), parameters, inputs: Vec::new(), blobs: Vec::new() })
    }

    /// Adds the arrays it reads from.
    #[must_use]
    pub fn with_inputs(mut self, inputs: Vec<Description>) -> Self {
        self.inputs = inputs;
        self
    }

    /// Adds a large binary part.
    #[must_use]
    pub fn with_blob(mut self, blob: Arc<[u8]>) -> Self {
        self.blobs.push(blob);
        self
    }

    /// The parameters as a typed value.
    ///
    /// # Errors
    /// [`ArrayError::Rebuild`] when they do not fit.
    pub fn parameters<T: for<'de> Deserialize<'de>>(&self) -> Result<T> {
        serde_json::from_value(self.parameters.clone()).map_err(|error| self.broken(error.to_string()))
    }

    /// The blob at `index`.
    ///
    /// # Errors
    /// [`ArrayError::Rebuild`] when there is none.
    pub fn blob(&self, index: usize) -> Result<&Arc<[u8]>> {
        self.blobs.get(index).ok_or_else(|| self.broken(format!("binary part {index} is missing")))
    }

    /// The error that says this description cannot be rebuilt.
    pub fn broken(&self, reason: impl Into<String>) -> ArrayError {
        ArrayError::Rebuild { kind: self.kind.clone(), reason: reason.into() }
    }
}
