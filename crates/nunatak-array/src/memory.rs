use std::sync::Arc;

use crate::{Array, ArrayError, ChunkGrid, DataType, Description, Region, Result, Values};

/// An array whose values are in memory already.
#[derive(Debug, Clone)]
pub struct MemoryArray {
    shape: Vec<usize>,
    values: Arc<Values>,
}

impl MemoryArray {
    pub(crate) const KIND: &'static str = "array/memory";

    /// An array of `shape` from its row-major values.
    ///
    /// # Errors
    /// [`ArrayError::Shape`] when the number of values does not fit the shape.
    pub fn new(shape: Vec<usize>, values: Values) -> Result<Self> {
        if shape.iter().product::<usize>() != values.len() {
            return Err(ArrayError::Shape {
                what: "values of an in-memory array".into(),
                expected: shape,
                found: vec![values.len()],
            });
        }
        Ok(Self { shape, values: Arc::new(values) })
    }

    /// All values.
    pub fn values(&self) -> &Values {
        &self.values
    }

    pub(crate) fn rebuild(description: &Description) -> Result<Self> {
        let (shape, data_type): (Vec<usize>, DataType) = description.parameters()?;
        let values = from_bytes(description.blob(0)?, data_type).ok_or_else(|| description.broken("data type"))?;
        Self::new(shape, values)
    }
}

impl Array for MemoryArray {
    fn data_type(&self) -> DataType {
        self.values.data_type()
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn chunk_grid(&self) -> ChunkGrid {
        ChunkGrid::single(&self.shape)
    }

    fn read(&self, region: &Region) -> Result<Values> {
        region.check_within(&self.shape)?;
        if region.shape() == self.shape {
            return Ok((*self.values).clone());
        }
        let mut block = Values::zeros(self.data_type(), region.len());
        block.copy_block(region.shape(), &Region::whole(region.shape()), &self.values, &self.shape, region)?;
        Ok(block)
    }

    fn describe(&self) -> Result<Description> {
        let bytes = to_bytes(&self.values).ok_or(ArrayError::NotDescribable { kind: "text in memory" })?;
        Ok(Description::new(Self::KIND, &(&self.shape, self.data_type()))?.with_blob(bytes.into()))
    }
}

fn to_bytes(values: &Values) -> Option<Vec<u8>> {
    crate::for_each_numeric!(
        values,
        values => Some(values.iter().flat_map(|value| value.to_le_bytes()).collect()),
        other => match other {
            Values::Bytes { data, .. } => Some(data.clone()),
            _ => None,
        }
    )
}

fn from_bytes(bytes: &[u8], data_type: DataType) -> Option<Values> {
    macro_rules! numbers {
        ($variant:ident, $type:ty) => {
            Values::$variant(
                bytes
                    .chunks_exact(size_of::<$type>())
                    .map(|raw| <$type>::from_le_bytes(raw.try_into().unwrap_or_default()))
                    .collect(),
            )
        };
    }
    Some(match data_type {
        DataType::I8 => numbers!(I8, i8),
        DataType::U8 => Values::U8(bytes.to_vec()),
        DataType::I16 => numbers!(I16, i16),
        DataType::U16 => numbers!(U16, u16),
        DataType::I32 => numbers!(I32, i32),
        DataType::U32 => numbers!(U32, u32),
        DataType::I64 => numbers!(I64, i64),
        DataType::U64 => numbers!(U64, u64),
        DataType::F32 => numbers!(F32, f32),
        DataType::F64 => numbers!(F64, f64),
        DataType::Bytes(width) => Values::Bytes { width, data: bytes.to_vec() },
        DataType::Text => return None,
    })
}
