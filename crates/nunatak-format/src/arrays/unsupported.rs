//! Arrays whose shape and type are known and whose data cannot be read.

use nunatak_array::{Array, ArrayError, ChunkGrid, DataType, Description, Region, Values};

use nunatak_store::Location;

use crate::FormatError;

/// A variable whose shape and type are known and whose data cannot be read; whoever reads it learns why.
pub(crate) struct UnsupportedArray {
    pub(crate) path: Location,
    pub(crate) object: String,
    pub(crate) shape: Vec<usize>,
    pub(crate) data_type: DataType,
    /// What is not supported.
    pub(crate) feature: String,
}

impl UnsupportedArray {
    fn error(&self) -> ArrayError {
        FormatError::Unsupported { path: self.path.clone(), object: self.object.clone(), feature: self.feature.clone() }
            .into()
    }
}

impl Array for UnsupportedArray {
    fn data_type(&self) -> DataType {
        self.data_type
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn chunk_grid(&self) -> ChunkGrid {
        ChunkGrid::single(&self.shape)
    }

    fn read(&self, _region: &Region) -> Result<Values, ArrayError> {
        Err(self.error())
    }

    fn describe(&self) -> Result<Description, ArrayError> {
        Err(self.error())
    }
}
