//! Elements as they lie in a file: type and byte order.

use nunatak_array::{ByteOrder, DataType, Values};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// `NC_FILL_FLOAT` and `NC_FILL_DOUBLE` of netCDF.
const DEFAULT_FILL: f64 = 9.969_209_968_386_869e36;
/// Elements that one task fills.
const FILLED_AT_ONCE: usize = 64 * 1024;

/// One element as it lies in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Element {
    pub(crate) data_type: DataType,
    pub(crate) order: ByteOrder,
}

impl Element {
    pub(crate) fn size(self) -> usize {
        self.data_type.size()
    }

    /// numpy's name of the type as it lies in the file: `<f4`, `>i2`, `|S8`.
    pub(crate) fn numpy_name(self) -> String {
        let kind = match self.data_type {
            DataType::I8 | DataType::I16 | DataType::I32 | DataType::I64 => 'i',
            DataType::U8 | DataType::U16 | DataType::U32 | DataType::U64 => 'u',
            DataType::F32 | DataType::F64 => 'f',
            DataType::Bytes(_) | DataType::Text => 'S',
        };
        let order = match self.order {
            _ if self.size() == 1 || kind == 'S' => '|',
            ByteOrder::Little => '<',
            ByteOrder::Big => '>',
        };
        format!("{order}{kind}{}", self.size())
    }

    /// Stored bytes as values.
    pub(crate) fn values(self, bytes: &[u8]) -> Values {
        Values::from_bytes(self.data_type, self.order, bytes)
    }

    /// `length` times the fill value (zeros when the file has none).
    pub(crate) fn filled(self, fill: Option<&[u8]>, length: usize) -> Values {
        let mut values = Values::zeros(self.data_type, length);
        if let Some(fill) = fill.filter(|fill| fill.len() == self.size() && fill.iter().any(|&byte| byte != 0))
            && let Some(bytes) = values.as_bytes_mut()
        {
            let mut fill = fill.to_vec();
            self.make_native(&mut fill);
            bytes.par_chunks_mut(fill.len() * FILLED_AT_ONCE).for_each(|block| {
                block.chunks_exact_mut(fill.len()).for_each(|element| element.copy_from_slice(&fill));
            });
        }
        values
    }

    /// `length` times what netCDF reads where a variable has no records yet and others along the same axis have: its
    /// own fill value, else the one that its type has by default, which nobody takes for data.
    pub(crate) fn never_written(self, fill: Option<&[u8]>, length: usize) -> Values {
        if fill.is_some_and(|fill| fill.len() == self.size()) {
            return self.filled(fill, length);
        }
        match self.data_type {
            DataType::I8 => Values::I8(vec![-127; length]),
            DataType::I16 => Values::I16(vec![-32_767; length]),
            DataType::I32 => Values::I32(vec![-2_147_483_647; length]),
            DataType::I64 => Values::I64(vec![-9_223_372_036_854_775_806; length]),
            DataType::U8 => Values::U8(vec![u8::MAX; length]),
            DataType::U16 => Values::U16(vec![u16::MAX; length]),
            DataType::U32 => Values::U32(vec![u32::MAX; length]),
            DataType::U64 => Values::U64(vec![u64::MAX - 1; length]),
            DataType::F32 => Values::F32(vec![DEFAULT_FILL as f32; length]),
            DataType::F64 => Values::F64(vec![DEFAULT_FILL; length]),
            DataType::Bytes(_) | DataType::Text => self.filled(None, length),
        }
    }

    /// Puts stored bytes into the machine's order, in place.
    pub(crate) fn make_native(self, bytes: &mut [u8]) {
        if self.order == ByteOrder::NATIVE || !self.data_type.is_numeric() {
            return;
        }
        match self.size() {
            2 => bytes.chunks_exact_mut(2).for_each(|element| element.swap(0, 1)),
            4 => bytes.chunks_exact_mut(4).for_each(<[u8]>::reverse),
            8 => bytes.chunks_exact_mut(8).for_each(<[u8]>::reverse),
            _ => {}
        }
    }
}
