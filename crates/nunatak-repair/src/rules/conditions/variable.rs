//! Conditions on a variable.

use std::collections::BTreeMap;

use nunatak_array::SharedArray;
use nunatak_format::Attributes;
use serde::Deserialize;

use crate::draft::{DraftVariable, Role, declared_fills, unmatched_fill};
use crate::rules::conditions::attributes::attributes_hold;
use crate::rules::pattern::Pattern;

/// Whether a fill value is declared, and can ever be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FillState {
    /// Neither `_FillValue` nor `missing_value`.
    Undeclared,
    /// NaN is declared.
    Nan,
    /// Declared in double precision, rounded in data of single precision, and so equal to nothing.
    Unmatched,
}

/// `match` of a case whose subject is `header`, `companion` or `field`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct VariableConditions {
    name: Option<Pattern>,
    dtype: Option<Vec<String>>,
    dimensions: Option<Vec<String>>,
    least_dimensions: Option<usize>,
    most_dimensions: Option<usize>,
    /// Whether it is the coordinate variable of its dimension.
    axis: Option<bool>,
    data: Option<bool>,
    along_time: Option<bool>,
    packed: Option<bool>,
    fill: Option<FillState>,
    attributes: BTreeMap<String, Pattern>,
    has_attributes: Vec<String>,
    lacks_attributes: Vec<String>,
}

impl VariableConditions {
    pub(crate) fn hold(&self, variable: &DraftVariable, time: Option<&str>) -> bool {
        let raw = &variable.raw;
        let rank = raw.dimensions.len();
        let along_time = time.is_some_and(|time| raw.dimensions.iter().any(|name| name == time));
        let packed = ["scale_factor", "add_offset"].iter().any(|name| raw.attributes.get(name).is_some());
        let data_type = raw.array.data_type();
        self.name.as_ref().is_none_or(|own| own.matches(&raw.name))
            && self.dtype.as_ref().is_none_or(|own| own.contains(&data_type.to_string()))
            && self.dimensions.as_ref().is_none_or(|own| *own == raw.dimensions)
            && self.least_dimensions.is_none_or(|own| rank >= own)
            && self.most_dimensions.is_none_or(|own| rank <= own)
            && self.axis.is_none_or(|own| own == (raw.dimensions == [raw.name.clone()]))
            && self.data.is_none_or(|own| own == (variable.role == Role::Data))
            && self.along_time.is_none_or(|own| own == along_time)
            && self.packed.is_none_or(|own| own == packed)
            && self.fill.is_none_or(|own| own.holds(&raw.array, &raw.attributes))
            && attributes_hold(&raw.attributes, &self.attributes, &self.has_attributes, &self.lacks_attributes)
    }
}

impl FillState {
    fn holds(self, array: &SharedArray, attributes: &Attributes) -> bool {
        let declared = declared_fills(attributes);
        match self {
            Self::Undeclared => declared.is_empty(),
            Self::Nan => declared.iter().any(|(_, value)| value.is_nan()),
            Self::Unmatched => unmatched_fill(array.data_type(), &declared).is_some(),
        }
    }
}
