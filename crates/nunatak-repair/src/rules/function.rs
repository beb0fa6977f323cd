//! Rules that are functions, and what they are shown.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::draft::{Draft, TimeColumn};

/// A user's own rule as a function of one file.
///
/// # Examples
/// ```
/// use std::{path::Path, sync::Arc};
/// use nunatak_format::{FileKind, Group};
/// use nunatak_repair::{Draft, Entry, FileView, RuleFunction, RuleSet};
/// use serde_json::{Value, json};
///
/// struct AddConventions;
///
/// impl RuleFunction for AddConventions {
///     fn name(&self) -> String {
///         "add_conventions".into()
///     }
///
///     fn fixes(&self, _file: &FileView) -> Result<Value, String> {
///         Ok(json!([{"apply": {"set_attribute": {"name": "Conventions", "value": "CF-1.8"}}}]))
///     }
/// }
///
/// let rules = RuleSet::none().with_function(Arc::new(AddConventions));
/// # let path = Path::new("/archive/AWI/PISM1/exp05/lithk_AIS_AWI_PISM1_exp05.nc");
/// # let entry = Entry::of_path(Path::new("/archive"), path, 1, &rules)?;
/// let draft = Draft::repaired(&entry, FileKind::Hdf5, &Group::default(), &rules)?;
/// assert_eq!(draft.attributes.text("Conventions"), Some("CF-1.8"));
/// assert_eq!(draft.entry.repairs[0].rule, "add_conventions");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait RuleFunction: Send + Sync {
    /// What the function is called.
    fn name(&self) -> String;

    /// The fixes that a file needs: nothing, or a JSON list of objects with `apply` as in rule files and, on request,
    /// `id`, `variable`, `symptom`, `severity` and `evidence`.
    ///
    /// # Errors
    /// What went wrong, as text; it becomes a problem of the file.
    fn fixes(&self, file: &FileView) -> std::result::Result<Value, String>;
}

/// One file as a function sees it.
///
/// # Examples
/// ```
/// # use std::{path::Path, sync::Arc};
/// # use nunatak_format::{FileKind, Group};
/// # use nunatak_repair::{Draft, Entry, FileView, RuleFunction, RuleSet};
/// # use serde_json::{Value, json};
/// # struct Dated;
/// # impl RuleFunction for Dated {
/// #     fn name(&self) -> String {
/// #         "dated".into()
/// #     }
/// fn fixes(&self, file: &FileView) -> Result<Value, String> {
///     match file.time() {
///         Some(_) => Ok(Value::Null), // nothing to repair
///         None => Err(format!("a file of {} without time", json!(file)["format"])),
///     }
/// }
/// # }
/// # let rules = RuleSet::none().with_function(Arc::new(Dated));
/// # let path = Path::new("/archive/AWI/PISM1/exp05/lithk_AIS_AWI_PISM1_exp05.nc");
/// # let entry = Entry::of_path(Path::new("/archive"), path, 1, &rules)?;
/// let draft = Draft::repaired(&entry, FileKind::Hdf5, &Group::default(), &rules)?;
/// assert_eq!(draft.findings[0].message, "rule function `dated`: a file of \"HDF5\" without time");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Serialize)]
pub struct FileView {
    path: String,
    format: String,
    entry: BTreeMap<&'static str, Option<String>>,
    attributes: BTreeMap<String, Value>,
    dimensions: BTreeMap<String, usize>,
    variables: BTreeMap<String, VariableView>,
    /// The numbers of the time axis; those that JSON cannot carry are null.
    time: Option<Vec<f64>>,
}

/// One variable as a function sees it.
#[derive(Debug, Clone, Serialize)]
struct VariableView {
    dtype: String,
    dimensions: Vec<String>,
    attributes: BTreeMap<String, Value>,
}

impl FileView {
    /// The numbers of the time axis as the file has them.
    pub fn time(&self) -> Option<&[f64]> {
        self.time.as_deref()
    }

    /// A file before any repair.
    pub(crate) fn of(draft: &Draft, time: Option<&TimeColumn>) -> Self {
        let entry = &draft.entry;
        let mut dimensions = BTreeMap::new();
        for variable in &draft.variables {
            let lengths = variable.raw.array.shape().iter().copied();
            dimensions.extend(variable.raw.dimensions.iter().cloned().zip(lengths));
        }
        let variables = draft.variables.iter().map(|variable| {
            let view = VariableView {
                dtype: variable.raw.array.data_type().to_string(),
                dimensions: variable.raw.dimensions.clone(),
                attributes: json_attributes(&variable.raw.attributes),
            };
            (variable.raw.name.clone(), view)
        });
        Self {
            path: entry.path.display().to_string(),
            format: draft.format_name().into(),
            entry: [
                ("variable", Some(entry.variable.clone())),
                ("token", Some(entry.token.clone())),
                ("ice_sheet", entry.ice_sheet.clone()),
                ("institution", Some(entry.institution.clone())),
                ("model", Some(entry.model.clone())),
                ("experiment", Some(entry.experiment.clone())),
                ("kind", Some(entry.kind.name().to_string())),
            ]
            .into(),
            attributes: json_attributes(&draft.attributes),
            dimensions,
            variables: variables.collect(),
            time: time.map(|column| column.values.clone()),
        }
    }
}

fn json_attributes(attributes: &nunatak_format::Attributes) -> BTreeMap<String, Value> {
    let value = |attribute: &nunatak_format::Attribute| match attribute.values().and_then(|values| values.to_f64().ok())
    {
        Some(numbers) if numbers.len() == 1 => Value::from(numbers[0]),
        Some(numbers) => Value::from(numbers),
        None => Value::from(attribute.as_text().map_or_else(|| attribute.to_string(), str::to_string)),
    };
    attributes.iter().map(|(name, attribute)| (name.to_string(), value(attribute))).collect()
}
