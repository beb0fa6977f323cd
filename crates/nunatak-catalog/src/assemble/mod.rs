//! The files of one experiment as one dataset.

mod coordinates;
mod naming;
mod place;

use std::collections::BTreeMap;
use std::sync::Arc;

use nunatak_array::{CastArray, DataType, MemoryArray, SharedArray, StackArray, TakeArray};
use nunatak_format::Location;
use nunatak_format::{Attribute, Attributes};
use nunatak_tree::{Dataset, DecodeOptions, Encoding, ValidRange, Variable, decode_variable};

use crate::draft::{Draft, DraftVariable, Role};
use crate::join::{Join, JoinedTime, Series};
use crate::rules::{Applied, Event};
use crate::{CatalogError, OnError, Repair, RepairRecord, Report, Result, RuleSet, Severity, TreeOptions};
use place::Place;

/// A dataset that files are added to.
struct Node {
    dataset: Dataset,
    report: Report,
    time: Option<JoinedTime>,
    rules: RuleSet,
    notes: Notes,
}

/// What happens to many files of an experiment alike, and is told once.
#[derive(Default)]
struct Notes {
    /// Coordinates that later files share with the first that has them: name, that file, and how many share it.
    shared: BTreeMap<(String, Location), usize>,
    /// Companions of time that were left out: name, the first file that has it, and how many do.
    left_out: BTreeMap<String, (Location, usize)>,
}

/// Joins the files of one experiment. What is left out or renamed stands in the report.
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
    node.tell();
    Ok((node.dataset, node.report))
}

/// The records of a file, when they can stand on the joined axis.
fn series(draft: &Draft, join: Join, report: &mut Report) -> Option<Series> {
    let column = draft.time.as_ref()?;
    let path = &draft.entry.path;
    let mut problem = |severity, message: String| {
        let own = Place::own_time(draft);
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
    /// The joined time coordinate, with the attributes of the file whose stamps it has.
    fn add_time(&mut self, drafts: &[Draft], series: &[Option<Series>]) -> Result<()> {
        let Some(time) = &self.time else { return Ok(()) };
        let reference = drafts.iter().zip(series).filter(|(_, series)| series.is_some()).nth(time.reference);
        let Some((draft, _)) = reference else { return Ok(()) };
        let mut attributes = Attributes::new();
        let own = draft.variables.iter().find(|variable| variable.role == Role::Time);
        for (name, value) in own.iter().flat_map(|variable| variable.raw.attributes.iter()) {
            if matches!(name, "standard_name" | "long_name" | "axis") {
                attributes.set(name, value.clone());
            }
        }
        attributes.set("units", Attribute::Text(time.encoding.units()));
        attributes.set("calendar", Attribute::Text(time.encoding.calendar.name().into()));
        set_repairs(&mut attributes, draft.time_repairs.iter());
        let array: SharedArray = Arc::new(MemoryArray::new(vec![time.len()], time.values())?);
        self.dataset.insert_coordinate("time", Variable::new(vec!["time".into()], array, attributes)?)?;
        if time.len() == 0 {
            let message = format!("{}: no record is common to all files", draft.entry.path.display());
            self.report.add(Severity::Warning, &draft.entry.path, None, message);
        }
        Ok(())
    }

    fn add_file(&mut self, mut draft: Draft, series: Option<&Series>) -> Result<()> {
        let mut place = Place::new(self, &draft, series)?;
        if series.is_none() {
            self.add_own_time(&draft, &place)?;
        }
        let variables = std::mem::take(&mut draft.variables);
        let (coordinates, others): (Vec<_>, Vec<_>) =
            variables.into_iter().partition(|variable| variable.role == Role::Coordinate);
        for variable in coordinates {
            self.add_coordinate(&draft, &mut place, variable)?;
        }
        for variable in others {
            match variable.role {
                Role::Data => self.add_data(&draft, &place, series, variable)?,
                Role::TimeCompanion => {
                    let first = || (draft.entry.path.clone(), 0);
                    self.notes.left_out.entry(variable.raw.name).or_insert_with(first).1 += 1;
                }
                Role::Time | Role::Coordinate => {}
            }
        }
        Ok(())
    }

    fn add_data(
        &mut self,
        draft: &Draft,
        place: &Place,
        series: Option<&Series>,
        variable: DraftVariable,
    ) -> Result<()> {
        let mut decoded = decode(draft, place, &variable)?;
        if variable.broadcast {
            self.broadcast(draft, &mut decoded)?;
        }
        if decoded.array.shape().is_empty() && self.has_equal_scalar(&variable.raw.name, &decoded)? {
            return Ok(());
        }
        let (name, renamed) = self.name(draft, &variable.raw.name);
        if let Some(repair) = &renamed {
            let variable = variable.raw.name.clone();
            self.report.repairs.push(RepairRecord { path: draft.entry.path.clone(), variable, repair: repair.clone() });
        }
        let mut padded = None;
        if let (Some(series), Some(time), Some(axis)) = (series, &self.time, decoded.axis("time")) {
            let indices = series.indices(time);
            padded = self.rules.event(Event::YearsMissing).and_then(|rule| padding(rule, indices.as_deref()));
            decoded.array = on_joined_axis(decoded.array, axis, indices)?;
            if let Some(stamps) = series.stamps(time) {
                decoded.attributes.set("time_stamps", stamps);
            }
        }
        if let Some(repair) = &padded {
            let variable = name.clone();
            self.report.repairs.push(RepairRecord { path: draft.entry.path.clone(), variable, repair: repair.clone() });
        }
        let repairs = draft.common_repairs().chain(&variable.repairs).chain(&renamed).chain(&padded);
        set_repairs(&mut decoded.attributes, repairs);
        if !variable.watches.is_empty() {
            decoded.attributes.set("nunatak_watches", Attribute::Text(variable.watches.join("; ")));
        }
        self.dataset.insert(name, decoded)?;
        Ok(())
    }

    /// Repeats a field without time along the experiment's.
    fn broadcast(&mut self, draft: &Draft, field: &mut Variable) -> Result<()> {
        let Some(records) = self.time.as_ref().map(JoinedTime::len).filter(|_| field.axis("time").is_none()) else {
            self.note(draft, Severity::Info, format!("there is no time to repeat {} along", draft.entry.variable));
            return Ok(());
        };
        let single: SharedArray = Arc::new(StackArray::new(vec![field.array.clone()], 0)?);
        field.array = Arc::new(TakeArray::new(single, 0, vec![Some(0); records])?);
        field.dimensions.insert(0, "time".into());
        if let Some(chunk) = &mut field.encoding.storage.chunk_shape {
            chunk.insert(0, 1);
        }
        Ok(())
    }

    /// Whether the dataset has a number of this name and value already.
    fn has_equal_scalar(&self, name: &str, scalar: &Variable) -> Result<bool> {
        let Some(own) = self.dataset.get(name).filter(|own| own.array.shape().is_empty()) else { return Ok(false) };
        if own.array.data_type() != scalar.array.data_type() {
            return Ok(false);
        }
        let (one, other) = (own.array.read_all()?, scalar.array.read_all()?);
        Ok(one == other)
    }

    /// Writes the collected notes into the report.
    fn tell(&mut self) {
        for ((name, path), count) in std::mem::take(&mut self.notes.shared) {
            let message = format!(
                "{}: {name} stands for that of {count} more files of the experiment, which has the same shape; not compared",
                path.display()
            );
            self.report.add(Severity::Info, path, None, message);
        }
        for (name, (path, count)) in std::mem::take(&mut self.notes.left_out) {
            let message = format!(
                "{}: {name} left out, as of {count} files of the experiment: it describes the stamps of one file alone",
                path.display()
            );
            self.report.add(Severity::Info, path, None, message);
        }
    }

    fn note(&mut self, draft: &Draft, severity: Severity, message: String) {
        let path = &draft.entry.path;
        self.report.add(severity, path, None, format!("{}: {message}", path.display()));
    }
}

/// The variable decoded, its dimensions named as in the dataset.
fn decode(draft: &Draft, place: &Place, variable: &DraftVariable) -> Result<Variable> {
    let options = DecodeOptions {
        valid_range: ValidRange::Ignore,
        undeclared_fill_values: variable.undeclared_fill_values.clone(),
    };
    let mut decoded = decode_variable(&variable.raw, &options)?;
    for name in &mut decoded.dimensions {
        *name = place.dimension(name);
    }
    if let Some(mapping) = decoded.attributes.text("grid_mapping").and_then(|name| place.grid_mapping(name)) {
        decoded.attributes.set("grid_mapping", Attribute::Text(mapping));
    }
    if let Some(coordinates) = decoded.attributes.remove("coordinates") {
        decoded.encoding.attributes.set("coordinates", coordinates);
    }
    decoded.encoding = Encoding { source: Some(draft.entry.path.clone()), ..decoded.encoding };
    Ok(decoded)
}

/// The record of years that a file lacks, when it does.
fn padding(rule: Applied<'_>, indices: Option<&[Option<usize>]>) -> Option<Repair> {
    let indices = indices?;
    let records = indices.iter().flatten().count();
    (records < indices.len()).then(|| {
        rule.repair(format!("{records} records"), format!("{} years, missing where the file has none", indices.len()))
    })
}

/// The array with the records of the joined axis; integers become floats where records are missing.
fn on_joined_axis(array: SharedArray, axis: usize, indices: Option<Vec<Option<usize>>>) -> Result<SharedArray> {
    let Some(indices) = indices else { return Ok(array) };
    let data_type = array.data_type();
    let padded = indices.contains(&None) && data_type.is_numeric() && !data_type.is_float();
    let array: SharedArray = if padded { Arc::new(CastArray::new(array, DataType::F64)?) } else { array };
    Ok(Arc::new(TakeArray::new(array, axis, indices)?))
}

/// Writes what was repaired, and what was only flagged, into the attributes.
fn set_repairs<'a>(attributes: &mut Attributes, repairs: impl Iterator<Item = &'a Repair>) {
    let repairs: Vec<&Repair> = repairs.collect();
    if repairs.is_empty() {
        return;
    }
    if let Ok(text) = serde_json::to_string(&repairs) {
        attributes.set("nunatak_repairs", Attribute::Text(text));
    }
    let flags: Vec<&str> = repairs.iter().filter_map(|repair| repair.flag.as_deref()).collect();
    if !flags.is_empty() {
        attributes.set("nunatak_flags", Attribute::Text(flags.join("; ")));
    }
}
