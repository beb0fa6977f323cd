//! Statistics across members that can be computed.

use nunatak_array::DataType;

/// A statistic across the members of an ensemble, cell by cell; NaN members are skipped.
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
