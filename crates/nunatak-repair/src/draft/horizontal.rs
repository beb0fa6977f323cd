//! The horizontal dimensions of a file, and what is known of them.

use nunatak_cf::AxisRole;
use nunatak_ismip::IceSheet;

use crate::draft::file::Draft;
use crate::draft::variable::{DraftVariable, Role};
use crate::error::Result;

/// Dimensions of bounds and corners, which are not horizontal.
const CORNERS: [&str; 8] = ["nv", "nv4", "bnds", "nb2", "vertices", "nvertices", "ncorners", "bounds"];

/// The names of a file's horizontal dimensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HorizontalDimensions {
    pub(crate) y: String,
    pub(crate) x: String,
}

impl HorizontalDimensions {
    /// x and y by their names; failing that the last two dimensions of the first field, as (y, x).
    pub(crate) fn of(draft: &Draft) -> Option<Self> {
        let time = draft.time.as_ref().map(|column| column.dimension.as_str());
        let candidates = |variable: &DraftVariable| -> Vec<String> {
            let names = variable.raw.dimensions.iter();
            names.filter(|name| Some(name.as_str()) != time && !CORNERS.contains(&name.as_str())).cloned().collect()
        };
        let fields = draft.variables.iter().filter(|variable| variable.role == Role::Data);
        let names = fields.map(candidates).find(|names| names.len() >= 2)?;
        let named = |role| names.iter().find(|name| AxisRole::of_dimension(name) == Some(role)).cloned();
        match (named(AxisRole::Y), named(AxisRole::X)) {
            (Some(y), Some(x)) => Some(Self { y, x }),
            _ => {
                let [.., y, x] = names.as_slice() else { return None };
                Some(Self { y: y.clone(), x: x.clone() })
            }
        }
    }

    /// Whether their names say which is x and which is y.
    pub(crate) fn are_named(&self) -> bool {
        let roles = [&self.y, &self.x].map(|name| AxisRole::of_dimension(name));
        roles == [Some(AxisRole::Y), Some(AxisRole::X)]
    }

    /// Whether there are coordinates along both, such as lat and lon of two dimensions.
    pub(crate) fn have_coordinates_along_both(&self, draft: &Draft) -> bool {
        draft.variables.iter().any(|variable| {
            let names = &variable.raw.dimensions;
            variable.role == Role::Coordinate && names.len() == 2 && names.contains(&self.x) && names.contains(&self.y)
        })
    }

    /// Whether a variable has x before y.
    pub(crate) fn have_x_before_y(&self, draft: &Draft) -> bool {
        draft.variables.iter().any(|variable| {
            let at = |wanted: &str| variable.raw.dimensions.iter().position(|name| name == wanted);
            at(&self.x).zip(at(&self.y)).is_some_and(|(x, y)| x < y)
        })
    }

    /// Whether x or y has no `units`.
    pub(crate) fn lack_units(&self, draft: &Draft) -> bool {
        let lacks = |name: &str| draft.axis(name).is_some_and(|axis| axis.raw.attributes.get("units").is_none());
        lacks(&self.x) || lacks(&self.y)
    }

    /// Whether x or y holds a value twice.
    ///
    /// # Errors
    /// When x or y cannot be read.
    pub(crate) fn repeat_values(&self, draft: &Draft) -> Result<bool> {
        Ok(axis_repeats(draft, &self.x)? || axis_repeats(draft, &self.y)?)
    }

    /// Whether a variable is a field of these dimensions that names no grid mapping.
    pub(crate) fn lacks_mapping(&self, variable: &DraftVariable) -> bool {
        let names = &variable.raw.dimensions;
        variable.role == Role::Data
            && names.contains(&self.x)
            && names.contains(&self.y)
            && variable.raw.attributes.get("grid_mapping").is_none()
    }

    /// The ice sheet whose ISMIP6 domain x and y span, in metres or kilometres, either way round.
    ///
    /// # Errors
    /// When x or y cannot be read.
    pub(crate) fn spanned_ice_sheet(&self, draft: &Draft) -> Result<Option<IceSheet>> {
        let (Some(x), Some(y)) = (ends(draft, &self.x)?, ends(draft, &self.y)?) else { return Ok(None) };
        let named = draft.entry.ice_sheet.as_deref();
        Ok(IceSheet::ALL.into_iter().find(|own| {
            let (own_x, own_y) = own.extent();
            named.is_none_or(|name| IceSheet::parse(name) == Some(*own)) && near(x, own_x) && near(y, own_y)
        }))
    }
}

fn axis_repeats(draft: &Draft, name: &str) -> Result<bool> {
    let Some(axis) = draft.axis(name).filter(|axis| axis.raw.array.data_type().is_numeric()) else { return Ok(false) };
    let mut values = axis.raw.array.read_all()?.into_f64()?;
    values.sort_unstable_by(f64::total_cmp);
    Ok(values.windows(2).any(|pair| pair[0] == pair[1]))
}

/// Smallest and largest coordinate in metres.
fn ends(draft: &Draft, name: &str) -> Result<Option<(f64, f64)>> {
    let Some(axis) = draft.axis(name).filter(|axis| axis.raw.array.data_type().is_numeric()) else { return Ok(None) };
    let values = axis.raw.array.read_all()?.into_f64()?;
    let metres = axis.metres_per_unit();
    Ok(values.first().zip(values.last()).map(|(first, last)| (first.min(*last) * metres, first.max(*last) * metres)))
}

fn near(found: (f64, f64), domain: [f64; 2]) -> bool {
    (found.0 - domain[0]).abs() <= 1.0 && (found.1 - domain[1]).abs() <= 1.0
}
