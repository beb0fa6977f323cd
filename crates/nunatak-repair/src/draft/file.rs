//! A file that is being repaired.

use std::sync::Arc;

use nunatak_array::{MemoryArray, TakeArray};
use nunatak_format::{Attributes, FileKind, Group, Variable};

use crate::category::Category;
use crate::draft::time_column::TimeColumn;
use crate::draft::variable::{DraftVariable, Role, is_bounds_name, role};
use crate::entry::Entry;
use crate::error::Result;
use crate::record::{Repair, RuleFinding};
use crate::severity::Severity;

/// A file that is being repaired: its header, and its time axis in memory.
///
/// # Examples
/// ```
/// use std::path::Path;
/// use nunatak_format::{Attribute, FileKind, Group};
/// use nunatak_repair::{Draft, Entry, RuleSet};
///
/// let rules = RuleSet::named(&["A9"])?; // a title that names the other ice sheet
/// let path = Path::new("/archive/AWI/PISM1/exp05/lithk_AIS_AWI_PISM1_exp05.nc");
/// let entry = Entry::of_path(Path::new("/archive"), path, 1, &rules)?;
/// let mut root = Group::default();
/// root.attributes.set("title", Attribute::Text("Greenland".into()));
/// let draft = Draft::repaired(&entry, FileKind::Hdf5, &root, &rules)?;
/// assert!(draft.attributes.is_empty());
/// assert_eq!(draft.entry.repairs[0].before, "attribute `title` = `Greenland`");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Draft {
    /// Its row in the catalog.
    pub entry: Entry,
    /// Its format.
    pub format: FileKind,
    /// Its global attributes.
    pub attributes: Attributes,
    /// Dimensions of the file that can grow.
    pub unlimited: Vec<String>,
    /// Its variables.
    pub variables: Vec<DraftVariable>,
    /// Its time axis.
    pub time: Option<TimeColumn>,
    /// What was changed in its time axis.
    pub time_repairs: Vec<Repair>,
    /// What is wrong and stays wrong.
    pub findings: Vec<RuleFinding>,
}

impl Draft {
    /// Roles follow from names and attributes, which rules of the header may have changed.
    pub(crate) fn assign_roles_again(&mut self) {
        if self.variables.iter().all(|variable| variable.repairs.is_empty()) {
            return;
        }
        let all: Vec<Variable> = self.variables.iter().map(|variable| variable.raw.clone()).collect();
        for variable in self.variables.iter_mut().filter(|variable| variable.role != Role::TimeCompanion) {
            variable.role = role(&variable.raw, &all);
        }
    }

    /// A file's root group as it is.
    pub(crate) fn from_group(entry: &Entry, format: FileKind, root: &Group) -> Self {
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
            draft.findings.push(RuleFinding::plain(Severity::Warning, Category::File, message));
        }
        let unreadable = root.unreadable.iter().map(|one| {
            RuleFinding::plain(Severity::Warning, Category::File, format!("{} is left out: {}", one.object, one.reason))
        });
        draft.findings.extend(unreadable);
        draft
    }

    /// Reads the coordinates of dimensions, once: rules, joins and indexes all look at them.
    pub(crate) fn read_axes(&mut self) -> Result<()> {
        for variable in &mut self.variables {
            let raw = &mut variable.raw;
            if variable.role == Role::Coordinate && raw.dimensions == [raw.name.clone()] {
                raw.array = Arc::new(MemoryArray::new(raw.array.shape().to_vec(), raw.array.read_all()?)?);
            }
        }
        Ok(())
    }

    /// Leaves out records at both ends, in every variable along time.
    pub(crate) fn drop_records(&mut self, (first, last): (usize, usize)) -> Result<()> {
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
    pub fn format_name(&self) -> &'static str {
        match self.format {
            FileKind::NetCdf3Classic => "NetCDF-3 classic",
            FileKind::NetCdf3Offset64 => "NetCDF-3 with 64-bit offsets",
            FileKind::NetCdf3Data64 => "NetCDF-3 with 64-bit data",
            FileKind::Hdf5 => "HDF5",
        }
    }

    /// Bounds of time describe the stamps of this file alone.
    pub(crate) fn assign_time_companions(&mut self) {
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
    pub fn axis(&self, dimension: &str) -> Option<&DraftVariable> {
        self.variables.iter().find(|variable| {
            variable.role == Role::Coordinate
                && variable.raw.name == dimension
                && variable.raw.dimensions == [dimension]
        })
    }

    /// The length of a dimension, from the first variable that has it.
    pub fn length(&self, dimension: &str) -> Option<usize> {
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
    pub fn common_repairs(&self) -> impl Iterator<Item = &Repair> {
        self.entry.repairs.iter().chain(&self.time_repairs)
    }
}
