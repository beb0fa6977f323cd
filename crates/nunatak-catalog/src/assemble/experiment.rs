//! Joining the files of one experiment.

use nunatak_format::{Attribute, Attributes};
use nunatak_repair::{Draft, Report, Role, RuleSet, Severity};
use nunatak_tree::Dataset;

use crate::assemble::dimensions::DatasetNames;
use crate::assemble::node::{Node, Notes};
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
    let series: Vec<Option<Series>> = drafts.iter().map(|draft| series(draft, join, &mut report)).collect();
    let joinable: Vec<Series> = series.iter().flatten().cloned().collect();
    let time = JoinedTime::new(join, &joinable);
    let mut node = Node {
        dataset: Dataset::new(node_attributes(&drafts, join)),
        report,
        time,
        rules: rules.clone(),
        notes: Notes::default(),
    };
    node.add_time(&drafts, &series)?;
    for (draft, series) in drafts.into_iter().zip(&series) {
        let path = draft.entry.path.clone();
        if let Err(error) = node.add_file(draft, series.as_ref()) {
            let message = format!("{}: {error}; left out from there on", path.display());
            if options.on_error == OnError::Raise {
                return Err(CatalogError::File { message });
            }
            node.report.add(Severity::Error, path, None, message);
        }
    }
    node.report_notes();
    Ok((node.dataset, node.report))
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
    fn add_file(&mut self, mut draft: Draft, series: Option<&Series>) -> Result<()> {
        let mut names = DatasetNames::new(self, &draft, series)?;
        if series.is_none() {
            self.add_own_time(&draft, &names)?;
        }
        let variables = std::mem::take(&mut draft.variables);
        let (coordinates, others): (Vec<_>, Vec<_>) =
            variables.into_iter().partition(|variable| variable.role == Role::Coordinate);
        for variable in coordinates {
            self.add_coordinate(&draft, &mut names, variable)?;
        }
        for variable in others {
            match variable.role {
                Role::Data => self.add_data(&draft, &names, series, variable)?,
                Role::TimeCompanion => {
                    let first = || (draft.entry.path.clone(), 0);
                    self.notes.left_out.entry(variable.raw.name).or_insert_with(first).1 += 1;
                }
                Role::Time | Role::Coordinate => {}
            }
        }
        Ok(())
    }
}
