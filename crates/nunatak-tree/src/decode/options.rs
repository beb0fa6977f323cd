//! Options of decoding.

/// What to do with `valid_min`, `valid_max` and `valid_range`.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{MemoryArray, Values};
/// use nunatak_format::{Attribute, Attributes};
/// use nunatak_tree::{DecodeOptions, ValidRange, decode_variable};
///
/// let attributes = Attributes::from_iter([("valid_min".to_string(), Attribute::number(0.0))]);
/// let array = Arc::new(MemoryArray::new(vec![2], Values::F64(vec![-1.0, 5.0]))?);
/// let (name, dimensions, storage) = ("lithk".into(), vec!["x".into()], Default::default());
/// let raw = nunatak_format::Variable { name, dimensions, attributes, array, storage };
/// let options = DecodeOptions { valid_range: ValidRange::Mask, ..DecodeOptions::default() };
/// let masked = decode_variable(&raw, &options)?.array.read_all()?.into_f64()?;
/// assert!(masked[0].is_nan() && masked[1] == 5.0);
/// # Ok::<(), nunatak_tree::TreeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ValidRange {
    /// Leave them alone, as xarray does: in the ISMIP6 archive they describe the first time step only.
    #[default]
    Ignore,
    /// Values outside are missing (CF conventions 2.5.1: compared with the packed values, bounds included).
    Mask,
}

/// How a variable is decoded.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{MemoryArray, Values};
/// use nunatak_tree::{DecodeOptions, decode_variable};
///
/// let array = Arc::new(MemoryArray::new(vec![2], Values::F64(vec![1e20, 5.0]))?);
/// let (name, dimensions, storage) = ("lithk".into(), vec!["x".into()], Default::default());
/// let raw = nunatak_format::Variable { name, dimensions, attributes: Default::default(), array, storage };
/// let options = DecodeOptions { undeclared_fill_values: vec![1e20], ..DecodeOptions::default() };
/// let found = decode_variable(&raw, &options)?.array.read_all()?.into_f64()?;
/// assert!(found[0].is_nan() && found[1] == 5.0);
/// # Ok::<(), nunatak_tree::TreeError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DecodeOptions {
    /// What to do with the valid range.
    pub valid_range: ValidRange,
    /// Fill values that the file uses but does not declare; used in floating-point data only.
    pub undeclared_fill_values: Vec<f64>,
}
