//! Where recognition reads from: an inventory, and the values of the coordinates that a grid needs.

use crate::{GridError, Result};

use super::attributes::AttributeList;
use super::axis_order::in_order;
use super::inventory::{Inventory, VariableEntry};
use super::wording::general;

/// Values of a variable, row-major.
///
/// # Examples
///
/// ```
/// use nunatak_grid::recognition::CoordinateValues;
///
/// assert_eq!(CoordinateValues::Integers(vec![-8000, 0, 8000]).into_floats(), Ok(vec![-8e3, 0.0, 8e3]));
/// assert_eq!(CoordinateValues::Counting(3).into_floats(), Ok(vec![0.0, 1.0, 2.0]));
/// assert_eq!(CoordinateValues::Other("str".into()).into_floats(), Err("str".into()));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum CoordinateValues {
    /// Real numbers of single or double precision.
    Floats(Vec<f64>),
    /// Whole numbers.
    Integers(Vec<i64>),
    /// Whole numbers from 0 that may be larger than [`i64::MAX`].
    Unsigned(Vec<u64>),
    /// The whole numbers from 0 to below this one, in order.
    Counting(usize),
    /// No numbers: the name of their data type.
    Other(String),
}

impl CoordinateValues {
    /// The values as real numbers.
    ///
    /// # Errors
    /// The name of the data type, when they are no numbers.
    pub fn into_floats(self) -> Result<Vec<f64>, String> {
        Ok(match self {
            Self::Floats(values) => values,
            Self::Integers(values) => values.into_iter().map(|value| value as f64).collect(),
            Self::Unsigned(values) => values.into_iter().map(|value| value as f64).collect(),
            Self::Counting(length) => (0..length).map(|value| value as f64).collect(),
            Self::Other(found) => return Err(found),
        })
    }
}

/// A dataset, or a variable taken out of one, whose grid is to be found.
///
/// Values are read only when a grid is built, on the thread that builds it, and only those that the grid needs.
///
/// # Examples
///
/// ```
/// use nunatak_grid::Result;
/// use nunatak_grid::recognition::{CoordinateSource, CoordinateValues, Inventory, VariableEntry, find_horizontal};
///
/// /// A field of three rows and three columns, whose longitudes and latitudes are 0, 1 and 2 degrees.
/// struct Field(Inventory);
///
/// impl CoordinateSource for Field {
///     fn inventory(&self) -> &Inventory {
///         &self.0
///     }
///     fn values(&self, _variable: &str) -> Result<CoordinateValues> {
///         Ok(CoordinateValues::Counting(3))
///     }
/// }
///
/// let coordinates = ["lat", "lon"].map(|name| VariableEntry::new(name, &[name], &[3])).to_vec();
/// let field = VariableEntry::new("smb", &["lat", "lon"], &[3, 3]);
/// let field = Field(Inventory::of_array(Some("smb".into()), field, coordinates));
/// let found = find_horizontal(&field, None, &mut Vec::new())?;
/// assert_eq!(found.grid.crs().name(), "EPSG:4326");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait CoordinateSource {
    /// What it says of itself; made once.
    fn inventory(&self) -> &Inventory;

    /// The values of one of the inventory's variables.
    ///
    /// # Errors
    /// [`GridError::Unreadable`] when they cannot be read.
    fn values(&self, variable: &str) -> Result<CoordinateValues>;

    /// Names and attributes of the grid mapping variables in the file that a variable taken out of its dataset came
    /// from; none for anything else.
    ///
    /// # Errors
    /// [`GridError::Unreadable`] when the file cannot be read.
    fn mappings_in_file(&self) -> Result<Vec<(String, AttributeList)>> {
        Ok(Vec::new())
    }
}

/// The variable of this name.
///
/// # Errors
/// [`GridError::Unrecognised`] when it is not there.
pub(super) fn entry<'a>(inventory: &'a Inventory, name: &str) -> Result<&'a VariableEntry> {
    inventory.get(name).ok_or_else(|| unrecognised(format!("{}: no variable {name}", inventory.description())))
}

/// The values of a variable as real numbers; those of the first step where it repeats along further dimensions.
///
/// # Errors
/// [`GridError::Unrecognised`] when they are no numbers or not as many as its shape says, or change from step to step, and
/// what reading raises.
pub(super) fn floats(source: &dyn CoordinateSource, name: &str) -> Result<Vec<f64>> {
    let values = source
        .values(name)?
        .into_floats()
        .map_err(|found| unrecognised(format!("coordinate {name}: expected numbers, found {found}")))?;
    let (inventory, once) = (source.inventory(), entry(source.inventory(), name)?);
    let before = inventory.repeated(name);
    let expected = before.unwrap_or(once).len();
    if values.len() != expected {
        let problem = format!("expected {expected} values, found {}", values.len());
        return Err(GridError::Unreadable { variable: name.into(), problem });
    }
    match before {
        Some(before) => first_step(before, once, values),
        None => Ok(values),
    }
}

/// The values of a coordinate at the first step, from those at all steps of the dimensions along which it repeats.
///
/// # Errors
/// [`crate::GridError::Unrecognised`] where another step has others, or there is no step.
fn first_step(before: &VariableEntry, once: &VariableEntry, values: Vec<f64>) -> Result<Vec<f64>> {
    let along: Vec<String> = before.dims.iter().filter(|dim| !once.dims.contains(dim)).cloned().collect();
    let (name, dims) = (&once.name, along.join(", "));
    let (mut values, _) = in_order(before, values, &along);
    let length = once.len();
    if values.len() < length || length == 0 {
        return Err(unrecognised(format!("coordinate {name}: no values, because {dims} has length 0")));
    }
    let (first, others) = values.split_at(length);
    let is_same = |one: f64, other: f64| one == other || (one.is_nan() && other.is_nan());
    for (step, other) in others.chunks_exact(length).enumerate() {
        if let Some((from, to)) = first.iter().zip(other).find(|&(&one, &other)| !is_same(one, other)) {
            return Err(unrecognised(format!(
                "coordinate {name} changes along {dims}: from {} to {} at step {}, expected cells that do not move; select \
                 one step (isel) and regrid each by itself",
                general(*from),
                general(*to),
                step + 1,
            )));
        }
    }
    values.truncate(length);
    Ok(values)
}

/// An error whose message is the whole story.
pub(super) fn unrecognised(problem: String) -> GridError {
    GridError::Unrecognised { problem }
}

/// Whole numbers of a variable; nothing for those that are not finite.
///
/// # Errors
/// [`GridError::Unrecognised`] when they are no numbers, and what reading raises.
pub(super) fn whole_numbers(source: &dyn CoordinateSource, name: &str) -> Result<Vec<Option<i64>>> {
    let numbers: Vec<Option<i64>> = match source.values(name)? {
        CoordinateValues::Integers(values) => values.into_iter().map(Some).collect(),
        CoordinateValues::Unsigned(values) => {
            values.into_iter().map(|value| Some(i64::try_from(value).unwrap_or(i64::MAX))).collect()
        }
        CoordinateValues::Counting(length) => (0..length).map(|value| Some(value as i64)).collect(),
        CoordinateValues::Floats(values) => {
            values.into_iter().map(|value| value.is_finite().then_some(value as i64)).collect()
        }
        CoordinateValues::Other(found) => {
            return Err(unrecognised(format!("{name}: expected numbers, found {found}")));
        }
    };
    let expected = entry(source.inventory(), name)?.len();
    if numbers.len() != expected {
        let problem = format!("expected {expected} values, found {}", numbers.len());
        return Err(GridError::Unreadable { variable: name.into(), problem });
    }
    Ok(numbers)
}
