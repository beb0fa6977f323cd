//! One variable of many datasets along a new first dimension, lazily.

use std::collections::BTreeSet;
use std::sync::Arc;

use nunatak_array::{CastArray, DataType, SharedArray, StackArray, TakeArray};
use nunatak_format::{Attribute, Attributes};
use nunatak_tree::{Dataset, Variable};
use serde_json::json;

use super::time::{nominal_years, time_dimension};
use crate::Result;
use crate::error::argument;
use crate::regridding::in_order;

/// One variable of many datasets: dimensions `model`, `year` (when the members have records in time), then those of the
/// first member.
///
/// Records meet on the year they stand for; a member without a year is NaN there.
///
/// # Examples
///
/// ```
/// use nunatak::ensembles::Stack;
/// # use std::sync::Arc;
/// # use nunatak::{array::{MemoryArray, Values}, format::Attributes, tree::{Dataset, Variable}};
/// # let member = |values: Vec<f64>| -> nunatak::Result<Dataset> {
/// #     let array = Arc::new(MemoryArray::new(vec![values.len()], Values::F64(values))?);
/// #     let mut dataset = Dataset::default();
/// #     dataset.insert("lithk", Variable::new(vec!["x".into()], array, Attributes::new())?)?;
/// #     Ok(dataset)
/// # };
///
/// // `member` makes a dataset whose variable `lithk` has these values along `x`.
/// let (issm, cism) = (member(vec![900.0, 1000.0])?, member(vec![1100.0, 1200.0])?);
/// let stack = Stack::new([("ISSM", &issm), ("CISM", &cism)], "lithk")?;
/// assert_eq!(stack.labels, ["ISSM", "CISM"]);
/// assert_eq!(stack.array.read_all()?.into_f64()?, [900.0, 1000.0, 1100.0, 1200.0]);
/// assert_eq!((stack.years, stack.dims), (None, vec!["x".to_string()]));
/// # Ok::<(), nunatak::NunatakError>(())
/// ```
pub struct Stack {
    /// The members' labels.
    pub labels: Vec<String>,
    /// The nominal years, increasing; none for variables without time.
    pub years: Option<Vec<i64>>,
    /// Dimensions after `model` and `year`.
    pub dims: Vec<String>,
    /// All values, lazily.
    pub array: SharedArray,
    /// Attributes that every member has with the same value, and what the stack is made of (JSON).
    pub attributes: Attributes,
    /// The coordinates that describe `dims`, of the first member.
    pub coordinates: Vec<(String, Variable)>,
    /// What is doubtful.
    pub warnings: Vec<String>,
}

struct Member<'a> {
    label: &'a str,
    dataset: &'a Dataset,
    variable: &'a Variable,
    time: Option<&'a str>,
    years: Vec<i64>,
}

impl<'a> Member<'a> {
    fn new(label: &'a str, dataset: &'a Dataset, variable: &'a Variable) -> Result<Self> {
        let time = time_dimension(dataset, variable);
        let years = match time {
            Some(time) => nominal_years(dataset, time, label)?,
            None => Vec::new(),
        };
        Ok(Self { label, dataset, variable, time, years })
    }

    /// Dimensions without time.
    fn dims(&self) -> Vec<String> {
        self.variable.dimensions.iter().filter(|dim| Some(dim.as_str()) != self.time).cloned().collect()
    }

    /// Its values, time first, on the joined years.
    fn array(&self, dims: &[String], years: &[i64]) -> Result<SharedArray> {
        let order: Vec<String> = self.time.map(ToString::to_string).into_iter().chain(dims.iter().cloned()).collect();
        let mut array = in_order(self.variable, &order)?;
        if self.time.is_none() || self.years == years {
            return Ok(array);
        }
        let records: Vec<Option<usize>> =
            years.iter().map(|year| self.years.iter().position(|own| own == year)).collect();
        if records.contains(&None) && !array.data_type().is_float() {
            array = Arc::new(CastArray::new(array, DataType::F64)?);
        }
        Ok(Arc::new(TakeArray::new(array, 0, records)?))
    }
}

impl Stack {
    /// Stacks a variable of datasets that have it; others are left out. All must be on one grid.
    ///
    /// # Errors
    /// [`NunatakError::Argument`](crate::NunatakError::Argument) when no dataset has the variable, two are on different
    /// grids (both are named), only some have time, or one has two records of one year.
    pub fn new<'a>(members: impl IntoIterator<Item = (&'a str, &'a Dataset)>, name: &str) -> Result<Self> {
        let members: Vec<Member<'_>> = members
            .into_iter()
            .filter_map(|(label, dataset)| {
                let variable = dataset.variables().find(|(own, _)| *own == name)?.1;
                Some(Member::new(label, dataset, variable))
            })
            .collect::<Result<_>>()?;
        let Some(first) = members.first() else {
            return Err(argument("variable", name, "a variable of some member"));
        };
        for member in &members[1..] {
            check_same_grid(first, member)?;
        }
        let dims = first.dims();
        let years = joined_years(&members)?;
        let mut arrays: Vec<SharedArray> = members
            .iter()
            .map(|member| member.array(&dims, years.as_deref().unwrap_or_default()))
            .collect::<Result<_>>()?;
        if arrays.iter().any(|array| array.data_type() != arrays[0].data_type()) {
            let cast = |array| CastArray::new(array, DataType::F64).map(|array| Arc::new(array) as SharedArray);
            arrays = arrays.into_iter().map(cast).collect::<nunatak_array::Result<_>>()?;
        }
        let (attributes, warnings) = shared_attributes(&members, name);
        Ok(Self {
            labels: members.iter().map(|member| member.label.to_string()).collect(),
            array: Arc::new(StackArray::new(arrays, 0)?),
            coordinates: coordinates(first),
            years,
            dims,
            attributes,
            warnings,
        })
    }
}

fn joined_years(members: &[Member<'_>]) -> Result<Option<Vec<i64>>> {
    if members.iter().all(|member| member.time.is_none()) {
        return Ok(None);
    }
    let mut all = BTreeSet::new();
    for member in members {
        let own: BTreeSet<i64> = member.years.iter().copied().collect();
        if own.len() < member.years.len() {
            let twice = member.years.iter().find(|year| member.years.iter().filter(|other| other == year).count() > 1);
            let found = format!("two records of {} in {}", twice.copied().unwrap_or_default(), member.label);
            return Err(argument("time", found, "one record for each year"));
        }
        all.extend(own);
    }
    Ok(Some(all.into_iter().collect()))
}

/// Fails unless both members have the same dimensions with the same coordinates.
fn check_same_grid(first: &Member<'_>, other: &Member<'_>) -> Result<()> {
    let pair = format!("{} and {}", first.label, other.label);
    let differ =
        |found: String| argument("members", format!("{pair} with {found}"), "one grid; bring them to one first");
    if first.time.is_none() != other.time.is_none() {
        return Err(differ("time in one of them alone".into()));
    }
    let (here, there) = (first.dims(), other.dims());
    if here.iter().collect::<BTreeSet<_>>() != there.iter().collect::<BTreeSet<_>>() {
        return Err(differ(format!("dimensions {here:?} and {there:?}")));
    }
    for dim in &here {
        let lengths =
            [first, other].map(|member| member.variable.lengths().find(|(name, _)| name == dim).map(|(_, n)| n));
        if lengths[0] != lengths[1] {
            let [a, b] = lengths.map(Option::unwrap_or_default);
            return Err(differ(format!("{a} and {b} cells along {dim}")));
        }
        let (Some(a), Some(b)) = (first.dataset.get(dim), other.dataset.get(dim)) else { continue };
        if a.dimensions.len() != 1 || b.dimensions.len() != 1 {
            continue;
        }
        if let (Ok(a), Ok(b)) = (a.array.read_all()?.into_f64(), b.array.read_all()?.into_f64()) {
            let spacing = a.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(f64::INFINITY, f64::min);
            let tolerance = if spacing.is_finite() { 1e-6 * spacing } else { 1e-6 };
            if a.iter().zip(&b).any(|(a, b)| (a - b).abs() > tolerance) {
                return Err(differ(format!("other places along {dim}")));
            }
        }
    }
    Ok(())
}

/// Attributes that every member has with the same value, and what the stack is made of; units that differ are worth a
/// warning.
fn shared_attributes(members: &[Member<'_>], name: &str) -> (Attributes, Vec<String>) {
    let first = &members[0].variable.attributes;
    let mut shared: Attributes = first
        .iter()
        .filter(|(key, value)| members.iter().all(|member| member.variable.attributes.get(key) == Some(value)))
        .map(|(key, value)| (key.to_string(), value.clone()))
        .collect();
    let units: BTreeSet<&str> = members.iter().filter_map(|member| member.variable.attributes.text("units")).collect();
    let mut warnings = Vec::new();
    if units.len() > 1 {
        let units: Vec<&str> = units.into_iter().collect();
        warnings.push(format!("{name} is stacked from members with different units: {}", units.join(", ")));
    }
    let sources: serde_json::Map<String, serde_json::Value> =
        members.iter().map(|member| (member.label.to_string(), json!(member.variable.encoding.source))).collect();
    let made_by = json!({"version": env!("CARGO_PKG_VERSION"), "join": "nominal_year", "sources": sources});
    shared.set("nunatak_stack", Attribute::Text(made_by.to_string()));
    (shared, warnings)
}

/// The coordinates of a member that are not over time, their bounds, and its grid mapping.
fn coordinates(member: &Member<'_>) -> Vec<(String, Variable)> {
    let dims = member.dims();
    let fits = |variable: &Variable| variable.dimensions.iter().all(|dim| dims.contains(dim));
    let mut found: Vec<(String, Variable)> = member
        .dataset
        .coordinates()
        .filter(|(_, variable)| fits(variable))
        .map(|(name, variable)| (name.to_string(), variable.clone()))
        .collect();
    let bounds: Vec<String> =
        found.iter().filter_map(|(_, variable)| variable.attributes.text("bounds").map(ToString::to_string)).collect();
    let mapping = member.variable.attributes.text("grid_mapping").map(ToString::to_string);
    for name in bounds.into_iter().chain(mapping) {
        if let Some(variable) = member.dataset.get(&name).filter(|_| !found.iter().any(|(own, _)| *own == name)) {
            found.push((name, variable.clone()));
        }
    }
    found
}
