use std::sync::{Arc, OnceLock};

use nunatak_array::{Array, ArrayError, ChunkGrid, DataType, Description, MemoryArray, Region, Values};

use crate::Result;
use crate::rebuild::VariableDescription;
use crate::source::ByteSource;

/// Reads all texts of a variable.
pub(crate) type TextReader = Box<dyn Fn() -> Result<Vec<String>, ArrayError> + Send + Sync>;

/// A variable of strings; texts are few, so they are read all at once when first wanted.
pub(crate) struct TextArray {
    pub(crate) source: Arc<ByteSource>,
    pub(crate) object: String,
    pub(crate) shape: Vec<usize>,
    pub(crate) read: TextReader,
    pub(crate) texts: OnceLock<MemoryArray>,
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
        let texts = MemoryArray::new(self.shape.clone(), Values::Text((self.read)()?))?;
        self.texts.get_or_init(|| texts).read(region)
    }

    fn describe(&self) -> Result<Description, ArrayError> {
        VariableDescription::of(&self.source, &self.object).describe()
    }
}
