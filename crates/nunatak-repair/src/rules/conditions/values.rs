//! Conditions on the numbers of a variable's first record.

use nunatak_array::DataType;
use serde::Deserialize;

/// What the first record of a variable holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ValueRange {
    pub(crate) least: f64,
    pub(crate) most: f64,
    /// Values that are NaN although no fill value says so.
    pub(crate) undeclared_nan: usize,
}

/// `match` of a case whose subject is `values`; looked at by `check` alone.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ValueConditions {
    /// Any value lies outside this range.
    outside: Option<[f64; 2]>,
    /// The largest value lies in this range.
    largest: Option<[f64; 2]>,
    /// Whether any value is NaN although no fill value says so.
    nan: Option<bool>,
    dtype: Option<Vec<String>>,
}

impl ValueConditions {
    pub(crate) fn hold(&self, range: ValueRange, data_type: DataType) -> bool {
        self.dtype.as_ref().is_none_or(|own| own.contains(&data_type.to_string()))
            && self.outside.is_none_or(|[least, most]| range.least < least || range.most > most)
            && self.largest.is_none_or(|[least, most]| (least..=most).contains(&range.most))
            && self.nan.is_none_or(|own| own == (range.undeclared_nan > 0))
    }
}
