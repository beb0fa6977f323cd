//! Values: row-major elements of one data type.

use serde::{Deserialize, Serialize};

use crate::{ArrayError, BlockRows, DataType, Region, Result, zeroed};

/// Row-major values of one data type.
///
/// # Examples
/// ```
/// use nunatak_array::{DataType, Values};
///
/// let values = Values::I16(vec![1, 2, 3]);
/// assert_eq!((values.len(), values.byte_len()), (3, 6));
/// assert_eq!(values.cast(DataType::F64)?, Values::F64(vec![1.0, 2.0, 3.0]));
/// # Ok::<(), nunatak_array::ArrayError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Values {
    /// Signed 8-bit integers.
    I8(Vec<i8>),
    /// Unsigned 8-bit integers.
    U8(Vec<u8>),
    /// Signed 16-bit integers.
    I16(Vec<i16>),
    /// Unsigned 16-bit integers.
    U16(Vec<u16>),
    /// Signed 32-bit integers.
    I32(Vec<i32>),
    /// Unsigned 32-bit integers.
    U32(Vec<u32>),
    /// Signed 64-bit integers.
    I64(Vec<i64>),
    /// Unsigned 64-bit integers.
    U64(Vec<u64>),
    /// Single precision.
    F32(Vec<f32>),
    /// Double precision.
    F64(Vec<f64>),
    /// Fixed-length byte strings, one after the other.
    Bytes {
        /// Bytes of one string.
        width: usize,
        /// All strings, `width` bytes each.
        data: Vec<u8>,
    },
    /// Variable-length text.
    Text(Vec<String>),
}

/// A Rust number that [`Values`] can hold.
///
/// # Examples
/// ```
/// use nunatak_array::{Element, Values};
///
/// fn doubled<T: Element>(numbers: &[T]) -> Values {
///     T::wrap(numbers.iter().map(|number| T::from_f64(2.0 * number.to_f64())).collect())
/// }
/// assert_eq!(doubled(&[1.5_f32, 2.0]), Values::F32(vec![3.0, 4.0]));
/// assert_eq!(doubled(&[100_i8]), Values::I8(vec![127]));
/// ```
pub trait Element: Copy + Send + Sync + Default + 'static {
    /// Its data type.
    const DATA_TYPE: DataType;
    /// Wraps a vector.
    fn wrap(values: Vec<Self>) -> Values;
    /// The vector, when the values are of this type.
    fn unwrap(values: Values) -> Option<Vec<Self>>;
    /// A view, when the values are of this type.
    fn view(values: &Values) -> Option<&[Self]>;
    /// The number as double precision.
    fn to_f64(self) -> f64;
    /// The number from double precision: rounded to nearest for floats, truncated and saturated for integers.
    fn from_f64(value: f64) -> Self;
}

macro_rules! elements {
    ($($variant:ident $type:ty),*) => {$(
        impl Element for $type {
            const DATA_TYPE: DataType = DataType::$variant;
            fn wrap(values: Vec<Self>) -> Values {
                Values::$variant(values)
            }
            fn unwrap(values: Values) -> Option<Vec<Self>> {
                match values {
                    Values::$variant(values) => Some(values),
                    _ => None,
                }
            }
            fn view(values: &Values) -> Option<&[Self]> {
                match values {
                    Values::$variant(values) => Some(values),
                    _ => None,
                }
            }
            fn to_f64(self) -> f64 {
                self as f64
            }
            fn from_f64(value: f64) -> Self {
                value as Self
            }
        }
    )*};
}
elements!(I8 i8, U8 u8, I16 i16, U16 u16, I32 i32, U32 u32, I64 i64, U64 u64, F32 f32, F64 f64);

/// Runs `$body` with `$values` bound to the typed vector inside a numeric [`Values`]; other types go to `$other`.
#[macro_export]
macro_rules! for_each_numeric {
    ($scrutinee:expr, $values:ident => $body:expr, $other:pat => $fallback:expr) => {
        match $scrutinee {
            $crate::Values::I8($values) => $body,
            $crate::Values::U8($values) => $body,
            $crate::Values::I16($values) => $body,
            $crate::Values::U16($values) => $body,
            $crate::Values::I32($values) => $body,
            $crate::Values::U32($values) => $body,
            $crate::Values::I64($values) => $body,
            $crate::Values::U64($values) => $body,
            $crate::Values::F32($values) => $body,
            $crate::Values::F64($values) => $body,
            $other => $fallback,
        }
    };
}

impl Values {
    /// `length` zeros (empty strings) of a data type.
    pub fn zeros(data_type: DataType, length: usize) -> Self {
        match data_type {
            DataType::I8 => Self::I8(zeroed(length)),
            DataType::U8 => Self::U8(zeroed(length)),
            DataType::I16 => Self::I16(zeroed(length)),
            DataType::U16 => Self::U16(zeroed(length)),
            DataType::I32 => Self::I32(zeroed(length)),
            DataType::U32 => Self::U32(zeroed(length)),
            DataType::I64 => Self::I64(zeroed(length)),
            DataType::U64 => Self::U64(zeroed(length)),
            DataType::F32 => Self::F32(zeroed(length)),
            DataType::F64 => Self::F64(zeroed(length)),
            DataType::Bytes(width) => Self::Bytes { width, data: zeroed(width * length) },
            DataType::Text => Self::Text(vec![String::new(); length]),
        }
    }

    /// `length` missing values: NaN in floats, zero or empty elsewhere.
    pub fn missing(data_type: DataType, length: usize) -> Self {
        match data_type {
            DataType::F32 => Self::F32(vec![f32::NAN; length]),
            DataType::F64 => Self::F64(vec![f64::NAN; length]),
            other => Self::zeros(other, length),
        }
    }

    /// Type of the elements.
    pub fn data_type(&self) -> DataType {
        match self {
            Self::I8(_) => DataType::I8,
            Self::U8(_) => DataType::U8,
            Self::I16(_) => DataType::I16,
            Self::U16(_) => DataType::U16,
            Self::I32(_) => DataType::I32,
            Self::U32(_) => DataType::U32,
            Self::I64(_) => DataType::I64,
            Self::U64(_) => DataType::U64,
            Self::F32(_) => DataType::F32,
            Self::F64(_) => DataType::F64,
            Self::Bytes { width, .. } => DataType::Bytes(*width),
            Self::Text(_) => DataType::Text,
        }
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        for_each_numeric!(self, values => values.len(), other => match other {
            Self::Bytes { width, data } => data.len().checked_div(*width).unwrap_or(0),
            Self::Text(values) => values.len(),
            _ => 0,
        })
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes the elements take.
    pub fn byte_len(&self) -> usize {
        self.len() * self.data_type().size()
    }

    /// The numbers as double precision (64-bit integers above 2^53 lose digits).
    ///
    /// # Errors
    /// [`ArrayError::Type`] for strings.
    pub fn to_f64(&self) -> Result<Vec<f64>> {
        for_each_numeric!(
            self,
            values => Ok(values.iter().map(|&value| value.to_f64()).collect()),
            other => Err(ArrayError::Type {
                what: "conversion to float64".into(),
                expected: "numbers".into(),
                found: other.data_type(),
            })
        )
    }

    /// The numbers as double precision, without a copy when they are already.
    ///
    /// # Errors
    /// [`ArrayError::Type`] for strings.
    pub fn into_f64(self) -> Result<Vec<f64>> {
        match self {
            Self::F64(values) => Ok(values),
            other => other.to_f64(),
        }
    }

    /// The numbers in another numeric type, converted as [`Element::from_f64`] says.
    ///
    /// # Errors
    /// [`ArrayError::Type`] when either side is not numeric.
    pub fn cast(self, to: DataType) -> Result<Self> {
        if self.data_type() == to {
            return Ok(self);
        }
        fn convert<T: Element>(values: &[f64]) -> Values {
            T::wrap(values.iter().map(|&value| T::from_f64(value)).collect())
        }
        let values = self.into_f64()?;
        Ok(match to {
            DataType::I8 => convert::<i8>(&values),
            DataType::U8 => convert::<u8>(&values),
            DataType::I16 => convert::<i16>(&values),
            DataType::U16 => convert::<u16>(&values),
            DataType::I32 => convert::<i32>(&values),
            DataType::U32 => convert::<u32>(&values),
            DataType::I64 => convert::<i64>(&values),
            DataType::U64 => convert::<u64>(&values),
            DataType::F32 => convert::<f32>(&values),
            DataType::F64 => Self::F64(values),
            DataType::Bytes(_) | DataType::Text => {
                return Err(ArrayError::Type { what: "cast".into(), expected: "a numeric type".into(), found: to });
            }
        })
    }

    /// Copies the block `from` of `source` (whose shape is `source_shape`) to the block `to` of `self`
    /// (whose shape is `shape`). Both blocks have the same shape.
    ///
    /// # Errors
    /// [`ArrayError::Shape`] when the blocks differ, [`ArrayError::OutOfBounds`] when one is outside its array,
    /// [`ArrayError::Type`] when the data types differ.
    pub fn copy_block(
        &mut self,
        shape: &[usize],
        to: &Region,
        source: &Self,
        source_shape: &[usize],
        from: &Region,
    ) -> Result<()> {
        if to.shape() != from.shape() {
            return Err(ArrayError::Shape {
                what: "copy of a block".into(),
                expected: to.shape().to_vec(),
                found: from.shape().to_vec(),
            });
        }
        to.check_within(shape)?;
        from.check_within(source_shape)?;
        let mismatch = ArrayError::Type {
            what: "copy of a block".into(),
            expected: self.data_type().to_string(),
            found: source.data_type(),
        };
        let rows = BlockRows::new(shape, to, source_shape, from);
        macro_rules! copy {
            ($($variant:ident),*) => {
                match (self, source) {
                    $((Self::$variant(target), Self::$variant(source)) => {
                        for (target_at, source_at) in rows.starts() {
                            target[target_at..target_at + rows.length()]
                                .clone_from_slice(&source[source_at..source_at + rows.length()]);
                        }
                    })*
                    (Self::Bytes { width, data }, Self::Bytes { width: source_width, data: source })
                        if width == source_width =>
                    {
                        let bytes = rows.length() * *width;
                        for (target_at, source_at) in rows.starts() {
                            let (target_at, source_at) = (target_at * *width, source_at * *width);
                            data[target_at..target_at + bytes]
                                .copy_from_slice(&source[source_at..source_at + bytes]);
                        }
                    }
                    _ => return Err(mismatch),
                }
            };
        }
        copy!(I8, U8, I16, U16, I32, U32, I64, U64, F32, F64, Text);
        Ok(())
    }

    /// The elements at these flat positions; `None` gives a missing value.
    pub fn gather(&self, positions: impl Iterator<Item = Option<usize>>) -> Self {
        macro_rules! gather {
            ($($variant:ident $missing:expr),*) => {
                match self {
                    $(Self::$variant(values) => Self::$variant(
                        positions.map(|at| at.map_or($missing, |at| values[at])).collect(),
                    ),)*
                    Self::Bytes { width, data } => Self::Bytes {
                        width: *width,
                        data: positions
                            .flat_map(|at| match at {
                                Some(at) => data[at * width..(at + 1) * width].to_vec(),
                                None => vec![0; *width],
                            })
                            .collect(),
                    },
                    Self::Text(values) => Self::Text(
                        positions.map(|at| at.map_or_else(String::new, |at| values[at].clone())).collect(),
                    ),
                }
            };
        }
        gather!(I8 0, U8 0, I16 0, U16 0, I32 0, U32 0, I64 0, U64 0, F32 f32::NAN, F64 f64::NAN)
    }
}
