//! Errors of datasets and their variables.

use nunatak_array::{ArrayError, DataType};
use nunatak_cf::CfError;

/// Result of a tree operation.
pub type Result<T, E = TreeError> = std::result::Result<T, E>;

/// What can be wrong with the CF meaning of a variable, a dataset or a tree.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{MemoryArray, Values};
/// use nunatak_tree::{Dataset, Variable};
///
/// let along_x = |length| {
///     let array = Arc::new(MemoryArray::new(vec![length], Values::F64(vec![0.0; length]))?);
///     Variable::new(vec!["x".into()], array, Default::default())
/// };
/// let mut dataset = Dataset::default();
/// dataset.insert("lithk", along_x(3)?)?;
/// let message = dataset.insert("orog", along_x(4)?).unwrap_err().to_string();
/// assert_eq!(message, "variable `orog`: dimension `x` has length 4, elsewhere in the dataset 3");
/// # Ok::<(), nunatak_tree::TreeError>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TreeError {
    /// A calendar or units of time that cannot be read.
    #[error(transparent)]
    Cf(#[from] CfError),
    /// A packing attribute that is not one number.
    #[error("variable `{variable}`: attribute `{attribute}` is `{found}`; expected one number")]
    Packing {
        /// The variable.
        variable: String,
        /// The attribute.
        attribute: &'static str,
        /// Its value.
        found: String,
    },
    /// Packed data of a type that cannot be unpacked.
    #[error("variable `{variable}`: data of type {data_type} cannot be {what}")]
    NotNumeric {
        /// The variable.
        variable: String,
        /// Its type.
        data_type: DataType,
        /// What was asked for.
        what: &'static str,
    },
    /// Variables of one dataset give a dimension two lengths.
    #[error("variable `{variable}`: dimension `{dimension}` has length {found}, elsewhere in the dataset {expected}")]
    DimensionLength {
        /// The variable.
        variable: String,
        /// The dimension.
        dimension: String,
        /// Its length elsewhere.
        expected: usize,
        /// Its length here.
        found: usize,
    },
    /// A variable has another number of axes than names for them.
    #[error("variable `{variable}`: {names} dimension names for {axes} axes")]
    DimensionNames {
        /// The variable.
        variable: String,
        /// Names given.
        names: usize,
        /// Axes of the array.
        axes: usize,
    },
    /// An array could not be built or read.
    #[error(transparent)]
    Array(#[from] ArrayError),
}
