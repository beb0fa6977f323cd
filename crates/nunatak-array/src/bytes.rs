//! Values as bytes and back.

use serde::{Deserialize, Serialize};

use crate::{DataType, Values, for_each_numeric};

/// Order of the bytes of a number.
///
/// # Examples
/// ```
/// use nunatak_array::{ByteOrder, DataType, Values};
///
/// let bytes = [0, 1];
/// assert_eq!(Values::from_bytes(DataType::I16, ByteOrder::Big, &bytes), Values::I16(vec![1]));
/// assert_eq!(Values::from_bytes(DataType::I16, ByteOrder::Little, &bytes), Values::I16(vec![256]));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ByteOrder {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

impl ByteOrder {
    /// The order of this machine.
    pub const NATIVE: Self = if cfg!(target_endian = "big") { Self::Big } else { Self::Little };
}

impl Values {
    /// The memory of the values, numbers in the machine's byte order, to be filled in place; `None` for text.
    pub fn as_bytes_mut(&mut self) -> Option<&mut [u8]> {
        for_each_numeric!(
            self,
            values => Some(bytemuck::cast_slice_mut(values.as_mut_slice())),
            other => match other {
                Self::Bytes { data, .. } => Some(data),
                _ => None,
            }
        )
    }

    /// Values of a fixed-size type from their bytes; a rest shorter than one element is dropped.
    ///
    /// [`DataType::Text`] has no size and gives no values.
    pub fn from_bytes(data_type: DataType, order: ByteOrder, bytes: &[u8]) -> Self {
        macro_rules! numbers {
            ($variant:ident, $type:ty) => {{
                let elements = bytes.chunks_exact(size_of::<$type>());
                Self::$variant(match order {
                    ByteOrder::Little => {
                        elements.map(|raw| <$type>::from_le_bytes(raw.try_into().unwrap_or_default())).collect()
                    }
                    ByteOrder::Big => {
                        elements.map(|raw| <$type>::from_be_bytes(raw.try_into().unwrap_or_default())).collect()
                    }
                })
            }};
        }
        match data_type {
            DataType::I8 => numbers!(I8, i8),
            DataType::U8 => Self::U8(bytes.to_vec()),
            DataType::I16 => numbers!(I16, i16),
            DataType::U16 => numbers!(U16, u16),
            DataType::I32 => numbers!(I32, i32),
            DataType::U32 => numbers!(U32, u32),
            DataType::I64 => numbers!(I64, i64),
            DataType::U64 => numbers!(U64, u64),
            DataType::F32 => numbers!(F32, f32),
            DataType::F64 => numbers!(F64, f64),
            DataType::Bytes(width) => Self::Bytes { width, data: bytes.to_vec() },
            DataType::Text => Self::Text(Vec::new()),
        }
    }

    /// The bytes of all values, numbers little-endian; `None` for text.
    pub(crate) fn to_bytes(&self) -> Option<Vec<u8>> {
        for_each_numeric!(
            self,
            values => Some(values.iter().flat_map(|value| value.to_le_bytes()).collect()),
            other => match other {
                Self::Bytes { data, .. } => Some(data.clone()),
                _ => None,
            }
        )
    }
}
