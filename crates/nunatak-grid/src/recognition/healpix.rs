//! HEALPix cells as CF (grid mapping `healpix`), easygems and xdggs (`cell_ids`) have them.

use rayon::prelude::*;

use crate::crs::ellipsoid_of_name;
use crate::{Crs, Ellipsoid, Grid, GridError, GridMapping, GridMappingValue, HealpixGrid, HealpixOrder, Result};

use super::attributes::{AttributeList, AttributeValue};
use super::horizontal::{BuildGrid, GridCandidate, GridFamily, HorizontalGrid, RecognitionWarning};
use super::inventory::{Inventory, VariableEntry};
use super::source::{CoordinateSource, CoordinateValues, unrecognised};
use super::wording::{quoted, sizes};

/// Radius (m) of the sphere with the surface of WGS84: the sphere of files that do not say which.
pub const AUTHALIC_RADIUS: f64 = 6_371_007.180_918_474;
const LEVELS: [&str; 5] = ["refinement_level", "healpix_level", "level", "depth", "resolution"];
const SIDES: [&str; 2] = ["healpix_nside", "nside"];
const ORDERS: [&str; 4] = ["indexing_scheme", "healpix_order", "healpix_scheme", "order"];
const CELLS: [&str; 7] = ["cell_ids", "healpix_index", "cell", "cells", "pix", "pixel", "hp_index"];

/// The HEALPix grid of a dataset, if it says so.
///
/// # Errors
/// [`GridError::Unrecognised`] for HEALPix cells of no level, or along no dimension.
pub(super) fn candidates(inventory: &Inventory) -> Result<Vec<GridCandidate>> {
    let variables = inventory.variables();
    let mapping = variables.iter().find(|entry| entry.attributes.lower("grid_mapping_name") == "healpix");
    let listed = variables.iter().find(|entry| entry.dims.len() == 1 && are_cells(entry));
    if mapping.is_none() && listed.is_none() {
        return Ok(Vec::new());
    }
    let usual = || CELLS.iter().filter_map(|name| inventory.get(name)).find(|entry| entry.dims.len() == 1);
    let cells = listed.or_else(usual);
    let mut attributes = mapping.map(|entry| entry.attributes.clone()).unwrap_or_default();
    for (name, value) in cells.iter().flat_map(|entry| entry.attributes.iter()) {
        attributes.set(name, value.clone());
    }
    let level = level_of(inventory, &attributes)?;
    let dim = match cells {
        Some(cells) => cells.dims[0].clone(),
        None => dimension(inventory, level)?,
    };
    let named = |entry: Option<&VariableEntry>| entry.map(|entry| entry.name.clone());
    let (mapping, cells) = (named(mapping), named(cells));
    let names: Vec<String> = mapping.iter().chain(&cells).cloned().collect();
    let recipe = Recipe { mapping, cells, dim: dim.clone(), level, attributes };
    Ok(vec![GridCandidate::new(GridFamily::Healpix, &[dim], names, recipe)])
}

/// Attributes of the grid mapping variable of HEALPix cells: those of CF and those of easygems, but for the ellipsoid.
pub fn healpix_mapping(level: u8, order: HealpixOrder) -> AttributeList {
    let (scheme, short) = match order {
        HealpixOrder::Nested => ("nested", "nest"),
        HealpixOrder::Ring => ("ring", "ring"),
    };
    AttributeList::from_iter([
        ("grid_mapping_name", AttributeValue::from("healpix")),
        ("refinement_level", i64::from(level).into()),
        ("indexing_scheme", scheme.into()),
        ("healpix_nside", (1_i64 << level.min(62)).into()),
        ("healpix_order", short.into()),
    ])
}

fn are_cells(entry: &VariableEntry) -> bool {
    entry.attributes.lower("grid_name") == "healpix" || entry.attributes.text("standard_name") == Some("healpix_index")
}

#[derive(Debug)]
struct Recipe {
    mapping: Option<String>,
    cells: Option<String>,
    dim: String,
    level: u32,
    attributes: AttributeList,
}

impl BuildGrid for Recipe {
    fn build(
        &self,
        source: &dyn CoordinateSource,
        crs: Option<&Crs>,
        _: &mut Vec<RecognitionWarning>,
    ) -> Result<HorizontalGrid> {
        let Self { mapping, cells, dim, level, attributes } = self;
        let inventory = source.inventory();
        let (order, count) = (order_of(inventory, attributes)?, cell_count(*level));
        let ellipsoid = match crs {
            Some(crs) => crs.ellipsoid(),
            None => ellipsoid_of(inventory, attributes)?,
        };
        let listed = match cells {
            Some(name) => listed(source.values(name)?, name, count)?,
            None => None,
        };
        let length = inventory.length(dim).unwrap_or_default();
        if listed.is_none() && length as u128 != count {
            return Err(unrecognised(format!(
                "{}: HEALPix level {level} has {count} cells, dimension {} {length}; a part of them needs a coordinate \
                 cell_ids of their numbers",
                inventory.description(),
                quoted(dim),
            )));
        }
        let level = u8::try_from(*level).unwrap_or(u8::MAX);
        let grid = Grid::Healpix(HealpixGrid::new(level, order, ellipsoid, listed)?);
        let centres = cells.iter().cloned().collect();
        let mut attributes = healpix_mapping(level, order);
        let flattening = ellipsoid.flattening();
        attributes.set("semi_major_axis", ellipsoid.semi_major_axis());
        attributes.set("inverse_flattening", if flattening == 0.0 { 0.0 } else { 1.0 / flattening });
        Ok(HorizontalGrid {
            centres,
            mapping: attributes,
            ..HorizontalGrid::new(vec![dim.clone()], grid, mapping.clone())
        })
    }
}

/// Number of cells of a level; of any level above 60 as many as of 60.
fn cell_count(level: u32) -> u128 {
    12_u128 << (2 * level.min(60))
}

fn level_of(inventory: &Inventory, attributes: &AttributeList) -> Result<u32> {
    let description = || inventory.description();
    let whole = |name: &str| {
        let value = attributes.get(name)?;
        let number = value.as_number().map(f64::trunc).filter(|number| (0.0..=f64::from(u32::MAX)).contains(number));
        Some(number.map(|number| number as u32).ok_or_else(|| {
            let expected = if SIDES.contains(&name) { "a power of 2" } else { "a whole number from 0 to 29" };
            unrecognised(format!("{}: HEALPix {name} of {value}, expected {expected}", description()))
        }))
    };
    if let Some(level) = LEVELS.iter().find_map(|name| whole(name)) {
        return level;
    }
    for name in SIDES {
        let Some(side) = whole(name) else { continue };
        let side = side?;
        if side.is_power_of_two() {
            return Ok(side.trailing_zeros());
        }
        let problem = format!("{}: HEALPix {name} of {side}, expected a power of 2", description());
        return Err(unrecognised(problem));
    }
    let wanted = [&LEVELS[..3], &SIDES].concat().join(" or ");
    Err(unrecognised(format!("{}: HEALPix cells without {wanted}", description())))
}

fn order_of(inventory: &Inventory, attributes: &AttributeList) -> Result<HealpixOrder> {
    let found = ORDERS.iter().find(|name| attributes.contains(name)).map(|name| attributes.lower(name));
    match found.as_deref().unwrap_or_default() {
        "nested" | "nest" => Ok(HealpixOrder::Nested),
        "ring" => Ok(HealpixOrder::Ring),
        other => Err(unrecognised(format!(
            "{}: HEALPix {}: found {}, expected 'nested' or 'ring'",
            inventory.description(),
            ORDERS[..2].join(" or "),
            if other.is_empty() { "nothing" } else { other },
        ))),
    }
}

fn dimension(inventory: &Inventory, level: u32) -> Result<String> {
    let count = cell_count(level);
    let dims: Vec<&str> =
        inventory.sizes().filter(|(_, length)| *length as u128 == count).map(|(dim, _)| dim).collect();
    match dims[..] {
        [dim] => Ok(dim.to_string()),
        _ => Err(unrecognised(format!(
            "{}: HEALPix level {level} has {count} cells; expected one dimension of that length or a coordinate \
             cell_ids, found {}",
            inventory.description(),
            sizes(inventory.sizes()),
        ))),
    }
}

/// The ellipsoid under the cells, by CF's attributes or by those of xdggs; a sphere when nothing is said, as other HEALPix
/// software has it.
fn ellipsoid_of(inventory: &Inventory, attributes: &AttributeList) -> Result<Ellipsoid> {
    const AXES: [&str; 4] = ["earth_radius", "semi_major_axis", "semi_minor_axis", "inverse_flattening"];
    if AXES[..2].iter().any(|name| attributes.contains(name)) {
        let axes = AXES.iter().filter_map(|name| Some(((*name).to_string(), attributes.number(name)?)));
        let named = axes.map(|(name, axis)| (name, GridMappingValue::Number(axis)));
        let geographic = ("grid_mapping_name".into(), GridMappingValue::Text("latitude_longitude".into()));
        return Ok(Crs::from_grid_mapping(&GridMapping::new("crs", named.chain([geographic])))?.0.ellipsoid());
    }
    let number = |name: &str| attributes.number(&format!("ellipsoid.{name}"));
    if let Some(radius) = number("radius") {
        return Ellipsoid::new(radius, 0.0);
    }
    if let Some(a) = number("semimajor_axis") {
        match (number("inverse_flattening"), number("semiminor_axis")) {
            (Some(0.0), _) => return Ellipsoid::new(a, 0.0),
            (Some(inverse), _) => return Ellipsoid::new(a, 1.0 / inverse),
            (None, Some(b)) => return Ellipsoid::new(a, (a - b) / a),
            (None, None) => {}
        }
    }
    match attributes.lower("ellipsoid").as_str() {
        "" | "sphere" => Ellipsoid::new(AUTHALIC_RADIUS, 0.0),
        name => ellipsoid_of_name(name).ok_or_else(|| {
            unrecognised(format!(
                "{}: HEALPix ellipsoid {}, expected a known name such as 'WGS84', or its semimajor_axis and \
                 inverse_flattening",
                inventory.description(),
                quoted(name),
            ))
        }),
    }
}

/// The numbers of the cells, unless they are all of a level in order.
fn listed(values: CoordinateValues, name: &str, count: u128) -> Result<Option<Vec<u64>>> {
    let no_cells = |found: &str| unrecognised(format!("{name}: expected the numbers of HEALPix cells, found {found}"));
    let numbers: Vec<u64> = match values {
        CoordinateValues::Counting(length) if length as u128 == count => return Ok(None),
        CoordinateValues::Counting(length) => (0..length as u64).collect(),
        CoordinateValues::Unsigned(values) => values,
        CoordinateValues::Integers(values) => {
            values.into_iter().map(u64::try_from).collect::<Result<_, _>>().map_err(|_| no_cells("int64"))?
        }
        CoordinateValues::Floats(values) => {
            let is_whole = |value: &f64| value.is_finite() && *value >= 0.0 && *value == value.round();
            if !values.iter().all(is_whole) {
                return Err(no_cells("float64"));
            }
            values.into_iter().map(|value| value as u64).collect()
        }
        CoordinateValues::Other(found) => return Err(no_cells(&found)),
    };
    if numbers.len() as u128 == count && numbers.iter().enumerate().all(|(at, number)| at as u64 == *number) {
        return Ok(None);
    }
    let mut sorted = numbers.clone();
    sorted.par_sort_unstable();
    if sorted.windows(2).any(|two| two[0] == two[1]) {
        let problem = format!("{name}: a HEALPix cell is listed twice, so that cells overlap");
        return Err(GridError::Unrecognised { problem });
    }
    Ok(Some(numbers))
}
