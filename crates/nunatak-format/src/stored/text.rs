use std::sync::{Arc, OnceLock};

use nunatak_array::{Array, ArrayError, ChunkGrid, DataType, Description, MemoryArray, Region, Values};
use nunatak_store::{Object, block_on};

use crate::manifest::Stored;
use crate::opening::complete;
use crate::rebuild::VariableDescription;
use crate::source::ByteSource;
use crate::{Result, hdf5};

/// A variable of strings; texts are few, so they are read all at once when first wanted.
pub(crate) struct TextArray {
    object: Arc<Object>,
    path: String,
    shape: Vec<usize>,
    texts: OnceLock<MemoryArray>,
}

impl TextArray {
    pub(crate) fn new(object: Arc<Object>, path: String, shape: Vec<usize>) -> Self {
        Self { object, path, shape, texts: OnceLock::new() }
    }

    fn read_texts(&self) -> Result<Vec<String>> {
        let source = Arc::new(ByteSource::new(Arc::clone(&self.object))?);
        block_on(complete(&source, || hdf5::read_text(&source, &self.path)))
    }
}

impl Array for TextArray {
    fn data_type(&self) -> DataType {
        DataType::Text
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn chunk_grid(&self) -> ChunkGrid {
        ChunkGrid::single(&self.shape)
    }

    fn read(&self, region: &Region) -> Result<Values, ArrayError> {
        if let Some(texts) = self.texts.get() {
            return texts.read(region);
        }
        let texts = MemoryArray::new(self.shape.clone(), Values::Text(self.read_texts()?))?;
        self.texts.get_or_init(|| texts).read(region)
    }

    fn describe(&self) -> Result<Description, ArrayError> {
        let (object, shape) = (self.path.clone(), self.shape.clone());
        VariableDescription::of(&self.object).describe(&Stored::Text { object, shape })
    }
}
