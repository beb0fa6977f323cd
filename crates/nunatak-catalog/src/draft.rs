use std::sync::Arc;

use nunatak_array::MemoryArray;
use nunatak_format::{Attributes, FileKind, Group, Variable};

use crate::rules::{add_grid_mapping, arm_undeclared_fill_values, rename_unit, repair_grid, repair_time};
use crate::time_column::{Context, TimeColumn};
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
}

impl DraftVariable {
    pub(crate) fn new(raw: Variable, role: Role) -> Self {
        Self { raw, role, repairs: Vec::new(), undeclared_fill_values: Vec::new() }
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
    pub(crate) problems: Vec<(Severity, Category, String)>,
}

impl Draft {
    /// Opens a file, reads its header and its time axis, and applies the rules.
    ///
    /// # Errors
    /// The file's.
    pub(crate) fn open(entry: &Entry, rules: &RuleSet) -> Result<Self> {
        let file = nunatak_format::open(&entry.path)?;
        Self::repaired(entry, file.kind(), file.root(), rules)
    }

    /// A file's root group, its time axis read and the rules applied.
    ///
    /// # Errors
    /// The file's.
    pub(crate) fn repaired(entry: &Entry, format: FileKind, root: &Group, rules: &RuleSet) -> Result<Self> {
        let mut draft = Self::from_group(entry, format, root);
        for variable in draft.variables.iter_mut().filter(|_| rules.has("C1")) {
            let repair = rename_unit(&mut variable.raw);
            variable.repairs.extend(repair);
        }
        draft.read_axes()?;
        draft.read_time(rules)?;
        draft.assign_time_companions();
        if let Some(problem) = repair_grid(&mut draft, rules)? {
            draft.problems.push((Severity::Warning, Category::Grid, problem));
        }
        if rules.has("B8") {
            add_grid_mapping(&mut draft)?;
        }
        for variable in &mut draft.variables {
            if variable.role == Role::Data && rules.has("D1") {
                let repair = arm_undeclared_fill_values(variable);
                variable.repairs.extend(repair);
            }
        }
        Ok(draft)
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
            problems: Vec::new(),
        };
        if !root.groups.is_empty() {
            let names: Vec<&str> = root.groups.iter().map(|group| group.name.as_str()).collect();
            let message =
                format!("groups {} are not read: the archive's files hold their data at the root", names.join(", "));
            draft.problems.push((Severity::Warning, Category::File, message));
        }
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

    fn read_time(&mut self, rules: &RuleSet) -> Result<()> {
        let Some(variable) = self.variables.iter_mut().find(|variable| variable.role == Role::Time) else {
            return Ok(());
        };
        let mut column = TimeColumn::read(&variable.raw)?;
        let context = Context { experiment: self.entry.experiment.clone(), meaning: self.entry.kind };
        self.time_repairs.append(&mut variable.repairs);
        self.time_repairs.extend(repair_time(&mut column, &context, rules));
        self.time = Some(column);
        Ok(())
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
