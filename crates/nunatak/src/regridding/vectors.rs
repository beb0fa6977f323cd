//! Which variables are the components of vectors: along x and y of their grid, or to the east and north.

use nunatak_format::Attributes;
use nunatak_grid::{Crs, VectorAxes};
use nunatak_regrid::Component;
use nunatak_tree::Variable;

use crate::Result;
use crate::error::argument;

/// Velocities of ISMIP6, after their x or y.
const ISMIP6: [&str; 3] = ["velsurf", "velbase", "velmean"];

/// What a variable is called to be.
///
/// # Examples
///
/// ```
/// use nunatak::{format::Attributes, grid::VectorAxes, regrid::Component, regridding::vector_role};
///
/// let role = vector_role("yvelsurf", &Attributes::new()).ok_or("no component of a vector")?;
/// assert_eq!((role.component, role.axes), (Component::Y, VectorAxes::Grid));
/// assert_eq!(vector_role("lithk", &Attributes::new()), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VectorRole {
    /// Which component.
    pub component: Component,
    /// Along what: the axes of the grid, or east and north whatever the grid.
    pub axes: VectorAxes,
    /// What both components are called but for the word of the component.
    vector: String,
}

/// What a variable is of a vector.
///
/// # Examples
///
/// ```
/// use nunatak::{regrid::Component, regridding::find_components};
/// # use std::sync::Arc;
/// # use nunatak::{array::{MemoryArray, Values}, format::Attributes, tree::Variable};
/// # let array = Arc::new(MemoryArray::new(vec![2], Values::F64(vec![1.0, 2.0]))?);
/// # let variable = Variable::new(vec!["cell".into()], array, Attributes::new())?;
/// # let (x, y, thickness) = (variable.clone(), variable.clone(), variable);
///
/// let found = find_components(&[("xvelmean", &x), ("lithk", &thickness), ("yvelmean", &y)], None)?;
/// let (name, component) = &found[0];
/// assert_eq!((&**name, component.component), ("xvelmean", Component::X));
/// assert_eq!((&*component.partner, found.len()), ("yvelmean", 2));
/// # Ok::<(), nunatak::NunatakError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VectorComponent {
    /// Which component.
    pub component: Component,
    /// Along what.
    pub axes: VectorAxes,
    /// The variable that is the other component.
    pub partner: String,
}

impl VectorComponent {
    /// Along what it is after it was turned to the axes of a target.
    pub(super) fn along(&self, target: &Crs) -> String {
        let (axis, side) = match self.component {
            Component::X => ("x", "east"),
            Component::Y => ("y", "north"),
        };
        if self.axes == VectorAxes::Geographic || target.is_geographic() {
            side.into()
        } else {
            format!("{axis} of {}", target.name())
        }
    }
}

/// Which component a variable is, by ISMIP6's names or its standard name.
pub fn vector_role(name: &str, attributes: &Attributes) -> Option<VectorRole> {
    for (letter, component) in [("x", Component::X), ("y", Component::Y)] {
        if let Some(rest) = name.strip_prefix(letter).filter(|rest| ISMIP6.contains(rest)) {
            return Some(VectorRole { component, axes: VectorAxes::Grid, vector: rest.into() });
        }
    }
    let standard_name = attributes.text("standard_name").unwrap_or_default();
    let words: Vec<&str> = standard_name.split('_').collect();
    let on_grid = words.windows(2).position(|pair| {
        matches!(pair[0], "x" | "y") && ["velocity", "wind", "stress"].iter().any(|word| pair[1].starts_with(word))
    });
    let geographic = || words.iter().position(|word| matches!(*word, "eastward" | "northward"));
    let (at, axes) = match on_grid {
        Some(at) => (at, VectorAxes::Grid),
        None => (geographic()?, VectorAxes::Geographic),
    };
    let component = if matches!(words[at], "x" | "eastward") { Component::X } else { Component::Y };
    let vector = [&words[..at], &["*"], &words[at + 1..]].concat().join("_");
    Some(VectorRole { component, axes, vector })
}

/// The variables that are components of vectors, with their partners: those of the pairs (x first), or those found by
/// their standard names and by ISMIP6's names. Pairs that are not there are left out.
///
/// # Errors
/// [`NunatakError::Argument`](crate::NunatakError::Argument) for a pair whose dimensions differ.
pub fn find_components(
    fields: &[(&str, &Variable)],
    pairs: Option<&[(String, String)]>,
) -> Result<Vec<(String, VectorComponent)>> {
    let roles: Vec<(&str, VectorRole)> =
        fields.iter().filter_map(|(name, field)| Some((*name, vector_role(name, &field.attributes)?))).collect();
    let found = match pairs {
        Some(pairs) => pairs.iter().map(|(x, y)| (x.as_str(), y.as_str())).collect(),
        None => pairs_by_name(fields, &roles),
    };
    let mut components = Vec::new();
    for (x, y) in found {
        let (Some(own), Some(other)) = (field(fields, x), field(fields, y)) else { continue };
        if !fits(own, other) {
            return Err(argument(
                "vectors",
                format!("{x} {own:?} and {y} {other:?}"),
                "components of the same dimensions",
            ));
        }
        let axes = roles.iter().find(|(name, _)| *name == x).map_or(VectorAxes::Grid, |(_, role)| role.axes);
        components.push((x.to_string(), VectorComponent { component: Component::X, axes, partner: y.into() }));
        components.push((y.to_string(), VectorComponent { component: Component::Y, axes, partner: x.into() }));
    }
    Ok(components)
}

/// Components of one vector: by their names when several share a standard name.
fn pairs_by_name<'a>(fields: &[(&'a str, &Variable)], roles: &[(&'a str, VectorRole)]) -> Vec<(&'a str, &'a str)> {
    let mut pairs = Vec::new();
    for (x, own) in roles.iter().filter(|(_, role)| role.component == Component::X) {
        let Some(field_x) = field(fields, x) else { continue };
        let same: Vec<&(&str, VectorRole)> =
            roles.iter().filter(|(_, role)| (role.axes, &role.vector) == (own.axes, &own.vector)).collect();
        let others: Vec<&'a str> = same
            .iter()
            .filter(|(name, role)| {
                role.component == Component::Y && field(fields, name).is_some_and(|y| fits(field_x, y))
            })
            .map(|(name, _)| *name)
            .collect();
        let swapped = swapped_names(x);
        let named: Vec<&'a str> =
            others.iter().copied().filter(|name| swapped.iter().any(|other| other == name)).collect();
        match (&named[..], &others[..], same.len()) {
            ([y], ..) | ([], [y], 2) => pairs.push((*x, *y)),
            _ => {}
        }
    }
    pairs
}

/// What the second component may be called, after the first.
fn swapped_names(name: &str) -> Vec<String> {
    let swaps = [("x", "y"), ("u", "v"), ("U", "V"), ("east", "north"), ("_x", "_y"), ("_u", "_v")];
    swaps.iter().map(|(one, other)| name.replacen(one, other, 1)).filter(|other| other != name).collect()
}

fn field<'a>(fields: &[(&str, &'a Variable)], name: &str) -> Option<&'a Variable> {
    fields.iter().find(|(own, _)| *own == name).map(|(_, field)| *field)
}

/// Whether two variables have the same dimensions, in any order.
fn fits(one: &Variable, other: &Variable) -> bool {
    let sorted = |variable: &Variable| {
        let mut lengths: Vec<(String, usize)> =
            variable.lengths().map(|(name, length)| (name.to_string(), length)).collect();
        lengths.sort();
        lengths
    };
    sorted(one) == sorted(other)
}
