//! Conditions on a row of the catalog, on variables, and on the file as a whole. All that are given must hold.

use std::collections::{BTreeMap, BTreeSet};

use nunatak_array::{DataType, SharedArray};
use nunatak_format::{Attribute, Attributes};
use serde::Deserialize;

use super::pattern::Pattern;
use crate::draft::{Draft, DraftVariable, Role};
use crate::{Entry, Meaning};

/// Kinds of experiments by their place in the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Run {
    /// Starts in 2015: `exp…`, `ctrl_proj…`.
    Projection,
    /// Ends where projections start: `hist…`.
    Historical,
}

impl Run {
    pub(crate) fn of(experiment: &str) -> Option<Self> {
        match () {
            () if experiment.starts_with("exp") || experiment.starts_with("ctrl_proj") => Some(Self::Projection),
            () if experiment.starts_with("hist") => Some(Self::Historical),
            () => None,
        }
    }
}

/// Which files a case is for, by their row in the catalog: the `entry` of a case.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct EntryConditions {
    variable: Option<Pattern>,
    token: Option<Pattern>,
    experiment: Option<Pattern>,
    run: Option<Run>,
    kind: Option<Meaning>,
    ice_sheet: Option<Vec<String>>,
    institution: Option<Pattern>,
    model: Option<Pattern>,
}

impl EntryConditions {
    pub(crate) fn hold(&self, entry: &Entry) -> bool {
        let fits = |pattern: &Option<Pattern>, text: &str| pattern.as_ref().is_none_or(|own| own.matches(text));
        let sheet = entry.ice_sheet.as_deref().unwrap_or_default();
        self.kind.is_none_or(|own| own == entry.kind)
            && self.run.is_none_or(|own| Run::of(&entry.experiment) == Some(own))
            && self.ice_sheet.as_ref().is_none_or(|own| own.iter().any(|name| name == sheet))
            && fits(&self.variable, &entry.variable)
            && fits(&self.token, &entry.token)
            && fits(&self.experiment, &entry.experiment)
            && fits(&self.institution, &entry.institution)
            && fits(&self.model, &entry.model)
    }

    /// Whether the only thing asked is who made the file, which no rule may go by.
    pub(crate) fn is_only_a_name(&self) -> bool {
        let named = self.institution.is_some() || self.model.is_some();
        let nothing_else = Self { institution: None, model: None, ..self.clone() } == Self::default();
        named && nothing_else
    }
}

/// `match` of a case whose subject is `path`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PathConditions {
    /// The token starts with the experiment, and a variable follows.
    pub(crate) experiment_glued: Option<bool>,
    /// The file name says another model or experiment than the directories.
    pub(crate) directories_differ: Option<bool>,
    /// The institution holds an underscore, and the file name repeats it.
    pub(crate) institution_splits: Option<bool>,
    /// What follows institution, model and experiment in the file name.
    pub(crate) after_experiment: Option<Pattern>,
    /// The file's bytes.
    pub(crate) size: Option<u64>,
    /// Experiments of which the model lacks one at least.
    pub(crate) model_lacks: Option<Vec<String>>,
    /// Variables of which the experiment lacks one at least.
    pub(crate) experiment_lacks: Option<Vec<String>>,
}

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

/// Fill values that are numbers, by the attribute that declares them.
pub(crate) fn declared_fills(attributes: &Attributes) -> Vec<(&'static str, f64)> {
    ["_FillValue", "missing_value"]
        .into_iter()
        .filter_map(|name| attributes.get(name).and_then(Attribute::as_f64).map(|value| (name, value)))
        .collect()
}

/// A double that single precision rounds never equals any of the data.
pub(crate) fn unmatched_fill(data_type: DataType, declared: &[(&'static str, f64)]) -> Option<(&'static str, f64)> {
    let rounded = |value: f64| f64::from(value as f32);
    let single = data_type == DataType::F32;
    let (name, value) = *declared.iter().find(|(_, value)| single && value.is_finite() && *value != rounded(*value))?;
    (!declared.iter().any(|(_, other)| *other == rounded(value))).then_some((name, value))
}

fn attributes_hold(
    attributes: &Attributes,
    patterns: &BTreeMap<String, Pattern>,
    has: &[String],
    lacks: &[String],
) -> bool {
    let fits = |(name, pattern): (&String, &Pattern)| {
        attributes.get(name).is_some_and(|value| match value.as_text() {
            Some(text) => pattern.matches(text),
            None => pattern.matches(&value.to_string()),
        })
    };
    patterns.iter().all(fits)
        && has.iter().all(|name| attributes.get(name).is_some())
        && lacks.iter().all(|name| attributes.get(name).is_none())
}

/// `match` of a case whose subject is `file`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct FileConditions {
    attributes: BTreeMap<String, Pattern>,
    has_attributes: Vec<String>,
    lacks_attributes: Vec<String>,
    has_variables: Vec<String>,
    lacks_variables: Vec<String>,
    most_data_variables: Option<usize>,
}

impl FileConditions {
    pub(crate) fn hold(&self, draft: &Draft) -> bool {
        let names: BTreeSet<&str> = draft.variables.iter().map(|variable| variable.raw.name.as_str()).collect();
        let data = draft.variables.iter().filter(|variable| variable.role == Role::Data).count();
        self.most_data_variables.is_none_or(|own| data <= own)
            && self.has_variables.iter().all(|name| names.contains(name.as_str()))
            && self.lacks_variables.iter().all(|name| !names.contains(name.as_str()))
            && attributes_hold(&draft.attributes, &self.attributes, &self.has_attributes, &self.lacks_attributes)
    }
}

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
