//! The coordinate reference system of a dataset: as given, as its grid mapping says, or as degrees do.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Mutex;

use nunatak_system::{PerProcess, inherit};

use crate::{Crs, GridError, GridMapping, GridMappingValue, MapUnit, Result};

use super::attributes::AttributeList;
use super::degrees::{is_geographic, is_rotated};
use super::horizontal::RecognitionWarning;
use super::inventory::{Inventory, VariableEntry};
use super::source::{CoordinateSource, entry, unrecognised};

/// Longitude and latitude on WGS84: what degrees mean when nothing else is said.
pub(super) const DEGREES: &str = "EPSG:4326";

/// A system, and the grid mapping variable that gives it.
#[derive(Debug, Clone)]
pub(super) struct NamedSystem {
    pub(super) crs: Crs,
    /// Name of the grid mapping variable.
    pub(super) mapping: Option<String>,
    /// The unit that coordinates without units are in, where a text of the mapping states it.
    pub(super) unit: Option<MapUnit>,
    /// The attributes of the mapping, where those of the system would not say the same: its x and y are in metres.
    pub(super) attributes: AttributeList,
    /// Whether CF leaves open in which unit the attributes of the mapping have the false origin.
    pub(super) has_vague_origin: bool,
}

impl NamedSystem {
    /// A system that no grid mapping variable gives.
    pub(super) fn unnamed(crs: Crs) -> Self {
        Self { crs, mapping: None, unit: None, attributes: AttributeList::new(), has_vague_origin: false }
    }

    fn of_mapping(name: &str, attributes: &AttributeList, interpreted: Interpreted) -> Self {
        let Interpreted { crs, unit, has_vague_origin, .. } = interpreted;
        let is_metre = unit.as_ref().is_none_or(MapUnit::is_metre);
        let attributes = if is_metre { AttributeList::new() } else { attributes.clone() };
        Self { crs, mapping: Some(name.into()), unit, attributes, has_vague_origin }
    }
}

/// Name and attributes of a grid mapping variable.
type Mapping<'a> = (Cow<'a, str>, Cow<'a, AttributeList>);

/// The system of the coordinates of these names: `crs`, else the grid mapping, else degrees say EPSG:4326.
///
/// # Errors
/// [`GridError`] when there is none; the message says what was looked for. Also for longitudes and latitudes of a
/// rotated pole, which are no others.
pub(super) fn find_crs(
    source: &dyn CoordinateSource,
    names: [&str; 2],
    crs: Option<&Crs>,
    warnings: &mut Vec<RecognitionWarning>,
) -> Result<NamedSystem> {
    let found = match crs {
        Some(crs) => NamedSystem::unnamed(crs.clone()),
        None => own_system(source, names, warnings)?,
    };
    let inventory = source.inventory();
    if found.crs.is_geographic() && names.iter().any(|name| inventory.get(name).is_some_and(is_rotated)) {
        return Err(unrecognised(format!(
            "{}: coordinates {} and {} are longitudes and latitudes from a rotated pole, not true ones. Assign the true \
             ones (2-D coordinates lon and lat), or pass source= a grid that has them",
            inventory.description(),
            names[0],
            names[1],
        )));
    }
    Ok(found)
}

/// The system that a dataset gives the coordinates of these names.
fn own_system(
    source: &dyn CoordinateSource,
    names: [&str; 2],
    warnings: &mut Vec<RecognitionWarning>,
) -> Result<NamedSystem> {
    let inventory = source.inventory();
    if let Some((name, attributes)) = find_mapping(source, names)? {
        let interpreted = system(&name, &attributes)?;
        warnings.extend(interpreted.problems.iter().cloned().map(RecognitionWarning::GridMapping));
        return Ok(NamedSystem::of_mapping(&name, &attributes, interpreted));
    }
    if is_geographic(entry(inventory, names[0])?) && is_geographic(entry(inventory, names[1])?) {
        return Ok(NamedSystem::unnamed(Crs::parse(DEGREES)?));
    }
    Err(unrecognised(format!(
        "{} has no coordinate reference system. Looked for a grid mapping variable (grid_mapping_name, crs_wkt or \
         spatial_ref) and for coordinates in degrees. Pass crs= (source= or target_crs= in nk.regrid), for example \
         'EPSG:3031'; known: {}",
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
        return Ok(NamedSystem::unnamed(crs.clone()));
    }
    match find_crs(source, names, None, &mut Vec::new()) {
        Ok(found) if found.crs.is_geographic() => Ok(found),
        Err(error @ GridError::Unreadable { .. }) => Err(error),
        Ok(_) | Err(_) => Ok(NamedSystem::unnamed(Crs::parse(DEGREES)?)),
    }
}

/// Whether a dataset, or the file it came from, has a grid mapping variable for the coordinates of these names.
///
/// # Errors
/// [`GridError`] for several that differ.
pub(super) fn has_mapping(source: &dyn CoordinateSource, names: [&str; 2]) -> Result<bool> {
    Ok(find_mapping(source, names)?.is_some())
}

/// The grid mapping variable of coordinates in a dataset, or in the file it came from.
fn find_mapping<'a>(source: &'a dyn CoordinateSource, names: [&str; 2]) -> Result<Option<Mapping<'a>>> {
    let inventory = source.inventory();
    if let Some((name, attributes)) = mapping_variable(inventory, names)? {
        return Ok(Some((name.into(), Cow::Borrowed(attributes))));
    }
    if !inventory.is_array() {
        return Ok(None);
    }
    // Taken out of its dataset, a variable leaves its grid mapping behind.
    let in_file = source.mappings_in_file()?;
    let wanted = named_mappings(inventory.attributes(), inventory.encoding(), names);
    let found = match wanted.iter().find_map(|wanted| in_file.iter().find(|(name, _)| name == wanted)) {
        Some(named) => Some(named),
        None => only(in_file.iter().collect(), inventory)?,
    };
    Ok(found.map(|(name, attributes)| (name.clone().into(), Cow::Owned(attributes.clone()))))
}

/// The grid mapping variable that data on these coordinates name, else one that other data name, else the only ones there
/// are when they agree. What data on another grid name says nothing of degrees.
fn mapping_variable<'a>(inventory: &'a Inventory, names: [&str; 2]) -> Result<Option<(&'a str, &'a AttributeList)>> {
    let coordinates: Vec<&VariableEntry> = names.iter().filter_map(|name| inventory.get(name)).collect();
    let dims: Vec<&String> = coordinates.iter().flat_map(|entry| &entry.dims).collect();
    let (here, elsewhere): (Vec<&VariableEntry>, Vec<&VariableEntry>) =
        inventory.fields().iter().partition(|field| dims.iter().all(|dim| field.dims.contains(dim)));
    let are_foreign =
        !here.is_empty() && !coordinates.is_empty() && coordinates.iter().all(|entry| is_geographic(entry));
    let named = |(attributes, encoding): (&'a AttributeList, &'a AttributeList)| {
        let there = |name: &str| inventory.get(name).filter(|entry| entry.attributes.is_grid_mapping());
        named_mappings(attributes, encoding, names).into_iter().filter_map(there)
    };
    let dataset = std::iter::once((inventory.attributes(), inventory.encoding()));
    let mut own = dataset.chain(here.into_iter().map(link_holders)).flat_map(named);
    let others: Vec<&VariableEntry> = elsewhere.into_iter().map(link_holders).flat_map(named).collect();
    if let Some(entry) = own.next().or_else(|| others.first().copied().filter(|_| !are_foreign)) {
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

/// The grid mapping variables that attributes name for coordinates, those of the data before those of their encoding.
///
/// A text is a name, or CF's long form, `polar: x y wgs84: lat lon`: a mapping that names the coordinates comes first, and
/// several that name others count as none.
fn named_mappings<'a>(attributes: &'a AttributeList, encoding: &'a AttributeList, names: [&str; 2]) -> Vec<&'a str> {
    let texts = [attributes, encoding].into_iter().filter_map(|list| list.text("grid_mapping"));
    texts.flat_map(|text| mappings_in(text, names)).collect()
}

fn mappings_in<'a>(text: &'a str, names: [&str; 2]) -> Vec<&'a str> {
    let starts: Vec<usize> = text.match_indices(':').map(|(at, _)| at).collect();
    if starts.is_empty() {
        return if text.trim().is_empty() { Vec::new() } else { vec![text.trim()] };
    }
    let mut parts = Vec::new();
    for (at, &colon) in starts.iter().enumerate() {
        let name = text[..colon].split_whitespace().next_back().unwrap_or_default();
        let end = starts.get(at + 1).copied().unwrap_or(text.len());
        parts.push((name, text[colon + 1..end].split_whitespace().collect::<Vec<_>>()));
    }
    let is_single = parts.len() == 1;
    let holds = |coordinates: &[&str]| names.iter().all(|name| coordinates.contains(name));
    let fitting = parts.into_iter().filter(|(_, coordinates)| is_single || holds(coordinates));
    fitting.map(|(name, _)| name).filter(|name| !name.is_empty()).collect()
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
            Ok((name, system(name, attributes)?.crs))
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

/// What a grid mapping says.
#[derive(Debug, Clone)]
struct Interpreted {
    crs: Crs,
    /// What had to be guessed.
    problems: Vec<String>,
    unit: Option<MapUnit>,
    has_vague_origin: bool,
}

/// Grid mappings understood last, oldest first: the datasets of a tree have few of them.
static SYSTEM_CACHE: PerProcess<Mutex<VecDeque<(GridMapping, Interpreted)>>> = PerProcess::new(inherit);
const CACHED_SYSTEMS: usize = 128;

/// The system of a grid mapping and what had to be guessed.
fn system(name: &str, attributes: &AttributeList) -> Result<Interpreted> {
    let values = attributes.iter().map(|(name, value)| (name.to_string(), GridMappingValue::from(value.clone())));
    let mapping = GridMapping::new(name, values);
    let mut cache = SYSTEM_CACHE.get().lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some((_, known)) = cache.iter().find(|(own, _)| *own == mapping) {
        return Ok(known.clone());
    }
    let (crs, problems) = Crs::from_grid_mapping(&mapping)?;
    let interpreted = Interpreted {
        crs,
        problems: problems.iter().map(ToString::to_string).collect(),
        unit: mapping.map_unit(),
        has_vague_origin: mapping.has_vague_origin(),
    };
    if cache.len() == CACHED_SYSTEMS {
        cache.pop_front();
    }
    cache.push_back((mapping, interpreted.clone()));
    Ok(interpreted)
}
