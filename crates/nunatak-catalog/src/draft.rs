use std::sync::Arc;

use nunatak_array::{MemoryArray, SharedArray, TakeArray};
use nunatak_format::{Attributes, File, FileKind, Group, Variable};

use crate::rules::{
    Asked, Finding, Subject, TimeOutcome, apply_to_file, apply_to_time, apply_to_variables, ask, drop_time_dependent,
    repair_file, repair_grid, repair_time, repair_variables,
};
use crate::time_column::TimeColumn;
use crate::{Category, Entry, Repair, Result, RuleSet, Severity};

/// What a variable is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Data,
    /// Axes, places, grid mappings, bounds of cells.
    Coordinate,
    /// The time axis itself.
    Time,
    /// Says something about the stamps of this file alone: bounds of time, `year`.
    TimeCompanion,
}

/// A variable of a file that is being repaired.
pub(crate) struct DraftVariable {
    pub(crate) raw: Variable,
    pub(crate) role: Role,
    pub(crate) repairs: Vec<Repair>,
    pub(crate) undeclared_fill_values: Vec<f64>,
    /// What is put right where it occurs, when values are read.
    pub(crate) watches: Vec<String>,
    /// The values as the file has them, where they are put right as they are read.
    pub(crate) stored: Option<SharedArray>,
    /// Whether it is repeated along the experiment's time.
    pub(crate) broadcast: bool,
    /// Whether a rule leaves it out.
    pub(crate) dropped: bool,
}

impl DraftVariable {
    pub(crate) fn new(raw: Variable, role: Role) -> Self {
        Self {
            raw,
            role,
            repairs: Vec::new(),
            undeclared_fill_values: Vec::new(),
            watches: Vec::new(),
            stored: None,
            broadcast: false,
            dropped: false,
        }
    }

    /// Metres in the unit of a horizontal coordinate: of a kilometre where it says so, else of a metre.
    pub(crate) fn metres_per_unit(&self) -> f64 {
        match self.raw.attributes.text("units") {
            Some("km" | "kilometer" | "kilometre" | "kilometers") => 1000.0,
            _ => 1.0,
        }
    }
}

/// A file that is being repaired: its header, and its time axis in memory.
pub(crate) struct Draft {
    pub(crate) entry: Entry,
    pub(crate) format: FileKind,
    pub(crate) attributes: Attributes,
    /// Dimensions of the file that can grow.
    pub(crate) unlimited: Vec<String>,
    pub(crate) variables: Vec<DraftVariable>,
    pub(crate) time: Option<TimeColumn>,
    pub(crate) time_repairs: Vec<Repair>,
    /// What is wrong and stays wrong.
    pub(crate) findings: Vec<Finding>,
}

impl Draft {
    /// Takes a file's header, reads its time axis, and applies the rules.
    ///
    /// # Errors
    /// The file's.
    pub(crate) fn open(entry: &Entry, file: &File, rules: &RuleSet) -> Result<Self> {
        Self::repaired(entry, file.kind(), file.root(), rules)
    }

    /// A file's root group, its time axis read and the rules applied.
    ///
    /// # Errors
    /// The file's.
    pub(crate) fn repaired(entry: &Entry, format: FileKind, root: &Group, rules: &RuleSet) -> Result<Self> {
        let mut draft = Self::from_group(entry, format, root);
        draft.repair(rules)?;
        Ok(draft)
    }

    /// Applies the rules, subject by subject; what functions ask for goes before the rules of files.
    fn repair(&mut self, rules: &RuleSet) -> Result<()> {
        let asked = self.ask(rules)?;
        apply_to_variables(self, &asked, Subject::Header)?;
        repair_variables(self, rules, Subject::Header)?;
        self.assign_roles_again();
        self.read_axes()?;
        self.read_time(rules, &asked)?;
        self.assign_time_companions();
        apply_to_variables(self, &asked, Subject::Companion)?;
        repair_variables(self, rules, Subject::Companion)?;
        apply_to_file(self, &asked, Subject::Grid)?;
        repair_grid(self, rules)?;
        apply_to_variables(self, &asked, Subject::Field)?;
        repair_variables(self, rules, Subject::Field)?;
        apply_to_file(self, &asked, Subject::File)?;
        repair_file(self, rules);
        Ok(())
    }

    /// What the functions among the rules ask for; they see the file before any repair.
    fn ask(&mut self, rules: &RuleSet) -> Result<Vec<Asked>> {
        if rules.functions().is_empty() {
            return Ok(Vec::new());
        }
        let time = self.variables.iter().find(|variable| variable.role == Role::Time);
        let column = time.map(|variable| TimeColumn::read(&variable.raw)).transpose()?;
        Ok(ask(self, column.as_ref(), rules))
    }

    /// Roles follow from names and attributes, which rules of the header may have changed.
    fn assign_roles_again(&mut self) {
        if self.variables.iter().all(|variable| variable.repairs.is_empty()) {
            return;
        }
        let all: Vec<Variable> = self.variables.iter().map(|variable| variable.raw.clone()).collect();
        for variable in self.variables.iter_mut().filter(|variable| variable.role != Role::TimeCompanion) {
            variable.role = role(&variable.raw, &all);
        }
    }

    fn from_group(entry: &Entry, format: FileKind, root: &Group) -> Self {
        let roles = root.variables.iter().map(|variable| role(variable, &root.variables));
        let variables = root.variables.iter().cloned().zip(roles);
        let mut draft = Self {
            entry: entry.clone(),
            format,
            attributes: root.attributes.clone(),
            unlimited: root.dimensions.iter().filter(|one| one.unlimited).map(|one| one.name.clone()).collect(),
            variables: variables.map(|(variable, role)| DraftVariable::new(variable, role)).collect(),
            time: None,
            time_repairs: Vec::new(),
            findings: Vec::new(),
        };
        if !root.groups.is_empty() {
            let names: Vec<&str> = root.groups.iter().map(|group| group.name.as_str()).collect();
            let message =
                format!("groups {} are not read: the archive's files hold their data at the root", names.join(", "));
            draft.findings.push(Finding::plain(Severity::Warning, Category::File, message));
        }
        let unreadable = root.unreadable.iter().map(|one| {
            Finding::plain(Severity::Warning, Category::File, format!("{} is left out: {}", one.object, one.reason))
        });
        draft.findings.extend(unreadable);
        draft
    }

    /// Reads the coordinates of dimensions, once: rules, joins and indexes all look at them.
    fn read_axes(&mut self) -> Result<()> {
        for variable in &mut self.variables {
            let raw = &mut variable.raw;
            if variable.role == Role::Coordinate && raw.dimensions == [raw.name.clone()] {
                raw.array = Arc::new(MemoryArray::new(raw.array.shape().to_vec(), raw.array.read_all()?)?);
            }
        }
        Ok(())
    }

    fn read_time(&mut self, rules: &RuleSet, asked: &[Asked]) -> Result<()> {
        let Some(variable) = self.variables.iter_mut().find(|variable| variable.role == Role::Time) else {
            return Ok(());
        };
        let mut column = TimeColumn::read(&variable.raw)?;
        self.time_repairs.append(&mut variable.repairs);
        let outcomes = [apply_to_time(self, &mut column, asked), repair_time(&mut column, &self.entry, rules)];
        self.time = Some(column);
        outcomes.into_iter().try_for_each(|outcome| self.absorb(outcome))
    }

    /// Takes over what rules made of the time axis.
    fn absorb(&mut self, outcome: TimeOutcome) -> Result<()> {
        self.time_repairs.extend(outcome.repairs);
        self.findings.extend(outcome.findings);
        if outcome.dropped != (0, 0) {
            self.drop_records(outcome.dropped)?;
        }
        if let Some(finding) = outcome.unusable {
            drop_time_dependent(self, finding);
        }
        Ok(())
    }

    /// Leaves out records at both ends, in every variable along time.
    fn drop_records(&mut self, (first, last): (usize, usize)) -> Result<()> {
        let Some(time) = self.time.as_ref().map(|column| column.dimension.clone()) else { return Ok(()) };
        for raw in self.variables.iter_mut().map(|variable| &mut variable.raw) {
            let Some(axis) = raw.dimensions.iter().position(|name| *name == time) else { continue };
            let length = raw.array.shape().get(axis).copied().unwrap_or(0);
            let kept = (first..length.saturating_sub(last)).map(Some).collect();
            raw.array = Arc::new(TakeArray::new(raw.array.clone(), axis, kept)?);
        }
        Ok(())
    }

    /// Its format as users know it.
    pub(crate) fn format_name(&self) -> &'static str {
        match self.format {
            FileKind::NetCdf3Classic => "NetCDF-3 classic",
            FileKind::NetCdf3Offset64 => "NetCDF-3 with 64-bit offsets",
            FileKind::NetCdf3Data64 => "NetCDF-3 with 64-bit data",
            FileKind::Hdf5 => "HDF5",
        }
    }

    fn assign_time_companions(&mut self) {
        let Some(column) = &self.time else { return };
        let time = self.variables.iter().find(|variable| variable.raw.name == column.name);
        let bounds = time.and_then(|time| time.raw.attributes.text("bounds")).map(str::to_string);
        for variable in self.variables.iter_mut().filter(|variable| variable.role != Role::Time) {
            let along_time = variable.raw.dimensions.contains(&column.dimension);
            let is_bounds = bounds.as_deref() == Some(variable.raw.name.as_str()) || is_bounds_name(&variable.raw.name);
            if along_time && is_bounds {
                variable.role = Role::TimeCompanion;
            }
        }
    }

    /// The coordinate variable of a dimension.
    pub(crate) fn axis(&self, dimension: &str) -> Option<&DraftVariable> {
        self.variables.iter().find(|variable| {
            variable.role == Role::Coordinate
                && variable.raw.name == dimension
                && variable.raw.dimensions == [dimension]
        })
    }

    /// The length of a dimension, from the first variable that has it.
    pub(crate) fn length(&self, dimension: &str) -> Option<usize> {
        self.variables.iter().find_map(|variable| {
            let at = variable.raw.dimensions.iter().position(|name| name == dimension)?;
            variable.raw.array.shape().get(at).copied()
        })
    }

    pub(crate) fn rename_dimension(&mut self, from: &str, to: &str) {
        let names = self.variables.iter_mut().flat_map(|variable| &mut variable.raw.dimensions);
        names.filter(|name| *name == from).for_each(|name| *name = to.to_string());
    }

    /// Repairs that hold for every variable of the file, in the order they were made.
    pub(crate) fn common_repairs(&self) -> impl Iterator<Item = &Repair> {
        self.entry.repairs.iter().chain(&self.time_repairs)
    }
}

fn is_bounds_name(name: &str) -> bool {
    name.ends_with("_bnds") || name.ends_with("_bounds")
}

fn role(variable: &Variable, all: &[Variable]) -> Role {
    const PLACES: [&str; 6] = ["lat", "lon", "latitude", "longitude", "lat2d", "lon2d"];
    let name = variable.name.as_str();
    let linked = |attribute: &str| {
        let lists = all.iter().filter_map(|other| other.attributes.text(attribute));
        lists.flat_map(str::split_whitespace).any(|word| word.trim_end_matches(':') == name)
    };
    let standard_name = variable.attributes.text("standard_name").unwrap_or_default();
    if TimeColumn::is_time(variable) {
        Role::Time
    } else if variable.dimensions == [name]
        || PLACES.contains(&name)
        || matches!(standard_name, "latitude" | "longitude")
        || variable.attributes.get("grid_mapping_name").is_some()
        || is_bounds_name(name)
        || ["coordinates", "bounds", "grid_mapping"].into_iter().any(linked)
    {
        Role::Coordinate
    } else {
        Role::Data
    }
}
