//! Numbers of one data type, borrowed.

use crate::values::Element;
use crate::{BlockRows, DataType, Region, Values, copied, zeroed};

/// Numbers of one data type where they lie, row-major.
///
/// # Examples
/// ```
/// use nunatak_array::{Numbers, Values, for_each_number};
///
/// let values = Values::I16(vec![3, 4, 5]);
/// let sum: Option<f64> =
///     Numbers::of(&values).map(|numbers| for_each_number!(numbers, all => all.iter().map(|&one| one as f64).sum()));
/// assert_eq!(sum, Some(12.0));
/// assert!(Numbers::of(&Values::Text(vec!["lithk".into()])).is_none());
/// ```
#[derive(Debug, Clone, Copy)]
pub enum Numbers<'a> {
    /// Signed 8-bit integers.
    I8(&'a [i8]),
    /// Unsigned 8-bit integers.
    U8(&'a [u8]),
    /// Signed 16-bit integers.
    I16(&'a [i16]),
    /// Unsigned 16-bit integers.
    U16(&'a [u16]),
    /// Signed 32-bit integers.
    I32(&'a [i32]),
    /// Unsigned 32-bit integers.
    U32(&'a [u32]),
    /// Signed 64-bit integers.
    I64(&'a [i64]),
    /// Unsigned 64-bit integers.
    U64(&'a [u64]),
    /// Single precision.
    F32(&'a [f32]),
    /// Double precision.
    F64(&'a [f64]),
}

/// Runs one expression for whichever numbers these are.
#[macro_export]
macro_rules! for_each_number {
    ($scrutinee:expr, $numbers:ident => $body:expr) => {
        match $scrutinee {
            $crate::Numbers::I8($numbers) => $body,
            $crate::Numbers::U8($numbers) => $body,
            $crate::Numbers::I16($numbers) => $body,
            $crate::Numbers::U16($numbers) => $body,
            $crate::Numbers::I32($numbers) => $body,
            $crate::Numbers::U32($numbers) => $body,
            $crate::Numbers::I64($numbers) => $body,
            $crate::Numbers::U64($numbers) => $body,
            $crate::Numbers::F32($numbers) => $body,
            $crate::Numbers::F64($numbers) => $body,
        }
    };
}

impl<'a> Numbers<'a> {
    /// The numbers of values; nothing for text.
    pub fn of(values: &'a Values) -> Option<Self> {
        Some(match values {
            Values::I8(values) => Self::I8(values),
            Values::U8(values) => Self::U8(values),
            Values::I16(values) => Self::I16(values),
            Values::U16(values) => Self::U16(values),
            Values::I32(values) => Self::I32(values),
            Values::U32(values) => Self::U32(values),
            Values::I64(values) => Self::I64(values),
            Values::U64(values) => Self::U64(values),
            Values::F32(values) => Self::F32(values),
            Values::F64(values) => Self::F64(values),
            Values::Bytes { .. } | Values::Text(_) => return None,
        })
    }

    /// How many.
    pub fn len(&self) -> usize {
        for_each_number!(self, numbers => numbers.len())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Their type.
    pub fn data_type(&self) -> DataType {
        fn of<T: Element>(_: &[T]) -> DataType {
            T::DATA_TYPE
        }
        for_each_number!(self, numbers => of(numbers))
    }

    /// A copy of a region, which lies inside their shape.
    pub(crate) fn region(&self, shape: &[usize], region: &Region) -> Values {
        fn of<T: Element>(numbers: &[T], shape: &[usize], region: &Region) -> Values {
            if region.shape() == shape {
                return T::wrap(copied(numbers));
            }
            let mut block = zeroed(region.len());
            let rows = BlockRows::new(region.shape(), &Region::whole(region.shape()), shape, region);
            for (to, from) in rows.starts() {
                block[to..to + rows.length()].copy_from_slice(&numbers[from..from + rows.length()]);
            }
            T::wrap(block)
        }
        for_each_number!(self, numbers => of(numbers, shape, region))
    }
}
