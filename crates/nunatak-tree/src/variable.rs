//! Variables: lazy arrays with named dimensions and attributes.

use nunatak_array::{DataType, SharedArray};
use nunatak_format::{Attributes, Location, Storage};

use crate::{Result, TreeError};

/// How a variable was stored: what decoding took from its attributes, and how its bytes lay in the file.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{DataType, MemoryArray, Values};
/// use nunatak_format::{Attribute, Attributes};
/// use nunatak_tree::{DecodeOptions, decode_variable};
///
/// let attributes = Attributes::from_iter([("scale_factor".to_string(), Attribute::number(0.5))]);
/// let array = Arc::new(MemoryArray::new(vec![2], Values::I16(vec![1, 2]))?);
/// let (name, dimensions, storage) = ("lithk".into(), vec!["x".into()], Default::default());
/// let packed = nunatak_format::Variable { name, dimensions, attributes, array, storage };
/// let encoding = decode_variable(&packed, &DecodeOptions::default())?.encoding;
/// assert_eq!(encoding.attributes.number("scale_factor"), Some(0.5));
/// assert_eq!(encoding.data_type, Some(DataType::I16));
/// # Ok::<(), nunatak_tree::TreeError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Encoding {
    /// Attributes that decoding used up (`_FillValue`, `missing_value`, `scale_factor`, `add_offset`, `_Unsigned`).
    pub attributes: Attributes,
    /// Data type in the file; `None` for arrays that come from no file.
    pub data_type: Option<DataType>,
    /// Chunks and compression in the file.
    pub storage: Storage,
    /// The file; `None` for arrays that come from no file, and when the caller knows it anyway.
    pub source: Option<Location>,
}

/// A lazy array with named dimensions and attributes.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{MemoryArray, Values};
/// use nunatak_format::Attributes;
/// use nunatak_tree::Variable;
///
/// let array = Arc::new(MemoryArray::new(vec![2, 3], Values::F32(vec![0.0; 6]))?);
/// let lithk = Variable::new(vec!["y".into(), "x".into()], array, Attributes::new())?;
/// assert_eq!(lithk.axis("x"), Some(1));
/// assert_eq!(format!("{lithk:?}"), "float32(y: 2, x: 3)");
/// # Ok::<(), nunatak_tree::TreeError>(())
/// ```
#[derive(Clone)]
pub struct Variable {
    /// Names of its dimensions, one per axis.
    pub dimensions: Vec<String>,
    /// Its attributes, without those that decoding used up.
    pub attributes: Attributes,
    /// How it was stored.
    pub encoding: Encoding,
    /// Its decoded values.
    pub array: SharedArray,
}

impl Variable {
    /// A variable that comes from no file.
    ///
    /// # Errors
    /// [`TreeError::DimensionNames`] unless there is one name per axis.
    pub fn new(dimensions: Vec<String>, array: SharedArray, attributes: Attributes) -> Result<Self> {
        if dimensions.len() != array.shape().len() {
            let (names, axes) = (dimensions.len(), array.shape().len());
            return Err(TreeError::DimensionNames { variable: dimensions.join(", "), names, axes });
        }
        Ok(Self { dimensions, attributes, encoding: Encoding::default(), array })
    }

    /// The axis of this dimension.
    pub fn axis(&self, dimension: &str) -> Option<usize> {
        self.dimensions.iter().position(|name| name == dimension)
    }

    /// Each dimension with its length.
    pub fn lengths(&self) -> impl Iterator<Item = (&str, usize)> {
        self.dimensions.iter().map(String::as_str).zip(self.array.shape().iter().copied())
    }
}

impl std::fmt::Debug for Variable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}(", self.array.data_type())?;
        for (at, (name, length)) in self.lengths().enumerate() {
            write!(f, "{}{name}: {length}", if at == 0 { "" } else { ", " })?;
        }
        f.write_str(")")
    }
}
