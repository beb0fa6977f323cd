//! Which family of grids a dataset belongs to.

use crate::{Crs, GridError, Result};

use super::axes::{axes_of, find_axes};
use super::horizontal::{BuildGrid, GridCandidate, HorizontalGrid, RecognitionWarning};
use super::inventory::Inventory;
use super::lost_system::system_by_places;
use super::source::{CoordinateSource, unrecognised};
use super::systems::find_crs;
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
    let Some(rows) = rectilinear::candidate(inventory) else {
        return Ok(if curvilinear.is_empty() { cells::candidates(inventory) } else { curvilinear });
    };
    let same = |other: &GridCandidate| other.holds(rows.dims()) && rows.holds(other.dims());
    let beside = curvilinear.iter().position(same).map(|at| curvilinear.remove(at));
    curvilinear.retain(|other| !same(other));
    let first = match beside {
        Some(beside) => either(rows, beside),
        None => rows,
    };
    Ok(std::iter::once(first).chain(curvilinear).collect())
}

/// Axes, and longitudes and latitudes of the same cells beside them.
#[derive(Debug)]
struct AxesOrPlaces {
    axes: GridCandidate,
    places: GridCandidate,
}

fn either(axes: GridCandidate, places: GridCandidate) -> GridCandidate {
    let (family, dims) = (axes.family(), axes.dims().to_vec());
    let names: Vec<String> = axes.names().union(places.names()).cloned().collect();
    GridCandidate::new(family, &dims, names, AxesOrPlaces { axes, places })
}

impl BuildGrid for AxesOrPlaces {
    /// Axes where their system is known, or found by the longitudes and latitudes beside them; else these.
    fn build(
        &self,
        source: &dyn CoordinateSource,
        crs: Option<&Crs>,
        warnings: &mut Vec<RecognitionWarning>,
    ) -> Result<HorizontalGrid> {
        if let (None, Some(axes)) = (crs, axes_of(source.inventory())) {
            match find_crs(source, [&axes.x_name, &axes.y_name], None, &mut Vec::new()) {
                Ok(_) => {}
                Err(error @ GridError::Unreadable { .. }) => return Err(error),
                Err(_) => {
                    let places = self.places.build(source, None, warnings)?;
                    let Some(system) = system_by_places(source, &axes, &places) else { return Ok(places) };
                    return self.axes.build(source, Some(&system), warnings);
                }
            }
        }
        self.axes.build(source, crs, warnings)
    }
}
