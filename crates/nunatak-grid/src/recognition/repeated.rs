//! Coordinates that are there again for every step of other dimensions: WRF writes longitudes and latitudes for each time.
//!
//! To the families of grids they look as if they were there once. Where their values are read, all steps have to agree.

use nunatak_cf::AxisRole;

use super::variable_entry::VariableEntry;

/// Most dimensions that coordinates of cells have.
const MOST: usize = 2;

/// Coordinates, and their bounds, that repeat along further dimensions: where they are among the variables, and these
/// dimensions. `fields` are the data.
///
/// Coordinates of more than two dimensions repeat along those of time, or along the first, which data have too. Those of
/// two repeat along time where the other coordinate has another dimension beside it: `lon(time, x)` and `lat(time, y)`.
pub(super) fn find_repeats(variables: &[VariableEntry], fields: &[VariableEntry]) -> Vec<(usize, Vec<String>)> {
    let mut found: Vec<(usize, Vec<String>)> = Vec::new();
    if variables.iter().all(|entry| entry.dims.len() < MOST) {
        return found;
    }
    let coordinates: Vec<(usize, AxisRole)> =
        variables.iter().enumerate().filter_map(|(at, entry)| Some((at, role(entry)?))).collect();
    for &(at, role) in &coordinates {
        let others = coordinates.iter().map(|&(other, role)| (&variables[other], role));
        if let Some(dims) = repeats(&variables[at], role, others, variables, fields) {
            let bounds = variables[at].bounds().and_then(|bounds| variables.iter().position(|own| own.name == bounds));
            found.extend(bounds.map(|bounds| (bounds, dims.clone())));
            found.push((at, dims));
        }
    }
    found
}

/// Takes the dimensions along which they repeat from variables; gives these as they were.
pub(super) fn take_repeats(variables: &mut [VariableEntry], found: Vec<(usize, Vec<String>)>) -> Vec<VariableEntry> {
    let mut before = Vec::with_capacity(found.len());
    for (at, dims) in found {
        let entry = &mut variables[at];
        let is_new = before.iter().all(|own: &VariableEntry| own.name != entry.name);
        if is_new && dims.iter().any(|dim| entry.dims.contains(dim)) {
            before.push(entry.clone());
            let kept = entry.dims.iter().zip(&entry.shape).filter(|(dim, _)| !dims.contains(dim));
            (entry.dims, entry.shape) = kept.map(|(dim, length)| (dim.clone(), *length)).unzip();
        }
    }
    before
}

/// The dimensions along which a coordinate repeats, if there are any.
fn repeats<'a>(
    entry: &VariableEntry,
    role: AxisRole,
    mut others: impl Iterator<Item = (&'a VariableEntry, AxisRole)> + Clone,
    variables: &[VariableEntry],
    fields: &[VariableEntry],
) -> Option<Vec<String>> {
    let times: Vec<&String> = entry.dims.iter().filter(|dim| is_time(dim, variables)).collect();
    if let [time] = times[..]
        && entry.dims.len() == MOST
    {
        let is_beside = |other: &VariableEntry| {
            other.dims.len() == MOST
                && other.dims.contains(time)
                && other.dims.iter().any(|dim| !entry.dims.contains(dim))
        };
        let has_partner = others.any(|(other, own)| own.letter() != role.letter() && is_beside(other));
        return has_partner.then(|| vec![time.clone()]);
    }
    let surplus = entry.dims.len().checked_sub(MOST).filter(|surplus| *surplus > 0)?;
    let along: Vec<String> = if times.is_empty() || entry.dims.len() - times.len() > MOST {
        let is_data = |field: &VariableEntry| self::role(field).is_none() && field.has_dims(&entry.dims);
        fields.iter().any(is_data).then(|| entry.dims[..surplus].to_vec())?
    } else {
        times.into_iter().cloned().collect()
    };
    let kept: Vec<&String> = entry.dims.iter().filter(|dim| !along.contains(dim)).collect();
    // Another says once where the cells are.
    let says_so = |(other, own): (&VariableEntry, AxisRole)| {
        let is_enough = other.dims.len() == MOST || (own.is_geographic() && other.dims.len() == 1);
        own.letter() == role.letter() && is_enough && other.dims.iter().all(|dim| kept.contains(&dim))
    };
    (!others.any(says_so)).then_some(along)
}

/// What says that a variable is a coordinate of cells.
fn role(entry: &VariableEntry) -> Option<AxisRole> {
    match entry.attributes.text("standard_name") {
        Some(name) => AxisRole::of_standard_name(name).filter(|role| *role != AxisRole::Time),
        None => AxisRole::of_units(&entry.attributes.lower("units"))
            .or_else(|| AxisRole::of_name(&entry.name))
            .filter(|role| role.is_geographic() || (*role != AxisRole::Time && entry.dims.len() <= MOST)),
    }
}

/// Whether a dimension is one of time, by its name or its coordinate.
fn is_time(dim: &str, variables: &[VariableEntry]) -> bool {
    let of_coordinate = |entry: &VariableEntry| {
        entry.name == dim
            && (entry.attributes.text("standard_name") == Some("time")
                || entry.attributes.text("axis") == Some("T")
                || entry.metadata("units").and_then(|units| AxisRole::of_units(units.as_text()?))
                    == Some(AxisRole::Time))
    };
    let name = dim.to_lowercase();
    name == "t" || name.contains("time") || variables.iter().any(of_coordinate)
}
