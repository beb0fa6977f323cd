//! Statistics across the members of an ensemble, in bounded memory.

use std::sync::Arc;

use nunatak_array::{MemoryArray, Progress, Values};
use nunatak_ensemble::{Statistic, ensemble_statistics};
use nunatak_format::{Attribute, Attributes};
use nunatak_tree::{Dataset, Variable};
use serde_json::json;

use super::Stack;
use crate::Result;
use crate::error::argument;

/// What [`ensemble`] computes, and in how much memory.
///
/// # Examples
///
/// ```
/// use nunatak::{array::NoProgress, ensemble::Statistic, ensembles::{EnsembleOptions, Stack, ensemble}};
/// # use std::sync::Arc;
/// # use nunatak::{array::{MemoryArray, Values}, format::Attributes, tree::{Dataset, Variable}};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let member = |values: Vec<f64>| -> nunatak::Result<Dataset> {
/// #     let array = Arc::new(MemoryArray::new(vec![values.len()], Values::F64(values))?);
/// #     let mut dataset = Dataset::default();
/// #     dataset.insert("lithk", Variable::new(vec!["x".into()], array, Attributes::new())?)?;
/// #     Ok(dataset)
/// # };
/// # let (issm, cism) = (member(vec![900.0, 1000.0])?, member(vec![1100.0, 1200.0])?);
///
/// // `lithk` is 900 and 1000 m in the one model, 1100 and 1200 m in the other.
/// let stack = Stack::new([("ISSM", &issm), ("CISM", &cism)], "lithk")?;
/// let options = EnsembleOptions { statistics: vec![Statistic::Mean], ..EnsembleOptions::default() };
/// let found = ensemble(&stack, "lithk", &options, &NoProgress)?;
/// let mean = found.get("mean").ok_or("no mean")?;
/// assert_eq!(mean.array.read_all()?.into_f64()?, [1000.0, 1100.0]);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct EnsembleOptions {
    /// The statistics.
    pub statistics: Vec<Statistic>,
    /// Bytes held at once beyond the results.
    pub memory: usize,
}

impl Default for EnsembleOptions {
    /// Mean, variance and count in 1 GiB.
    fn default() -> Self {
        Self { statistics: vec![Statistic::Mean, Statistic::Variance, Statistic::Count], memory: 1 << 30 }
    }
}

/// Name, CF cell method and statistic of each.
const STATISTICS: [(&str, &str, Statistic); 6] = [
    ("mean", "mean", Statistic::Mean),
    ("var", "variance", Statistic::Variance),
    ("std", "standard_deviation", Statistic::StandardDeviation),
    ("min", "minimum", Statistic::Minimum),
    ("max", "maximum", Statistic::Maximum),
    ("count", "", Statistic::Count),
];

/// The statistic of a name: `mean`, `var`, `std` (population), `min`, `max` or `count`.
///
/// # Errors
/// [`NunatakError::Argument`](crate::NunatakError::Argument) for another name.
pub fn parse_statistic(name: &str) -> Result<Statistic> {
    let known = STATISTICS.iter().find(|(own, ..)| *own == name);
    known
        .map(|(.., statistic)| *statistic)
        .ok_or_else(|| argument("stats", name, "an ensemble statistic: mean, var, std, min, max or count"))
}

/// Statistics across the members of a stack, cell by cell, NaN skipped, streamed block by block: one variable for each,
/// named as the statistic. The result does not depend on the number of threads.
///
/// # Errors
/// Those of reading the members, and of `progress` when it says to stop.
pub fn ensemble(stack: &Stack, name: &str, options: &EnsembleOptions, progress: &dyn Progress) -> Result<Dataset> {
    let computed = ensemble_statistics(&stack.array, 0, &options.statistics, options.memory, progress)?;
    let made_by = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "variable": name,
        "members": stack.labels.len(),
        "dimension": "model",
    });
    let mut attributes: Attributes = stack
        .attributes
        .iter()
        .filter(|(key, _)| key.starts_with("nunatak_"))
        .map(|(key, value)| (key.to_string(), value.clone()))
        .collect();
    attributes.set("Conventions", Attribute::Text("CF-1.11".into()));
    attributes.set("nunatak_ensemble", Attribute::Text(made_by.to_string()));
    let mut result = Dataset::new(attributes);
    for (name, variable) in &stack.coordinates {
        result.insert_coordinate(name, variable.clone())?;
    }
    let mut dims = stack.dims.clone();
    if let Some(years) = &stack.years {
        dims.insert(0, "year".into());
        let labels = MemoryArray::new(vec![years.len()], Values::I64(years.clone()))?;
        let long_name = [("long_name".to_string(), Attribute::Text("nominal year".into()))].into_iter().collect();
        result.insert_coordinate("year", Variable::new(vec!["year".into()], Arc::new(labels), long_name)?)?;
    }
    let shape = stack.array.shape()[1..].to_vec();
    for (statistic, values) in options.statistics.iter().zip(computed) {
        let Some((own, method, _)) = STATISTICS.iter().find(|(.., known)| known == statistic) else { continue };
        let array = Arc::new(MemoryArray::new(shape.clone(), values)?);
        result.insert(*own, Variable::new(dims.clone(), array, described(stack, name, own, method))?)?;
    }
    Ok(result)
}

fn described(stack: &Stack, name: &str, statistic: &str, method: &str) -> Attributes {
    let text = |text: String| Attribute::Text(text);
    let mut attributes = Attributes::new();
    if statistic == "count" {
        attributes.set("long_name", text(format!("number of members of {name} that are not missing")));
        attributes.set("units", text("1".into()));
        if let Some(mapping) = stack.attributes.get("grid_mapping") {
            attributes.set("grid_mapping", mapping.clone());
        }
        return attributes;
    }
    for key in ["standard_name", "grid_mapping"] {
        if let Some(value) = stack.attributes.get(key) {
            attributes.set(key, value.clone());
        }
    }
    let what = stack.attributes.text("long_name").unwrap_or(name);
    attributes.set("long_name", text(format!("{} of {what} across model", method.replace('_', " "))));
    attributes.set("cell_methods", text(format!("model: {method}")));
    if let Some(units) = stack.attributes.text("units") {
        attributes.set("units", text(if statistic == "var" { format!("({units})2") } else { units.into() }));
    }
    attributes
}
