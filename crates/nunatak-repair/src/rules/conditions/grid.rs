//! Conditions on where the cells are.

use nunatak_ismip::IsmipGrid;
use serde::Deserialize;

use crate::draft::{Draft, HorizontalDimensions};
use crate::error::Result;
use crate::rules::pattern::Pattern;

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
    pub(crate) fn hold(&self, draft: &Draft, horizontal: &HorizontalDimensions) -> Result<bool> {
        let HorizontalDimensions { x, y } = horizontal;
        let length = |name: &str| draft.length(name).unwrap_or(0);
        let size = || IsmipGrid::of_size(length(y), length(x), draft.entry.ice_sheet.as_deref()).is_some();
        let named = |pattern: &Pattern| pattern.matches(x) && pattern.matches(y);
        let lacks_mapping = || draft.variables.iter().any(|variable| horizontal.lacks_mapping(variable));
        Ok(self.least_size.is_none_or(|own| length(x).min(length(y)) >= own)
            && self.dimension_names.as_ref().is_none_or(named)
            && self.order.is_none_or(|Order::XY| horizontal.have_x_before_y(draft))
            && self.places.is_none_or(|own| own == horizontal.have_coordinates_along_both(draft))
            && self.grid_mapping_missing.is_none_or(|own| own == lacks_mapping())
            && self.axis_units_missing.is_none_or(|own| own == horizontal.lack_units(draft))
            && self.ismip6_size.is_none_or(|own| own == size())
            && match self.axes {
                None => true,
                Some(Axes::Missing) => draft.axis(x).is_none() && draft.axis(y).is_none(),
                Some(Axes::Present) => draft.axis(x).is_some() && draft.axis(y).is_some(),
                Some(Axes::Repeating) => horizontal.repeat_values(draft)?,
            }
            && match self.ismip6_domain {
                None => true,
                Some(own) => own == horizontal.spanned_ice_sheet(draft)?.is_some(),
            })
    }
}
