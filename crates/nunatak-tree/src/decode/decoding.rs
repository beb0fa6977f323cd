//! What a decoded array does, read from its description.

use nunatak_array::{DataType, Description, Result};

use super::array::DecodedArray;
use super::recipe::Recipe;

/// What a decoded array does with raw values, for whoever walks a description without building the array.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{MemoryArray, Values};
/// use nunatak_format::{Attribute, Attributes};
/// use nunatak_tree::{DecodeOptions, Decoding, decode_variable};
///
/// let attributes = Attributes::from_iter([("_FillValue".to_string(), Attribute::number(-1_i16))]);
/// let array = Arc::new(MemoryArray::new(vec![2], Values::I16(vec![7, -1]))?);
/// let (name, dimensions, storage) = ("lithk".into(), vec!["x".into()], Default::default());
/// let raw = nunatak_format::Variable { name, dimensions, attributes, array, storage };
/// let description = decode_variable(&raw, &DecodeOptions::default())?.array.describe()?;
/// let decoding = Decoding::of(&description)?;
/// assert!(decoding.is_some_and(|decoding| decoding.fill_values == [-1.0] && !decoding.packed));
/// # Ok::<(), nunatak_tree::TreeError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Decoding {
    /// Type of the decoded values.
    pub to: DataType,
    /// Raw values (in the type of the decoded ones) that are missing.
    pub fill_values: Vec<f64>,
    /// Whether values are scaled or offset.
    pub packed: bool,
    /// Whether integers are read in the other signedness.
    pub other_signedness: bool,
    /// Whether values outside a valid range are missing.
    pub masks_range: bool,
}

impl Decoding {
    /// The steps of a described array; `None` when it is of another kind.
    ///
    /// # Errors
    /// [`nunatak_array::ArrayError::Rebuild`] when the parameters do not fit.
    pub fn of(description: &Description) -> Result<Option<Self>> {
        if description.kind != DecodedArray::KIND {
            return Ok(None);
        }
        let recipe: Recipe = description.parameters()?;
        Ok(Some(Self {
            to: recipe.to,
            fill_values: recipe.fill_values.iter().map(|fill| fill.value()).collect(),
            packed: recipe.scale.is_some() || recipe.offset.is_some(),
            other_signedness: recipe.reinterpret.is_some(),
            masks_range: recipe.valid.is_some(),
        }))
    }
}
