//! The one-dimensional axes x and y, or longitude and latitude, of a dataset.

use nunatak_cf::AxisRole;

use crate::Result;

use super::inventory::{Inventory, VariableEntry};
use super::source::unrecognised;

/// What coordinates along x are.
const X: [AxisRole; 2] = [AxisRole::X, AxisRole::Longitude];
/// What coordinates along y are.
const Y: [AxisRole; 2] = [AxisRole::Y, AxisRole::Latitude];

/// Names of the horizontal coordinates, and the dimensions (y, x) they run along.
///
/// # Examples
///
/// ```
/// use nunatak_grid::recognition::{AttributeList, Inventory, VariableEntry, find_axes};
///
/// let sizes = vec![("rows".to_string(), 2), ("columns".to_string(), 3)];
/// let northing = VariableEntry::new("northing", &["rows"], &[2]).with("axis", "Y");
/// let easting = VariableEntry::new("easting", &["columns"], &[3]).with("axis", "X");
/// let axes = find_axes(&Inventory::of_dataset(sizes, AttributeList::new(), vec![easting, northing], vec![]))?;
/// assert_eq!((axes.y_name.as_str(), axes.x_name.as_str()), ("northing", "easting"));
/// assert_eq!(axes.dims, ["rows", "columns"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HorizontalAxes {
    /// Coordinate along y, or latitude.
    pub y_name: String,
    /// Coordinate along x, or longitude.
    pub x_name: String,
    /// The dimension of each, y first.
    pub dims: [String; 2],
}

/// The horizontal axes of a dataset: one-dimensional coordinates with `axis` X and Y, else with a horizontal
/// `standard_name`, else with a usual name (x, xc, lon, …).
///
/// # Errors
/// [`crate::GridError::Unrecognised`] when one cannot be found; the message says what was looked for.
pub fn find_axes(inventory: &Inventory) -> Result<HorizontalAxes> {
    axes_of(inventory).ok_or_else(|| {
        let missing = [Y, X].into_iter().filter(|&roles| axis(inventory, roles).is_none());
        unrecognised(no_axis(inventory, missing))
    })
}

/// The horizontal axes of a dataset, if it has both.
pub(super) fn axes_of(inventory: &Inventory) -> Option<HorizontalAxes> {
    pair(axis(inventory, Y)?, axis(inventory, X)?)
}

/// All pairs of horizontal axes of a dataset: those of the dataset, then those along which further fields are.
pub(super) fn all_axes_of(inventory: &Inventory) -> Vec<HorizontalAxes> {
    let mut found: Vec<HorizontalAxes> = axes_of(inventory).into_iter().collect();
    for field in inventory.fields() {
        if found.iter().any(|axes| field.has_dims(&axes.dims)) {
            continue;
        }
        let along =
            |roles| axis_among(inventory, roles, |entry| entry.name != field.name && field.has_dims(&entry.dims));
        if let (Some(y), Some(x)) = (along(Y), along(X)) {
            found.extend(pair(y, x).filter(|axes| axes.dims[0] != axes.dims[1]));
        }
    }
    found
}

fn pair(y: &VariableEntry, x: &VariableEntry) -> Option<HorizontalAxes> {
    let dims = [y.dims.first()?.clone(), x.dims.first()?.clone()];
    Some(HorizontalAxes { y_name: y.name.clone(), x_name: x.name.clone(), dims })
}

/// Whether two dimensions have the usual names of horizontal axes, with or without coordinates.
pub fn has_axis_names<Name: AsRef<str>>(dims: &[Name]) -> bool {
    let has = |roles: [AxisRole; 2]| {
        dims.iter().any(|dim| AxisRole::of_name(dim.as_ref()).is_some_and(|role| roles.contains(&role)))
    };
    has(X) && has(Y)
}

/// The one-dimensional coordinate of these roles: by what is trusted most, and then one named as its dimension.
fn axis(inventory: &Inventory, roles: [AxisRole; 2]) -> Option<&VariableEntry> {
    axis_among(inventory, roles, |_| true)
}

fn axis_among(
    inventory: &Inventory,
    roles: [AxisRole; 2],
    is_candidate: impl Fn(&VariableEntry) -> bool,
) -> Option<&VariableEntry> {
    let signs = inventory.variables().iter().filter(|entry| entry.dims.len() == 1 && is_candidate(entry));
    let signs = signs.filter_map(|entry| Some((sign(entry, roles)?, entry.dims[0] != entry.name, entry)));
    signs.min_by_key(|&(trust, misnamed, _)| (trust, misnamed)).map(|(_, _, entry)| entry)
}

/// What says that a coordinate has one of these roles, the most trusted least: axis, standard name, name.
fn sign(entry: &VariableEntry, roles: [AxisRole; 2]) -> Option<u8> {
    let text = |name: &str| entry.attributes.text(name);
    if text("axis").is_some_and(|axis| axis.eq_ignore_ascii_case(roles[0].letter())) {
        return Some(0);
    }
    let is = |role: Option<AxisRole>| role.is_some_and(|role| roles.contains(&role));
    if is(text("standard_name").and_then(AxisRole::of_standard_name)) {
        return Some(1);
    }
    is(AxisRole::of_name(&entry.name)).then_some(2)
}

/// What to say when axes are missing.
fn no_axis(inventory: &Inventory, missing: impl Iterator<Item = [AxisRole; 2]>) -> String {
    let wanted: Vec<String> = missing
        .map(|[map, geographic]| {
            // The names of longitudes and latitudes that models give their two-dimensional ones need no mention.
            let (letter, names) = (map.letter(), [map.names(), &geographic.names()[..2]].concat().join(", "));
            let standard = format!("{} or {}", map.standard_name(), geographic.standard_name());
            let axis = letter.to_lowercase();
            format!("{axis}: a 1-D coordinate with axis '{letter}', standard_name {standard}, or a name of {names}")
        })
        .collect();
    let there: Vec<&str> = inventory.coordinates().iter().map(|entry| entry.name.as_str()).collect();
    format!(
        "{} is a grid without coordinates. Looked for {}. Coordinates there: {}. Assign the coordinates of the cell \
         centres (obj.assign_coords(x=..., y=...)), or pass source= a grid such as nk.ismip6_grid('AIS', 8e3)",
        inventory.description(),
        wanted.join("; "),
        if there.is_empty() { "none".into() } else { there.join(", ") },
    )
}
