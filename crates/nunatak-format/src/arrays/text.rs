//! Lazy arrays of texts.

use std::sync::{Arc, OnceLock};

use nunatak_array::{Array, ArrayError, ChunkGrid, DataType, Description, MemoryArray, Region, Values};
use nunatak_store::block_on;

use super::stored_array::StoredArray;
use crate::hdf5::read_texts;
use crate::limits::Budget;
use crate::manifest::{Padding, Stored, text};
use crate::source::{ByteSource, complete};
use crate::{FormatError, Result};

/// Where the letters of a text are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextStorage {
    /// In the element itself.
    Element,
    /// In the file's heap; the element is a reference.
    Heap,
}

/// A variable of strings; texts are few, so they are read all at once when first wanted.
pub(crate) struct TextArray {
    elements: StoredArray,
    padding: Padding,
    storage: TextStorage,
    texts: OnceLock<MemoryArray>,
}

impl TextArray {
    pub(crate) fn new(elements: StoredArray, padding: Padding, storage: TextStorage) -> Self {
        Self { elements, padding, storage, texts: OnceLock::new() }
    }

    fn read_all(&self) -> Result<Vec<String>, ArrayError> {
        let region = Region::whole(self.shape());
        let width = self.elements.data_type().size();
        let (file, object) = (self.elements.file(), &self.elements.stored().object);
        Budget::new().texts(region.len(), width).map_err(|problem| {
            let (path, object) = (file.location().clone(), object.clone());
            FormatError::TooLarge { path, object, problem }
        })?;
        let Values::Bytes { data, .. } = self.elements.read(&region)? else { return Ok(Vec::new()) };
        match self.storage {
            TextStorage::Element => {
                Ok(data.chunks_exact(width.max(1)).map(|bytes| text(bytes, self.padding)).collect())
            }
            TextStorage::Heap => {
                let source = Arc::new(ByteSource::new(Arc::clone(file))?);
                Ok(block_on(complete(&source, || read_texts(&source, object, &data, self.padding)))?)
            }
        }
    }
}

impl Array for TextArray {
    fn data_type(&self) -> DataType {
        DataType::Text
    }

    fn shape(&self) -> &[usize] {
        self.elements.shape()
    }

    fn chunk_grid(&self) -> ChunkGrid {
        ChunkGrid::single(self.shape())
    }

    fn read(&self, region: &Region) -> Result<Values, ArrayError> {
        if let Some(texts) = self.texts.get() {
            return texts.read(region);
        }
        let texts = MemoryArray::new(self.shape().to_vec(), Values::Text(self.read_all()?))?;
        self.texts.get_or_init(|| texts).read(region)
    }

    fn describe(&self) -> Result<Description, ArrayError> {
        let padding = self.padding;
        match self.storage {
            TextStorage::Element => self.elements.describe_as(|stored| Stored::FixedText(stored, padding)),
            TextStorage::Heap => self.elements.describe_as(|stored| Stored::HeapText(stored, padding)),
        }
    }
}
