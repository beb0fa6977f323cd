use nunatak_array::{DataType, Values};

/// Order of the bytes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByteOrder {
    Little,
    Big,
}

/// One element as it lies in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) data_type: DataType,
    pub(crate) order: ByteOrder,
}

impl Element {
    pub(crate) fn size(self) -> usize {
        self.data_type.size()
    }

    /// Stored bytes as values; a rest that is shorter than one element is dropped.
    pub(crate) fn values(self, bytes: &[u8]) -> Values {
        macro_rules! numbers {
            ($variant:ident, $type:ty) => {{
                let elements = bytes.chunks_exact(size_of::<$type>());
                Values::$variant(match self.order {
                    ByteOrder::Little => {
                        elements.map(|raw| <$type>::from_le_bytes(raw.try_into().unwrap_or_default())).collect()
                    }
                    ByteOrder::Big => {
                        elements.map(|raw| <$type>::from_be_bytes(raw.try_into().unwrap_or_default())).collect()
                    }
                })
            }};
        }
        match self.data_type {
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
            DataType::Text => Values::Text(Vec::new()),
        }
    }

    /// `length` times the fill value (zeros when the file has none).
    pub(crate) fn filled(self, fill: Option<&[u8]>, length: usize) -> Values {
        match fill {
            Some(fill) if fill.len() == self.size() => self.values(&fill.repeat(length)),
            _ => Values::zeros(self.data_type, length),
        }
    }
}
