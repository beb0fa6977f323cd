//! What CF wants variables that describe cells to say, where they do not: names, descriptions and units.

use crate::Grid;

use super::attributes::AttributeList;

const LONGITUDE: &str = "longitude";
const LATITUDE: &str = "latitude";
/// Standard names of where cells are.
const PLACES: [&str; 4] = [LONGITUDE, LATITUDE, "projection_x_coordinate", "projection_y_coordinate"];
/// Coordinates of MPAS, which are in radians where they do not say it.
const OF_MPAS: [&str; 4] = ["lonCell", "latCell", "lonVertex", "latVertex"];

/// The attributes that a variable along the cells of a grid lacks: the standard name that its own name says, units, or
/// else a description. `is_in_metres` says that maps of this grid have x and y in metres.
///
/// Numbers of HEALPix cells get none: xdggs takes every attribute of theirs for a parameter.
///
/// ```
/// use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};
/// use nunatak_grid::recognition::{AttributeList, centre_attributes};
///
/// let axis = || Axis::from_centres(vec![0.0, 1.0]);
/// let grid = Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:4326")?, axis()?, axis()?)?);
/// let lacking = centre_attributes("nav_lat", &AttributeList::new(), &grid, true);
/// assert_eq!((lacking.text("standard_name"), lacking.text("units")), (Some("latitude"), Some("degrees_north")));
/// let lacking = centre_attributes("nEdges", &AttributeList::new(), &grid, true);
/// assert_eq!(lacking.text("long_name"), Some("nEdges of the cells"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn centre_attributes(name: &str, own: &AttributeList, grid: &Grid, is_in_metres: bool) -> AttributeList {
    let mut lacking = AttributeList::new();
    if matches!(grid, Grid::Healpix(_)) {
        return lacking;
    }
    let named = (!is_described(own)).then(|| standard_name(name, grid.crs().is_geographic())).flatten();
    match named {
        Some(named) => lacking.set("standard_name", named),
        None => lacking = shape_attributes(name, own),
    }
    let place = named.or_else(|| place_of(own));
    let units = match place {
        Some(LONGITUDE | LATITUDE) if OF_MPAS.contains(&name) => "radian",
        Some(LONGITUDE) => "degrees_east",
        Some(LATITUDE) => "degrees_north",
        Some(_) if is_in_metres => "m",
        _ => return lacking,
    };
    if !own.contains("units") {
        lacking.set("units", units);
    }
    lacking
}

/// The description that a variable with other dimensions than the cells' lacks; bounds need none.
pub fn shape_attributes(name: &str, own: &AttributeList) -> AttributeList {
    let mut lacking = AttributeList::new();
    if !is_described(own) && !own.contains("cf_role") {
        lacking.set("long_name", format!("{name} of the cells").as_str());
    }
    lacking
}

/// Whether a variable says where cells are.
pub fn is_place(own: &AttributeList) -> bool {
    place_of(own).is_some()
}

fn place_of(own: &AttributeList) -> Option<&'static str> {
    let named = own.text("standard_name")?;
    PLACES.into_iter().find(|place| *place == named)
}

fn is_described(own: &AttributeList) -> bool {
    own.contains("standard_name") || own.contains("long_name")
}

/// The standard name that the name of a coordinate says.
fn standard_name(name: &str, is_geographic: bool) -> Option<&'static str> {
    let name = name.to_lowercase();
    let is_of = |letter: char| name.starts_with(letter) || name.ends_with(letter);
    let (found, names) = match is_geographic {
        true => ([name.contains("lon"), name.contains("lat")], &PLACES[..2]),
        false => ([is_of('x'), is_of('y')], &PLACES[2..]),
    };
    match found {
        [true, false] => Some(names[0]),
        [false, true] => Some(names[1]),
        _ => None,
    }
}
