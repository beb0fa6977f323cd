//! The map projection of the ISMIP6 grids, where files do not name it.

use std::sync::Arc;

use nunatak_array::{MemoryArray, Values};
use nunatak_format::{Attribute, Attributes, Storage, Variable};

use super::grid::Horizontal;
use super::rule::Applied;
use crate::Result;
use crate::draft::{Draft, DraftVariable, Role};
use crate::ice_sheet::IceSheet;

/// A polar stereographic projection on the WGS84 ellipsoid, by its CF parameters.
pub(super) struct Projection {
    epsg: u32,
    pole: f64,
    standard_parallel: f64,
    central_longitude: f64,
}

fn lacks_mapping(variable: &DraftVariable, horizontal: &Horizontal) -> bool {
    let names = &variable.raw.dimensions;
    variable.role == Role::Data
        && names.contains(&horizontal.x)
        && names.contains(&horizontal.y)
        && variable.raw.attributes.get("grid_mapping").is_none()
}

/// Whether a field of these dimensions names no grid mapping.
pub(super) fn lacks_grid_mapping(draft: &Draft, horizontal: &Horizontal) -> bool {
    draft.variables.iter().any(|variable| lacks_mapping(variable, horizontal))
}

/// Fields whose x and y span the ISMIP6 domain of the file's ice sheet get its projection as grid mapping; a grid
/// mapping that the file has but no field names is named.
///
/// # Errors
/// When x or y cannot be read.
pub(super) fn add_grid_mapping(draft: &mut Draft, horizontal: &Horizontal, applied: Applied<'_>) -> Result<()> {
    let own = draft.variables.iter().find(|variable| variable.raw.attributes.get("grid_mapping_name").is_some());
    let (name, after) = match own.map(|variable| variable.raw.name.clone()) {
        Some(name) => (name.clone(), format!("the file's own grid mapping `{name}`")),
        None => match projection(draft, horizontal)? {
            Some(projection) if draft.variables.iter().all(|variable| variable.raw.name != "crs") => {
                ("crs".to_string(), format!("grid mapping `crs`, EPSG:{}", projection.epsg))
            }
            _ => return Ok(()),
        },
    };
    let repair = applied.repair("no grid mapping", after);
    let mut named = false;
    for variable in draft.variables.iter_mut().filter(|variable| lacks_mapping(variable, horizontal)) {
        variable.raw.attributes.set("grid_mapping", Attribute::Text(name.clone()));
        variable.repairs.push(repair.clone());
        named = true;
    }
    let present = draft.variables.iter().any(|variable| variable.raw.name == name);
    if let Some(projection) = projection(draft, horizontal)?.filter(|_| named && !present) {
        draft.variables.push(DraftVariable::new(projection.variable(&name)?, Role::Coordinate));
    }
    Ok(())
}

/// The projection of the ISMIP6 domain that x and y span, in metres or kilometres, either way round.
pub(super) fn projection(draft: &Draft, horizontal: &Horizontal) -> Result<Option<Projection>> {
    let (Some(x), Some(y)) = (ends(draft, &horizontal.x)?, ends(draft, &horizontal.y)?) else { return Ok(None) };
    let named = draft.entry.ice_sheet.as_deref();
    let spanned = IceSheet::ALL.into_iter().find(|own| {
        let (own_x, own_y) = own.extent();
        named.is_none_or(|name| IceSheet::parse(name) == Some(*own)) && near(x, own_x) && near(y, own_y)
    });
    Ok(spanned.map(Projection::of))
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

impl Projection {
    fn of(ice_sheet: IceSheet) -> Self {
        let (pole, standard_parallel, central_longitude) = match ice_sheet {
            IceSheet::Antarctica => (-90.0, -71.0, 0.0),
            IceSheet::Greenland => (90.0, 70.0, -45.0),
        };
        Self { epsg: ice_sheet.epsg(), pole, standard_parallel, central_longitude }
    }

    fn variable(&self, name: &str) -> Result<Variable> {
        let mut attributes = Attributes::new();
        attributes.set("grid_mapping_name", Attribute::Text("polar_stereographic".into()));
        for (name, value) in [
            ("latitude_of_projection_origin", self.pole),
            ("standard_parallel", self.standard_parallel),
            ("straight_vertical_longitude_from_pole", self.central_longitude),
            ("false_easting", 0.0),
            ("false_northing", 0.0),
            ("semi_major_axis", 6_378_137.0),
            ("inverse_flattening", 298.257_223_563),
        ] {
            attributes.set(name, Attribute::number(value));
        }
        let (array, storage) = (Arc::new(MemoryArray::new(Vec::new(), Values::I32(vec![0]))?), Storage::default());
        Ok(Variable { name: name.into(), dimensions: Vec::new(), attributes, array, storage })
    }
}
