//! A variable of a file that is being repaired.

use nunatak_array::SharedArray;
use nunatak_cf::{AxisRole, Unit};
use nunatak_format::Variable;

use crate::draft::time_column::TimeColumn;
use crate::record::Repair;

/// What a variable is for.
///
/// # Examples
/// ```
/// # use std::{path::Path, sync::Arc};
/// # use nunatak_array::{ArrayError, MemoryArray, Values};
/// # use nunatak_format::{Attributes, FileKind, Group, Storage, Variable};
/// use nunatak_repair::{Draft, Role};
/// # use nunatak_repair::{Entry, RuleSet};
///
/// # let path = Path::new("/archive/AWI/PISM1/exp05/lithk_AIS_AWI_PISM1_exp05.nc");
/// # let entry = Entry::of_path(Path::new("/archive"), path, 1, &RuleSet::none())?;
/// # let along_x = |name: &str| -> Result<Variable, ArrayError> {
/// #     let array = Arc::new(MemoryArray::new(vec![2], Values::F64(vec![0.0, 8000.0]))?);
/// #     let (attributes, storage) = (Attributes::new(), Storage::default());
/// #     Ok(Variable { name: name.into(), dimensions: vec!["x".into()], attributes, array, storage })
/// # };
/// let root = Group { variables: vec![along_x("x")?, along_x("lithk")?], ..Group::default() };
/// let draft = Draft::repaired(&entry, FileKind::Hdf5, &root, &RuleSet::none())?;
/// assert_eq!(draft.variables[0].role, Role::Coordinate, "x has the name of its dimension");
/// assert_eq!(draft.variables[1].role, Role::Data);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Data.
    Data,
    /// Axes, longitudes and latitudes, grid mappings, bounds of cells.
    Coordinate,
    /// The time axis itself.
    Time,
    /// Says something about the stamps of this file alone: bounds of time, `year`.
    TimeCompanion,
}

/// A variable of a file that is being repaired.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use nunatak_array::{MemoryArray, Values};
/// use nunatak_format::{Attribute, Attributes, Storage, Variable};
/// use nunatak_repair::{DraftVariable, Role};
///
/// let array = Arc::new(MemoryArray::new(vec![2], Values::F64(vec![0.0, 8.0]))?);
/// let attributes = Attributes::from_iter([("units".to_string(), Attribute::Text("km".into()))]);
/// let (name, dimensions, storage) = ("x".to_string(), vec!["x".to_string()], Storage::default());
/// let x = DraftVariable::new(Variable { name, dimensions, attributes, array, storage }, Role::Coordinate);
/// assert_eq!(x.metres_per_unit(), 1000.0);
/// assert!(x.repairs.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct DraftVariable {
    /// The variable as the rules leave it so far.
    pub raw: Variable,
    /// What it is for.
    pub role: Role,
    /// What was changed.
    pub repairs: Vec<Repair>,
    /// Values that are read as missing although the file does not declare them.
    pub undeclared_fill_values: Vec<f64>,
    /// What is put right where it occurs, when values are read.
    pub watches: Vec<String>,
    /// The values as the file has them, where they are put right as they are read.
    pub stored: Option<SharedArray>,
    /// Whether it is repeated along the experiment's time.
    pub broadcast: bool,
    /// Whether a rule leaves it out.
    pub dropped: bool,
}

impl DraftVariable {
    /// A variable that nothing was done to.
    pub fn new(raw: Variable, role: Role) -> Self {
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

    /// Metres in the unit of a horizontal coordinate; a metre where it names no length.
    pub fn metres_per_unit(&self) -> f64 {
        self.raw.attributes.text("units").and_then(Unit::metres).unwrap_or(1.0)
    }
}

/// Whether a name is that of bounds of cells or of time.
pub(crate) fn is_bounds_name(name: &str) -> bool {
    name.ends_with("_bnds") || name.ends_with("_bounds")
}

/// What a variable is for, by its name, its attributes, and what others say of it.
pub(crate) fn role(variable: &Variable, all: &[Variable]) -> Role {
    let name = variable.name.as_str();
    let linked = |attribute: &str| {
        let lists = all.iter().filter_map(|other| other.attributes.text(attribute));
        lists.flat_map(str::split_whitespace).any(|word| word.trim_end_matches(':') == name)
    };
    let standard_name = variable.attributes.text("standard_name").and_then(AxisRole::of_standard_name);
    let is_lon_lat = |role| matches!(role, Some(AxisRole::Longitude | AxisRole::Latitude));
    if TimeColumn::is_time(variable) {
        Role::Time
    } else if variable.dimensions == [name]
        || matches!(name, "lat2d" | "lon2d")
        || is_lon_lat(AxisRole::of_name(name))
        || is_lon_lat(standard_name)
        || variable.attributes.get("grid_mapping_name").is_some()
        || is_bounds_name(name)
        || ["coordinates", "bounds", "grid_mapping"].into_iter().any(linked)
    {
        Role::Coordinate
    } else {
        Role::Data
    }
}
