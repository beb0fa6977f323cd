//! Statistics across members that can be computed.

use nunatak_array::DataType;

/// A statistic across the members of an ensemble, cell by cell; NaN members are skipped.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use nunatak_array::{MemoryArray, NoProgress, SharedArray, Values};
/// use nunatak_ensemble::{Statistic, ensemble_statistics};
///
/// // Two members of two cells; the second member has no value in the second cell.
/// let values = Values::F64(vec![1.0, 5.0, 3.0, f64::NAN]);
/// let members: SharedArray = Arc::new(MemoryArray::new(vec![2, 2], values)?);
/// let found = ensemble_statistics(&members, 0, &[Statistic::Mean, Statistic::Count], 1 << 20, &NoProgress)?;
/// assert_eq!(found, [Values::F64(vec![2.0, 5.0]), Values::I64(vec![2, 1])]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Statistic {
    /// Number of members that are not NaN (int64).
    Count,
    /// Mean; NaN where no member is valid.
    Mean,
    /// Population variance (divisor `n`); NaN where no member is valid.
    Variance,
    /// Square root of the population variance.
    StandardDeviation,
    /// Smallest member.
    Minimum,
    /// Largest member.
    Maximum,
}

impl Statistic {
    /// Data type of the result for members of `input`.
    ///
    /// Counts are int64; extremes keep the input's type; the others keep a float type and give float64 for integers.
    pub fn data_type(self, input: DataType) -> DataType {
        match self {
            Self::Count => DataType::I64,
            Self::Minimum | Self::Maximum => input,
            Self::Mean | Self::Variance | Self::StandardDeviation if input.is_float() => input,
            Self::Mean | Self::Variance | Self::StandardDeviation => DataType::F64,
        }
    }
}
