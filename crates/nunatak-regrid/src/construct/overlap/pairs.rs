//! Which pair of grids goes where: the dispatch of the table in the head of the folder.

use nunatak_grid::{AuthalicSphere, Crs, Grid, PolarStereographic, RectilinearGrid};

use super::{great_circle, hierarchy, lon_lat, map_plane, polar_lon_lat, refined_axes, same_axes, same_pole};
use crate::csr::CsrRows;
use crate::error::Result;

/// Overlap areas of source and target cells over the target's areas: true areas on the ellipsoid, all of them.
pub(crate) fn rows(source: &Grid, target: &Grid) -> Result<Vec<CsrRows>> {
    if let Some((source, target)) = hierarchy::of_both(source, target) {
        return Ok(hierarchy::rows(source, target));
    }
    if let Some((source, target)) = axes_of_other_map(source, target) {
        return refined_axes::rows(source, target);
    }
    if let Some(rows) = on_one_map(source, target)? {
        return Ok(rows);
    }
    match (source.rectilinear(), target.rectilinear()) {
        (Some(source), Some(target)) if !(is_other_map(source) || is_other_map(target)) => between_axes(source, target),
        (Some(zonal), _) if zonal.crs().is_geographic() => lon_lat::from_zones(zonal, target),
        (_, Some(zonal)) if zonal.crs().is_geographic() => lon_lat::to_zones(source, zonal),
        _ => great_circle::rows(source, target),
    }
}

/// Whether rows and columns are on a map without exact formulas of its own: their cells are polygons then.
fn is_other_map(grid: &RectilinearGrid) -> bool {
    matches!(grid.crs(), Crs::Projected(_))
}

/// Both grids, when they are rows and columns of one map without exact formulas of its own.
fn axes_of_other_map<'a>(source: &'a Grid, target: &'a Grid) -> Option<(&'a RectilinearGrid, &'a RectilinearGrid)> {
    let (source, target) = (source.rectilinear()?, target.rectilinear()?);
    (is_other_map(source) && source.crs().is_same(target.crs())).then_some((source, target))
}

/// Polygons and rows and columns of one polar map; nothing when the grids are others.
fn on_one_map(source: &Grid, target: &Grid) -> Result<Option<Vec<CsrRows>>> {
    let Some((axes, projection)) = map_of_both(source, target) else { return Ok(None) };
    let is_target = matches!(target, Grid::Mesh(_));
    let Some(cells) = (if is_target { target } else { source }).cells_on_map()? else { return Ok(None) };
    Ok(Some(if is_target {
        map_plane::from_axes(axes, projection, &cells, target.len())
    } else {
        map_plane::to_axes(&cells, source.len(), axes, projection)
    }))
}

/// The rows and columns of a pair with a mesh of one polar map, and the map.
fn map_of_both<'a>(source: &'a Grid, target: &'a Grid) -> Option<(&'a RectilinearGrid, &'a PolarStereographic)> {
    let (axes, mesh) = match (source, target) {
        (Grid::Rectilinear(axes), Grid::Mesh(mesh)) | (Grid::Mesh(mesh), Grid::Rectilinear(axes)) => (axes, mesh),
        _ => return None,
    };
    let Crs::PolarStereographic(projection) = axes.crs() else { return None };
    axes.crs().is_same(mesh.crs()).then_some((axes, projection))
}

/// True areas (m2) of the cells of both grids as [`rows`] has them.
pub(crate) fn areas(source: &Grid, target: &Grid) -> Result<(Vec<f64>, Vec<f64>)> {
    if hierarchy::of_both(source, target).is_some() {
        return Ok((source.cell_areas()?, target.cell_areas()?));
    }
    if let Some((source, target)) = axes_of_other_map(source, target) {
        return refined_axes::areas(source, target);
    }
    let authalic = AuthalicSphere::new(&target.ellipsoid());
    let map = map_of_both(source, target).map(|(_, projection)| projection);
    let has_formulas = |grid: &Grid| grid.rectilinear().is_some_and(|axes| !is_other_map(axes));
    let is_exact = (has_formulas(source) && has_formulas(target)) || map.is_some();
    let of = |grid: &Grid| -> Result<Vec<f64>> {
        match grid {
            Grid::Rectilinear(axes) if axes.crs().is_geographic() => {
                let system = Crs::Geographic(target.ellipsoid());
                Ok(RectilinearGrid::new(system, axes.x().clone(), axes.y().clone())?.cell_areas())
            }
            Grid::Rectilinear(axes) if is_exact => Ok(axes.cell_areas()),
            grid => match (map, grid.cells_on_map()?) {
                (Some(projection), Some(cells)) => Ok(map_plane::areas(projection, &cells, grid.len())),
                _ => great_circle::areas(grid, &authalic),
            },
        }
    };
    Ok((of(source)?, of(target)?))
}

fn between_axes(source: &RectilinearGrid, target: &RectilinearGrid) -> Result<Vec<CsrRows>> {
    match (source.crs(), target.crs()) {
        (Crs::PolarStereographic(own), Crs::PolarStereographic(_)) if source.crs().is_same(target.crs()) => {
            Ok(same_axes::rectangles(source, target, own))
        }
        (Crs::PolarStereographic(own), Crs::PolarStereographic(other)) if own.is_similar(other) => {
            Ok(same_pole::rows(source, target, own, other))
        }
        (Crs::Geographic(_), Crs::Geographic(ellipsoid)) => Ok(same_axes::zones(source, target, ellipsoid)),
        (Crs::PolarStereographic(projection), Crs::Geographic(ellipsoid)) if projection.ellipsoid() == *ellipsoid => {
            Ok(polar_lon_lat::to_geographic(source, target, projection))
        }
        (Crs::Geographic(ellipsoid), Crs::PolarStereographic(projection)) if projection.ellipsoid() == *ellipsoid => {
            Ok(polar_lon_lat::to_polar(source, target, projection))
        }
        (Crs::Geographic(_), _) => lon_lat::from_zones(source, &Grid::Rectilinear(target.clone())),
        (_, Crs::Geographic(_)) => lon_lat::to_zones(&Grid::Rectilinear(source.clone()), target),
        _ => great_circle::rows(&Grid::Rectilinear(source.clone()), &Grid::Rectilinear(target.clone())),
    }
}
