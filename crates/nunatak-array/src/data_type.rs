//! Data types of elements.

use serde::{Deserialize, Serialize};

/// Type of one element, in the machine's byte order.
///
/// # Examples
/// ```
/// use nunatak_array::DataType;
///
/// assert_eq!(DataType::F32.to_string(), "float32");
/// assert_eq!(DataType::Bytes(3).to_string(), "S3");
/// assert_eq!(DataType::F32.size(), 4);
/// assert!(DataType::I16.is_numeric() && !DataType::I16.is_float());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DataType {
    /// Signed 8-bit integer.
    I8,
    /// Unsigned 8-bit integer.
    U8,
    /// Signed 16-bit integer.
    I16,
    /// Unsigned 16-bit integer.
    U16,
    /// Signed 32-bit integer.
    I32,
    /// Unsigned 32-bit integer.
    U32,
    /// Signed 64-bit integer.
    I64,
    /// Unsigned 64-bit integer.
    U64,
    /// IEEE 754 single precision.
    F32,
    /// IEEE 754 double precision.
    F64,
    /// Fixed-length byte string of this many bytes (numpy `S`): characters of NetCDF-3, HDF5 strings.
    Bytes(usize),
    /// Variable-length UTF-8 text.
    Text,
}

impl DataType {
    /// Bytes of one element in memory; for [`DataType::Text`] the size of a pointer-like handle.
    pub fn size(self) -> usize {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::I32 | Self::U32 | Self::F32 => 4,
            Self::I64 | Self::U64 | Self::F64 => 8,
            Self::Bytes(width) => width,
            Self::Text => size_of::<String>(),
        }
    }

    /// Whether the type can hold NaN.
    pub fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }

    /// Whether the type is an integer or a float.
    pub fn is_numeric(self) -> bool {
        !matches!(self, Self::Bytes(_) | Self::Text)
    }
}

impl std::fmt::Display for DataType {
    /// The numpy name: `int16`, `float64`, `S3`, `str`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match self {
            Self::I8 => "int8",
            Self::U8 => "uint8",
            Self::I16 => "int16",
            Self::U16 => "uint16",
            Self::I32 => "int32",
            Self::U32 => "uint32",
            Self::I64 => "int64",
            Self::U64 => "uint64",
            Self::F32 => "float32",
            Self::F64 => "float64",
            Self::Bytes(width) => return write!(f, "S{width}"),
            Self::Text => "str",
        };
        f.write_str(name)
    }
}
