//! Repair rules in Python: sets of them, and functions as rules.

use std::path::PathBuf;
use std::sync::Arc;

use nunatak::repair::{FileView, Rule, RuleFunction, RuleSet};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::errors::exception;
use crate::threads::on_caller;

/// A Python function as a rule.
struct PythonRule {
    name: String,
    function: Py<PyAny>,
}

impl PythonRule {
    /// Calls the function with plain dictionaries; JSON carries them both ways.
    fn call(&self, py: Python<'_>, file: &FileView) -> PyResult<String> {
        let json = py.import("json")?;
        let text =
            serde_json::to_string(file).map_err(|error| pyo3::exceptions::PyValueError::new_err(error.to_string()))?;
        let view = json.call_method1("loads", (text,))?.cast_into::<PyDict>()?;
        // JSON has no NaN and no infinity, which times may hold.
        view.set_item("time", file.time().map(<[f64]>::to_vec))?;
        let answer = self.function.bind(py).call1((view,))?;
        json.call_method1("dumps", (answer,))?.extract()
    }
}

impl RuleFunction for PythonRule {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn fixes(&self, file: &FileView) -> Result<serde_json::Value, String> {
        let text = on_caller(|py| self.call(py, file).map_err(|error| error.to_string()))?;
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }
}

/// A set of repair rules; `nunatak.Rules` is made of it.
#[pyclass(frozen, module = "nunatak._nunatak")]
pub(crate) struct RepairRules(pub(crate) RuleSet);

/// One row of the table of rules: id, severity, who, symptom, fix, source, category, evidence of a guess.
type Row<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str, &'a str, &'a str, Option<&'a str>);

fn row(rule: &Arc<Rule>) -> Row<'_> {
    let Rule { id, who, symptom, fix, source, inferred, .. } = rule.as_ref();
    (id, rule.severity.name(), who, symptom, fix, source, rule.category.name(), inferred.as_deref())
}

#[pymethods]
impl RepairRules {
    /// Every rule that comes with the library.
    #[staticmethod]
    fn ismip6() -> Self {
        Self(RuleSet::ismip6())
    }

    /// No rule.
    #[staticmethod]
    fn none() -> Self {
        Self(RuleSet::none())
    }

    fn only(&self, ids: Vec<String>) -> PyResult<Self> {
        self.0.only(&ids).map(Self).map_err(exception)
    }

    fn without(&self, ids: Vec<String>) -> PyResult<Self> {
        self.0.without(&ids).map(Self).map_err(exception)
    }

    fn with_file(&self, path: PathBuf) -> PyResult<Self> {
        self.0.with_file(path).map(Self).map_err(exception)
    }

    fn with_function(&self, name: String, function: Py<PyAny>) -> Self {
        Self(self.0.with_function(Arc::new(PythonRule { name, function })))
    }

    /// The rules, in the order in which they are applied.
    fn rows<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.0.rules().iter().map(row).collect::<Vec<_>>().into_pyobject(py)?.into_any())
    }
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<RepairRules>()
}
