//! The coordinate reference system of a dataset: as given, as its grid mapping says, or as degrees do.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Mutex;

use crate::{Crs, GridError, GridMapping, GridMappingValue, Result};

use super::attributes::AttributeList;
use super::horizontal::RecognitionWarning;
use super::inventory::{Inventory, VariableEntry};
use super::source::{CoordinateSource, entry, unrecognised};
use super::units::is_in_degrees;

/// Longitude and latitude on WGS84: what degrees mean when nothing else is said.
pub(super) const DEGREES: &str = "EPSG:4326";

/// A system, and the grid mapping variable that gives it.
pub(super) type NamedSystem = (Crs, Option<String>);

/// Name and attributes of a grid mapping variable.
type Mapping<'a> = (Cow<'a, str>, Cow<'a, AttributeList>);

/// The system of the coordinates of these names: `crs`, else the grid mapping, else degrees say EPSG:4326.
///
/// # Errors
/// [`GridError`] when there is none; the message says what was looked for.
pub(super) fn find_crs(
    source: &dyn CoordinateSource,
    names: [&str; 2],
    crs: Option<&Crs>,
    warnings: &mut Vec<RecognitionWarning>,
) -> Result<NamedSystem> {
    if let Some(crs) = crs {
        return Ok((crs.clone(), None));
    }
    let inventory = source.inventory();
    let in_degrees = is_in_degrees(entry(inventory, names[0])?) && is_in_degrees(entry(inventory, names[1])?);
    let dims = names.iter().filter_map(|name| inventory.get(name)).flat_map(|entry| entry.dims.clone()).collect();
    if let Some((name, attributes)) = find_mapping(source, &Wanted { dims, in_degrees })? {
        let (system, problems) = system(&name, &attributes)?;
        warnings.extend(problems.into_iter().map(RecognitionWarning::GridMapping));
        return Ok((system, Some(name.into_owned())));
    }
    if in_degrees {
        return Ok((Crs::parse(DEGREES)?, None));
    }
    Err(unrecognised(format!(
        "{} has no coordinate reference system. Looked for a grid mapping variable (grid_mapping_name, crs_wkt or \
         spatial_ref) and for coordinates in degrees. Pass crs= (source= in nk.regrid), for example 'EPSG:3031'; \
         known: {}",
        inventory.description(),
        Crs::KNOWN.join(", "),
    )))
}

/// As [`find_crs`] for longitudes and latitudes, which may lie beside a map that the data name.
///
/// # Errors
/// [`GridError`] for a `crs` that is a map.
pub(super) fn find_geographic(
    source: &dyn CoordinateSource,
    names: [&str; 2],
    crs: Option<&Crs>,
) -> Result<NamedSystem> {
    if let Some(crs) = crs {
        if !crs.is_geographic() {
            return Err(unrecognised(format!(
                "coordinates {} and {} are longitudes and latitudes, expected x and y of {}; pass a geographic system \
                 or none",
                names[0],
                names[1],
                crs.name(),
            )));
        }
        return Ok((crs.clone(), None));
    }
    match find_crs(source, names, None, &mut Vec::new()) {
        Ok((system, name)) if system.is_geographic() => Ok((system, name)),
        Err(error @ GridError::Unreadable { .. }) => Err(error),
        Ok(_) | Err(_) => Ok((Crs::parse(DEGREES)?, None)),
    }
}

/// Whether a dataset, or the file it came from, has a grid mapping variable.
///
/// # Errors
/// [`GridError`] for several that differ.
pub(super) fn has_mapping(source: &dyn CoordinateSource) -> Result<bool> {
    Ok(find_mapping(source, &Wanted::default())?.is_some())
}

/// The coordinates whose system is looked for: a dataset may be on several grids of different systems.
#[derive(Default)]
struct Wanted {
    /// Dimensions of the coordinates; none for those of any grid.
    dims: Vec<String>,
    in_degrees: bool,
}

/// The grid mapping variable of a dataset, or of the file it came from.
fn find_mapping<'a>(source: &'a dyn CoordinateSource, wanted: &Wanted) -> Result<Option<Mapping<'a>>> {
    let inventory = source.inventory();
    if let Some((name, attributes)) = mapping_variable(inventory, wanted)? {
        return Ok(Some((name.into(), Cow::Borrowed(attributes))));
    }
    if !inventory.is_array() {
        return Ok(None);
    }
    // Taken out of its dataset, a variable leaves its grid mapping behind.
    let in_file = source.mappings_in_file()?;
    let wanted = named_mappings(inventory.attributes(), inventory.encoding()).next().unwrap_or_default();
    let found = match in_file.iter().find(|(name, _)| *name == wanted) {
        Some(named) => Some(named),
        None => only(in_file.iter().collect(), inventory)?,
    };
    Ok(found.map(|(name, attributes)| (name.clone().into(), Cow::Owned(attributes.clone()))))
}

/// The grid mapping variable that data on these coordinates name, else one that other data name, else the only ones there
/// are when they agree. What data on another grid name says nothing of degrees.
fn mapping_variable<'a>(inventory: &'a Inventory, wanted: &Wanted) -> Result<Option<(&'a str, &'a AttributeList)>> {
    let (here, elsewhere): (Vec<&VariableEntry>, Vec<&VariableEntry>) =
        inventory.fields().iter().partition(|field| field.has_dims(&wanted.dims));
    let are_foreign = wanted.in_degrees && !here.is_empty();
    let there = |name: &str| inventory.get(name).filter(|entry| entry.attributes.is_grid_mapping());
    let own = std::iter::once((inventory.attributes(), inventory.encoding())).chain(here.into_iter().map(link_holders));
    let own = own.flat_map(|(attributes, encoding)| named_mappings(attributes, encoding)).find_map(there);
    let others = elsewhere.into_iter().map(link_holders);
    let others = others.flat_map(|(attributes, encoding)| named_mappings(attributes, encoding)).filter_map(there);
    let others: Vec<&VariableEntry> = others.collect();
    if let Some(entry) = own.or_else(|| others.first().copied().filter(|_| !are_foreign)) {
        return Ok(Some((&entry.name, &entry.attributes)));
    }
    let is_foreign = |entry: &VariableEntry| are_foreign && others.iter().any(|other| other.name == entry.name);
    let named = inventory.variables().iter().filter(|entry| entry.attributes.is_grid_mapping() && !is_foreign(entry));
    let named = named.map(|entry| (entry.name.as_str(), &entry.attributes));
    only(named.collect(), inventory)
}

fn link_holders(field: &VariableEntry) -> (&AttributeList, &AttributeList) {
    (&field.attributes, &field.encoding)
}

/// The grid mapping variables that attributes name, those of the data before those of their encoding.
fn named_mappings<'a>(attributes: &'a AttributeList, encoding: &'a AttributeList) -> impl Iterator<Item = &'a str> {
    let texts = [attributes, encoding].into_iter().filter_map(|list| list.text("grid_mapping"));
    texts.filter_map(|text| text.split(':').next()).map(str::trim).filter(|name| !name.is_empty())
}

/// Names and attributes, in whatever form.
trait NamedMapping {
    fn parts(&self) -> (&str, &AttributeList);
}

impl NamedMapping for (&str, &AttributeList) {
    fn parts(&self) -> (&str, &AttributeList) {
        *self
    }
}

impl NamedMapping for &(String, AttributeList) {
    fn parts(&self) -> (&str, &AttributeList) {
        (&self.0, &self.1)
    }
}

/// The first of several grid mappings, when they agree.
fn only<M: NamedMapping>(mut named: Vec<M>, inventory: &Inventory) -> Result<Option<M>> {
    if named.len() > 1 {
        let systems = named.iter().map(|mapping| {
            let (name, attributes) = mapping.parts();
            Ok((name, system(name, attributes)?.0))
        });
        let systems = systems.collect::<Result<Vec<_>>>()?;
        if systems.iter().any(|(_, system)| !system.is_same(&systems[0].1)) {
            let names: Vec<String> =
                systems.iter().map(|(name, system)| format!("{name} ({})", system.name())).collect();
            return Err(unrecognised(format!(
                "{} has grid mappings that differ: {}; pass crs= to choose",
                inventory.description(),
                names.join(", "),
            )));
        }
    }
    Ok(if named.is_empty() { None } else { Some(named.swap_remove(0)) })
}

/// A grid mapping's system and what had to be guessed.
type Interpreted = (Crs, Vec<String>);

/// Grid mappings understood last, oldest first: the datasets of a tree have few of them.
static SYSTEM_CACHE: Mutex<VecDeque<(GridMapping, Interpreted)>> = Mutex::new(VecDeque::new());
const CACHED_SYSTEMS: usize = 128;

/// The system of a grid mapping and what had to be guessed.
fn system(name: &str, attributes: &AttributeList) -> Result<Interpreted> {
    let values = attributes.iter().map(|(name, value)| (name.to_string(), GridMappingValue::from(value.clone())));
    let mapping = GridMapping::new(name, values);
    let mut cache = SYSTEM_CACHE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some((_, known)) = cache.iter().find(|(own, _)| *own == mapping) {
        return Ok(known.clone());
    }
    let (crs, problems) = Crs::from_grid_mapping(&mapping)?;
    let interpreted = (crs, problems.iter().map(ToString::to_string).collect::<Vec<_>>());
    if cache.len() == CACHED_SYSTEMS {
        cache.pop_front();
    }
    cache.push_back((mapping, interpreted.clone()));
    Ok(interpreted)
}
