//! Which family of grids a dataset belongs to.

use crate::{Crs, GridError, Result};

use super::axes::{HorizontalAxes, axes_of, find_axes};
use super::axis_order::in_order;
use super::curvilinear::longitudes_and_latitudes;
use super::degrees::is_geographic;
use super::horizontal::{BuildGrid, GridCandidate, GridFamily, HorizontalGrid, RecognitionWarning};
use super::inventory::Inventory;
use super::lost_system::system_by_places;
use super::source::{CoordinateSource, entry, unrecognised};
use super::systems::{NamedSystem, find_crs, has_mapping};
use super::units::scaled;
use super::{cells, curvilinear, esmf_mesh, healpix, issm, mpas, rectilinear, scrip, ugrid};

/// What finds the grids of a family.
type FindCandidates = fn(&Inventory) -> Result<Vec<GridCandidate>>;

/// Families that say what they are, which axes and other coordinates may accompany.
const MARKED: [FindCandidates; 6] = [
    healpix::candidates,
    ugrid::candidates,
    mpas::candidates,
    esmf_mesh::candidates,
    scrip::candidates,
    issm::candidates,
];

/// All grids of a dataset, those with data first, recognised and not yet built. No values are read.
///
/// # Errors
/// [`GridError`] when there is none; the message says what was looked for.
pub fn recognise(inventory: &Inventory) -> Result<Vec<GridCandidate>> {
    for candidates in MARKED {
        let found = candidates(inventory)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let found = unmarked(inventory)?;
    if found.is_empty() {
        find_axes(inventory)?;
        return Err(unrecognised(format!("{} has no grid", inventory.description())));
    }
    Ok(found)
}

/// The grid of a dataset; the one with data when there are several. What is doubtful about it is added to `warnings`.
///
/// # Errors
/// [`GridError`] when the grid or its system cannot be found or read; the message says what was looked for.
pub fn find_horizontal(
    source: &dyn CoordinateSource,
    crs: Option<&Crs>,
    warnings: &mut Vec<RecognitionWarning>,
) -> Result<HorizontalGrid> {
    let candidates = recognise(source.inventory())?;
    match candidates.first() {
        Some(first) => first.build(source, crs, warnings),
        None => Err(unrecognised(format!("{} has no grid", source.inventory().description()))),
    }
}

/// Axes, two-dimensional coordinates, and cells along one dimension.
fn unmarked(inventory: &Inventory) -> Result<Vec<GridCandidate>> {
    let mut curvilinear = curvilinear::candidates(inventory)?;
    let rectilinear = rectilinear::candidates(inventory);
    if rectilinear.is_empty() {
        return Ok(if curvilinear.is_empty() { cells::candidates(inventory) } else { curvilinear });
    }
    let mut found = Vec::with_capacity(rectilinear.len() + curvilinear.len());
    for (rows, axes) in rectilinear {
        let same = |other: &GridCandidate| other.holds(rows.dims()) && rows.holds(other.dims());
        let beside = curvilinear.iter().position(same).map(|at| curvilinear.remove(at));
        curvilinear.retain(|other| !same(other));
        found.push(match beside {
            Some(beside) => either(rows, axes, beside),
            None => rows,
        });
    }
    Ok(found.into_iter().chain(curvilinear).collect())
}

/// Whether a dataset has axes, and nothing that says on which map or that they are degrees.
///
/// # Errors
/// [`GridError`] when it has no grid at all, or grid mappings that differ.
pub fn lacks_system(source: &dyn CoordinateSource) -> Result<bool> {
    let inventory = source.inventory();
    let first = recognise(inventory)?.first().map(GridCandidate::family);
    let (Some(GridFamily::Rectilinear | GridFamily::Cells), Some(axes)) = (first, axes_of(inventory)) else {
        return Ok(false);
    };
    let names = [axes.x_name.as_str(), axes.y_name.as_str()];
    let are_degrees = names.iter().filter_map(|name| inventory.get(name)).any(is_geographic);
    let has_places = longitudes_and_latitudes(inventory, &axes.dims).is_some();
    Ok(!are_degrees && !has_places && !has_mapping(source, names)?)
}

/// Axes, and longitudes and latitudes of the same cells beside them.
#[derive(Debug)]
struct AxesOrPlaces {
    names: HorizontalAxes,
    axes: GridCandidate,
    places: GridCandidate,
}

fn either(axes: GridCandidate, names: HorizontalAxes, places: GridCandidate) -> GridCandidate {
    let (family, dims) = (axes.family(), axes.dims().to_vec());
    let all: Vec<String> = axes.names().union(places.names()).cloned().collect();
    GridCandidate::new(family, &dims, all, AxesOrPlaces { names, axes, places })
}

impl BuildGrid for AxesOrPlaces {
    /// Axes where their system is known and they are not degrees from another pole, or where it is found by the longitudes
    /// and latitudes of the cells beside them; else these.
    fn build(
        &self,
        source: &dyn CoordinateSource,
        crs: Option<&Crs>,
        warnings: &mut Vec<RecognitionWarning>,
    ) -> Result<HorizontalGrid> {
        let axes = &self.names;
        match find_crs(source, [&axes.x_name, &axes.y_name], crs, &mut Vec::new()) {
            Ok(system) if system.crs.is_geographic() && !are_true(source, axes, &system)? => {
                self.places.build(source, crs, warnings)
            }
            Ok(_) => self.axes.build(source, crs, warnings),
            Err(error @ GridError::Unreadable { .. }) => Err(error),
            Err(_) => {
                let places = self.places.build(source, crs, warnings)?;
                match system_by_places(source, axes, &places).filter(|_| crs.is_none()) {
                    Some(system) => self.axes.build(source, Some(&system), warnings),
                    None => Ok(places),
                }
            }
        }
    }
}

/// Degrees by which longitudes and latitudes may differ and still be the same.
const SAME_PLACE: f64 = 1e-3;

/// Whether axes in degrees are the longitudes and latitudes of the cells, as the two-dimensional ones beside them have
/// them.
fn are_true(source: &dyn CoordinateSource, axes: &HorizontalAxes, system: &NamedSystem) -> Result<bool> {
    let inventory = source.inventory();
    let Some([longitude, latitude]) = longitudes_and_latitudes(inventory, &axes.dims) else { return Ok(true) };
    let along = [&axes.x_name, &axes.y_name].map(|name| scaled(source, name, system));
    let places = [&longitude, &latitude].map(|name| scaled(source, name, system));
    let ([Ok(x), Ok(y)], [Ok(longitudes), Ok(latitudes)]) = (along, places) else { return Ok(true) };
    let (longitudes, _) = in_order(entry(inventory, &longitude)?, longitudes.values, &axes.dims);
    let (latitudes, _) = in_order(entry(inventory, &latitude)?, latitudes.values, &axes.dims);
    let is_near = |at: usize| {
        let (row, column) = (at / x.values.len().max(1), at % x.values.len().max(1));
        let turn = (longitudes[at] - x.values[column]).rem_euclid(360.0);
        let east = turn.min(360.0 - turn) * latitudes[at].to_radians().cos();
        !(east > SAME_PLACE || (latitudes[at] - y.values[row]).abs() > SAME_PLACE)
    };
    Ok((0..longitudes.len().min(latitudes.len()).min(x.values.len() * y.values.len())).all(is_near))
}
