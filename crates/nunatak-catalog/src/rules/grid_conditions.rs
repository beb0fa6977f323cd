//! Conditions on where the cells are.

use serde::Deserialize;

use super::grid::{Horizontal, axis_repeats, has_plane_coordinates, ismip6_grid};
use super::grid_mapping::{lacks_grid_mapping, projection};
use super::pattern::Pattern;
use crate::Result;
use crate::draft::Draft;

/// What x and y are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Axes {
    /// There is neither x nor y.
    Missing,
    /// x or y holds a value twice.
    Repeating,
    /// Both are there.
    Present,
}

/// The order of the horizontal dimensions of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Order {
    /// x, then y.
    #[serde(rename = "x y")]
    XY,
}

/// `match` of a case whose subject is `grid`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct GridConditions {
    axes: Option<Axes>,
    /// Whether there are lat and lon of two dimensions.
    places: Option<bool>,
    /// Whether rows and columns are those of an ISMIP6 grid of the file's ice sheet.
    ismip6_size: Option<bool>,
    /// Whether x and y span the ISMIP6 domain of the file's ice sheet.
    ismip6_domain: Option<bool>,
    /// The shorter side.
    least_size: Option<usize>,
    /// Names of both horizontal dimensions.
    dimension_names: Option<Pattern>,
    order: Option<Order>,
    /// Whether a field names no grid mapping.
    grid_mapping_missing: Option<bool>,
    /// Whether x or y has no `units`.
    axis_units_missing: Option<bool>,
}

impl GridConditions {
    /// # Errors
    /// When x or y cannot be read.
    pub(crate) fn hold(&self, draft: &Draft, horizontal: &Horizontal) -> Result<bool> {
        let Horizontal { x, y } = horizontal;
        let length = |name: &str| draft.length(name).unwrap_or(0);
        let size = || ismip6_grid(length(y), length(x), draft.entry.ice_sheet.as_deref()).is_some();
        let named = |pattern: &Pattern| pattern.matches(x) && pattern.matches(y);
        Ok(self.least_size.is_none_or(|own| length(x).min(length(y)) >= own)
            && self.dimension_names.as_ref().is_none_or(named)
            && self.order.is_none_or(|Order::XY| has_x_before_y(draft, horizontal))
            && self.places.is_none_or(|own| own == has_plane_coordinates(draft, horizontal))
            && self.grid_mapping_missing.is_none_or(|own| own == lacks_grid_mapping(draft, horizontal))
            && self.axis_units_missing.is_none_or(|own| own == lacks_axis_units(draft, horizontal))
            && self.ismip6_size.is_none_or(|own| own == size())
            && match self.axes {
                None => true,
                Some(Axes::Missing) => draft.axis(x).is_none() && draft.axis(y).is_none(),
                Some(Axes::Present) => draft.axis(x).is_some() && draft.axis(y).is_some(),
                Some(Axes::Repeating) => axis_repeats(draft, x)? || axis_repeats(draft, y)?,
            }
            && match self.ismip6_domain {
                None => true,
                Some(own) => own == projection(draft, horizontal)?.is_some(),
            })
    }
}

fn has_x_before_y(draft: &Draft, horizontal: &Horizontal) -> bool {
    draft.variables.iter().any(|variable| {
        let at = |wanted: &str| variable.raw.dimensions.iter().position(|name| name == wanted);
        at(&horizontal.x).zip(at(&horizontal.y)).is_some_and(|(x, y)| x < y)
    })
}

fn lacks_axis_units(draft: &Draft, horizontal: &Horizontal) -> bool {
    let lacks = |name: &str| draft.axis(name).is_some_and(|axis| axis.raw.attributes.get("units").is_none());
    lacks(&horizontal.x) || lacks(&horizontal.y)
}
