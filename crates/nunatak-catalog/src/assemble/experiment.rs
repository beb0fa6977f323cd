//! Joining the files of one experiment.

use nunatak_format::{Attribute, Attributes, Location};
use nunatak_repair::{Draft, Report, Role, RuleSet, Severity};
use nunatak_tree::Dataset;

use crate::assemble::data::Dated;
use crate::assemble::dimensions::DatasetNames;
use crate::assemble::directions::align_directions;
use crate::assemble::file_sets::{DatedDraft, file_sets};
use crate::assemble::node::Node;
use crate::error::{CatalogError, Result};
use crate::join::{Join, JoinedTime, Series};
use crate::options::{OnError, TreeOptions};

/// Joins the files of one experiment. What is left out or renamed is in the report.
///
/// # Errors
/// With [`OnError::Raise`] the first coordinate that cannot be read.
pub(crate) fn assemble(drafts: Vec<Draft>, options: TreeOptions, rules: &RuleSet) -> Result<(Dataset, Report)> {
    let join = options.join;
    let mut report = Report::default();
    let attributes = node_attributes(&drafts, join);
    let dated = |draft: Draft| {
        let series = series(&draft, join, &mut report);
        (draft, series)
    };
    let mut files: Vec<DatedDraft> = drafts.into_iter().map(dated).collect();
    align_directions(&mut files, &mut report)?;
    let sets = file_sets(files, &mut report);
    let joinable: Vec<Series> = sets.iter().filter_map(|set| set.series.clone()).collect();
    let mut node = Node::new(attributes, JoinedTime::new(join, &joinable), report, rules.clone());
    node.owned = sets.iter().flat_map(|set| &set.files).filter_map(|(draft, _)| owned(draft)).collect();
    node.add_time(&sets)?;
    for set in sets {
        let is_cut = set.files.len() > 1;
        for (at, (draft, series)) in set.files.into_iter().enumerate() {
            node.part = is_cut.then_some(at);
            let dated = series.as_ref().zip(set.series.as_ref()).map(|(own, whole)| Dated { own, whole });
            let path = draft.entry.path.clone();
            if let Err(error) = node.add_file(draft, dated, options.on_error) {
                node.fail(&path, &format!("{error}; left out from there on"), options.on_error)?;
            }
        }
        node.finish_parts()?;
    }
    node.report_notes();
    Ok((node.dataset, node.report))
}

/// The variable that a file is named after, when it holds it.
fn owned(draft: &Draft) -> Option<String> {
    let token = &draft.entry.token;
    let holds = draft.variables.iter().any(|variable| variable.role == Role::Data && variable.raw.name == *token);
    holds.then(|| token.clone())
}

/// The records of a file, when they can be on the joined axis.
fn series(draft: &Draft, join: Join, report: &mut Report) -> Option<Series> {
    let column = draft.time.as_ref()?;
    let path = &draft.entry.path;
    let mut problem = |severity, message: String| {
        let own = DatasetNames::own_time(draft);
        report.add(severity, path, None, format!("{}: {}: {message}; kept on `{own}`", path.display(), column.name));
    };
    let (encoding, moments) = match column.moments() {
        Ok(found) => found,
        Err(message) => {
            problem(Severity::Error, message);
            return None;
        }
    };
    match Series::new(join, draft.entry.kind, encoding, column.values.clone(), moments) {
        Ok(series) => Some(series),
        Err(message) => {
            problem(Severity::Warning, message);
            None
        }
    }
}

/// Attributes that all files agree on, and what made the dataset.
fn node_attributes(drafts: &[Draft], join: Join) -> Attributes {
    let Some(first) = drafts.first() else { return Attributes::new() };
    let agreed = |name: &str, value: &Attribute| drafts.iter().all(|draft| draft.attributes.get(name) == Some(value));
    let mut attributes: Attributes = first
        .attributes
        .iter()
        .filter(|(name, value)| agreed(name, value))
        .map(|(name, value)| (name.to_string(), value.clone()))
        .collect();
    let mut set = |name: &str, text: &str| attributes.set(name, Attribute::Text(text.into()));
    set("nunatak_model", &first.entry.model_key());
    set("nunatak_experiment", &first.entry.experiment);
    if let Some(alias) = &first.entry.experiment_alias {
        set("nunatak_experiment_alias", alias);
    }
    if let Some(ice_sheet) = &first.entry.ice_sheet {
        set("nunatak_ice_sheet", ice_sheet);
    }
    set(
        "nunatak_join",
        match join {
            Join::NominalYear => "nominal_year",
            Join::Outer => "outer",
            Join::Inner => "inner",
        },
    );
    set("nunatak_version", env!("CARGO_PKG_VERSION"));
    attributes
}

impl Node {
    fn add_file(&mut self, mut draft: Draft, dated: Option<Dated<'_>>, on_error: OnError) -> Result<()> {
        let mut names = DatasetNames::new(self, &draft, dated.is_some())?;
        if dated.is_none() {
            self.add_own_time(&draft, &names)?;
        }
        let variables = std::mem::take(&mut draft.variables);
        let (coordinates, others): (Vec<_>, Vec<_>) =
            variables.into_iter().partition(|variable| variable.role == Role::Coordinate);
        let mut new = Vec::new();
        for variable in &coordinates {
            match self.add_coordinate(&draft, &mut names, variable) {
                Ok(coordinate) => new.extend(coordinate),
                Err(error) => self.fail_variable(&draft, &variable.raw.name, &error, on_error)?,
            }
        }
        for (name, mut coordinate) in new {
            names.relink(&mut coordinate.attributes);
            self.dataset.insert_coordinate(name, coordinate)?;
        }
        for variable in others {
            let name = variable.raw.name.clone();
            match variable.role {
                Role::Data => {
                    if let Err(error) = self.add_data(&draft, &names, dated, variable) {
                        self.fail_variable(&draft, &name, &error, on_error)?;
                    }
                }
                Role::TimeCompanion => {
                    let first = || (draft.entry.path.clone(), 0);
                    self.notes.left_out.entry(name).or_insert_with(first).1 += 1;
                }
                Role::Time | Role::Coordinate => {}
            }
        }
        Ok(())
    }

    /// What is wrong with a variable costs this variable, not its file.
    fn fail_variable(&mut self, draft: &Draft, name: &str, error: &CatalogError, on_error: OnError) -> Result<()> {
        self.fail(&draft.entry.path, &format!("{name}: {error}; left out"), on_error)
    }

    fn fail(&mut self, path: &Location, problem: &str, on_error: OnError) -> Result<()> {
        let message = format!("{}: {problem}", path.display());
        if on_error == OnError::Raise {
            return Err(CatalogError::File { message });
        }
        self.report.add(Severity::Error, path, None, message);
        Ok(())
    }
}
