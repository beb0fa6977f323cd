//! Catalogs in Python: rows as columns, trees as dictionaries of lazy arrays.

use std::path::PathBuf;

use nunatak::catalog::{
    self, CheckOptions, CheckReport, Column, Entry, Finding, Ismip7Run, Join, OnError, Protocol, Query, Report,
    TreeOptions,
};
use nunatak::store::StorageOptions;
use nunatak::tree::{Dataset, Variable};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::array::{LazyArray, numpy_name};
use crate::errors::{exception, raise};
use crate::format::{attributes_to_python, storage_to_python};
use crate::progress::PythonProgress;
use crate::rules::RepairRules;
use crate::store::{location, pickled_options, storage_options};
use crate::threads::{detach, detach_briefly};
use nunatak::{ErrorKind, NunatakError};

/// The files of an archive; `nunatak.Catalog` is made of it.
#[pyclass(frozen, module = "nunatak._nunatak")]
struct ArchiveCatalog(catalog::Catalog);

#[pymethods]
impl ArchiveCatalog {
    /// Lists a directory; no file is opened. Options that were pickled are no consent.
    #[staticmethod]
    #[pyo3(signature = (path, rules, options = Vec::new(), cache = false, pickled = false))]
    fn open(
        py: Python<'_>,
        path: &str,
        rules: PyRef<'_, RepairRules>,
        options: Vec<(String, String)>,
        cache: bool,
        pickled: bool,
    ) -> PyResult<Self> {
        let rules = rules.0.clone();
        let (root, options) = (location(path)?, given_or_pickled(options, pickled)?);
        let open = || {
            let catalog = catalog::Catalog::open(root, &options, rules)?;
            Ok::<_, NunatakError>(if cache { catalog.with_cache() } else { catalog })
        };
        detach(py, open)?.map(Self).map_err(exception)
    }

    /// Opens a saved catalog; nothing is listed, no header is read.
    #[staticmethod]
    #[pyo3(signature = (path, rules, options = Vec::new(), pickled = false))]
    fn open_saved(
        py: Python<'_>,
        path: PathBuf,
        rules: PyRef<'_, RepairRules>,
        options: Vec<(String, String)>,
        pickled: bool,
    ) -> PyResult<Self> {
        let rules = rules.0.clone();
        let options = given_or_pickled(options, pickled)?;
        detach(py, || catalog::Catalog::open_saved(&path, &options, rules))?.map(Self).map_err(exception)
    }

    /// Saves rows, headers, places of chunks and repairs in one parquet file.
    fn save(&self, py: Python<'_>, path: PathBuf, progress: Option<Py<PyAny>>) -> PyResult<()> {
        let watch = PythonProgress::new(progress);
        let saved = detach(py, || self.0.save(&path, &watch))?;
        saved.map_err(|error| watch.raised().unwrap_or_else(|| exception(error)))
    }

    /// Writes a row per chunk to a parquet file; returns the number of rows.
    fn write_chunk_map(&self, py: Python<'_>, path: PathBuf, progress: Option<Py<PyAny>>) -> PyResult<usize> {
        let watch = PythonProgress::new(progress);
        let written = detach(py, || catalog::write_chunk_map(&self.0, &path, &watch))?;
        written.map_err(|error| watch.raised().unwrap_or_else(|| exception(error)))
    }

    /// Lists again; headers of files that did not change are kept.
    fn refresh(&self, py: Python<'_>) -> PyResult<Self> {
        detach(py, || self.0.refresh())?.map(Self).map_err(exception)
    }

    #[getter]
    fn root(&self) -> String {
        self.0.root().display().to_string()
    }

    /// The rules that repair its files.
    #[getter]
    fn rules(&self) -> RepairRules {
        RepairRules(self.0.rules().clone())
    }

    fn __len__(&self) -> usize {
        self.0.entries().len()
    }

    /// Rows by column.
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let columns = PyDict::new(py);
        let entries = self.0.entries();
        let text = |name: &str, value: &dyn Fn(&Entry) -> Option<String>| {
            columns.set_item(name, entries.iter().map(value).collect::<Vec<_>>())
        };
        text("variable", &|entry| Some(entry.variable.clone()))?;
        text("token", &|entry| Some(entry.token.clone()))?;
        text("prefix", &|entry| entry.prefix.clone())?;
        text("ice_sheet", &|entry| entry.ice_sheet.clone())?;
        text("institution", &|entry| Some(entry.institution.clone()))?;
        text("model", &|entry| Some(entry.model.clone()))?;
        text("experiment", &|entry| Some(entry.experiment.clone()))?;
        text("experiment_alias", &|entry| entry.experiment_alias.clone())?;
        text("kind", &|entry| Some(entry.kind.name().into()))?;
        text("path", &|entry| Some(entry.path.display().to_string()))?;
        columns.set_item("size", entries.iter().map(|entry| entry.size).collect::<Vec<_>>())?;
        if entries.iter().any(|entry| entry.run.is_some()) {
            let run = |name: &str, value: &dyn Fn(&Ismip7Run) -> String| {
                columns.set_item(name, entries.iter().map(|entry| entry.run.as_ref().map(value)).collect::<Vec<_>>())
            };
            run("member", &|run| run.member.clone())?;
            run("esm", &|run| run.earth_system_model.clone())?;
            run("forcing", &|run| run.forcing.clone())?;
            run("set", &|run| run.set.clone())?;
            run("years", &|run| run.years.clone())?;
        }
        Ok(columns)
    }

    /// The rows that have one of the values or patterns in every column named.
    fn search(&self, criteria: Vec<(String, Vec<String>)>) -> PyResult<Self> {
        let query = criteria.into_iter().try_fold(Query::new(), |query, (column, values)| {
            Column::parse(&column).map(|column| query.with(column, values))
        });
        Ok(Self(self.0.search(&query.map_err(exception)?)))
    }

    /// What was noticed while listing.
    fn report<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        report_to_python(py, self.0.report())
    }

    /// Opens the files; returns `(path, dataset)` of every experiment, and the report.
    fn to_datatree<'py>(
        &self,
        py: Python<'py>,
        join: &str,
        on_error: &str,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<(Bound<'py, PyList>, Bound<'py, PyDict>)> {
        let options = TreeOptions { join: parse_join(join)?, on_error: parse_on_error(on_error)? };
        let watch = PythonProgress::new(progress);
        let made = detach(py, || self.0.to_datatree(options, &watch))?;
        let (tree, report) = made.map_err(|error| watch.raised().unwrap_or_else(|| exception(error)))?;
        let nodes = PyList::empty(py);
        for (path, dataset) in tree.nodes() {
            nodes.append((path, dataset_to_python(py, dataset)?))?;
        }
        Ok((nodes, report_to_python(py, &report)?))
    }

    /// Opens every file and holds it against a protocol, its own when none is named.
    fn check(
        &self,
        py: Python<'_>,
        protocol: Option<&str>,
        values: bool,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<ArchiveCheck> {
        let options = CheckOptions { protocol: protocol.map(parse_protocol).transpose()?, values };
        let watch = PythonProgress::new(progress);
        let checked = detach(py, || self.0.check(options, &watch))?;
        checked.map(ArchiveCheck).map_err(|error| watch.raised().unwrap_or_else(|| exception(error)))
    }
}

/// What a check found; `nunatak.catalog.CheckReport` is made of it.
#[pyclass(frozen, module = "nunatak._nunatak")]
struct ArchiveCheck(CheckReport);

#[pymethods]
impl ArchiveCheck {
    /// Number of files that were opened.
    #[getter]
    fn files(&self) -> usize {
        self.0.files
    }

    #[getter]
    fn root(&self) -> &str {
        &self.0.root
    }

    /// Findings by column.
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let columns = PyDict::new(py);
        let column = |name: &str, value: &dyn Fn(&Finding) -> Option<String>| {
            columns.set_item(name, self.0.findings.iter().map(value).collect::<Vec<_>>())
        };
        column("path", &|finding| Some(finding.path.clone()))?;
        column("model", &|finding| finding.model.clone())?;
        column("experiment", &|finding| finding.experiment.clone())?;
        column("variable", &|finding| finding.variable.clone())?;
        column("category", &|finding| Some(finding.category.name().into()))?;
        column("severity", &|finding| Some(finding.level.name().into()))?;
        column("rule", &|finding| finding.rule.clone())?;
        column("finding", &|finding| Some(finding.message()))?;
        column("found", &|finding| Some(finding.found.clone()))?;
        column("expected", &|finding| Some(finding.expected.clone()))?;
        Ok(columns)
    }

    /// The whole report for a terminal.
    fn to_text(&self) -> String {
        self.0.to_text()
    }

    /// The whole report as JSON text.
    fn to_json(&self, py: Python<'_>) -> String {
        detach_briefly(py, || format!("{:#}", self.0.to_json()))
    }

    /// The whole report as one page.
    fn to_html(&self, py: Python<'_>) -> String {
        detach_briefly(py, || self.0.to_html())
    }
}

/// One file, repaired as its catalog would repair it.
#[pyfunction]
fn open_repaired<'py>(
    py: Python<'py>,
    path: &str,
    rules: PyRef<'py, RepairRules>,
    options: Vec<(String, String)>,
) -> PyResult<Bound<'py, PyDict>> {
    let rules = rules.0.clone();
    let (location, options) = (location(path)?, storage_options(options)?);
    let opened = detach(py, || catalog::open_repaired(&location, &options, &rules))?;
    let (dataset, _) = opened.map_err(exception)?;
    dataset_to_python(py, &dataset)
}

fn given_or_pickled(options: Vec<(String, String)>, pickled: bool) -> PyResult<StorageOptions> {
    if pickled { pickled_options(&options) } else { storage_options(options) }
}

fn parse_protocol(name: &str) -> PyResult<Protocol> {
    let unknown = || format!("protocol={name:?}: expected \"ismip6\", \"ismip7\" or None");
    Protocol::parse(name).ok_or_else(|| raise(ErrorKind::Argument, unknown()))
}

fn parse_join(name: &str) -> PyResult<Join> {
    Ok(match name {
        "nominal_year" => Join::NominalYear,
        "outer" => Join::Outer,
        "inner" => Join::Inner,
        _ => {
            let message = format!("join={name:?}: expected \"nominal_year\", \"outer\" or \"inner\"");
            return Err(raise(ErrorKind::Argument, message));
        }
    })
}

fn parse_on_error(name: &str) -> PyResult<OnError> {
    Ok(match name {
        "warn" => OnError::Warn,
        "raise" => OnError::Raise,
        "skip" => OnError::Skip,
        _ => {
            let message = format!("on_error={name:?}: expected \"warn\", \"raise\" or \"skip\"");
            return Err(raise(ErrorKind::Argument, message));
        }
    })
}

fn dataset_to_python<'py>(py: Python<'py>, dataset: &Dataset) -> PyResult<Bound<'py, PyDict>> {
    let list = |variables: &mut dyn Iterator<Item = (&str, &Variable)>| -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for (name, variable) in variables {
            list.append((name, variable_to_python(py, variable)?))?;
        }
        Ok(list)
    };
    let dictionary = PyDict::new(py);
    dictionary.set_item("attributes", attributes_to_python(py, &dataset.attributes)?)?;
    dictionary.set_item("coordinates", list(&mut dataset.coordinates())?)?;
    dictionary.set_item("variables", list(&mut dataset.variables())?)?;
    Ok(dictionary)
}

fn variable_to_python<'py>(py: Python<'py>, variable: &Variable) -> PyResult<Bound<'py, PyDict>> {
    let dictionary = PyDict::new(py);
    dictionary.set_item("dimensions", &variable.dimensions)?;
    dictionary.set_item("attributes", attributes_to_python(py, &variable.attributes)?)?;
    dictionary.set_item("encoding", attributes_to_python(py, &variable.encoding.attributes)?)?;
    dictionary.set_item("stored_dtype", variable.encoding.data_type.map(numpy_name))?;
    dictionary.set_item("storage", storage_to_python(py, &variable.encoding.storage)?)?;
    dictionary.set_item("source", variable.encoding.source.as_ref().map(|path| path.display().to_string()))?;
    dictionary.set_item("array", LazyArray(variable.array.clone()).into_pyobject(py)?)?;
    Ok(dictionary)
}

fn report_to_python<'py>(py: Python<'py>, report: &Report) -> PyResult<Bound<'py, PyDict>> {
    let repairs: Vec<_> = report
        .repairs
        .iter()
        .map(|record| {
            let repair = &record.repair;
            let path = record.path.display().to_string();
            (repair.rule.to_string(), path, &record.variable, &repair.before, &repair.after, repair.inferred.as_ref())
        })
        .collect();
    let problems: Vec<_> = report
        .problems
        .iter()
        .map(|problem| {
            let path = problem.path.display().to_string();
            (problem.severity.name(), problem.rule.as_deref(), path, &problem.message)
        })
        .collect();
    let dictionary = PyDict::new(py);
    dictionary.set_item("files", report.files)?;
    dictionary.set_item("repairs", repairs)?;
    dictionary.set_item("problems", problems)?;
    Ok(dictionary)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("REPORT_CSS", nunatak::compliance::REPORT_CSS)?;
    module.add_class::<ArchiveCatalog>()?;
    module.add_class::<ArchiveCheck>()?;
    module.add_function(wrap_pyfunction!(open_repaired, module)?)
}
