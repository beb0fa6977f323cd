//! Meshes of MPAS and MALI: Voronoi cells, and the triangles about their corners, on a sphere or a map.

use crate::{Crs, Grid, GridMapping, GridMappingValue, Result};

use super::healpix::AUTHALIC_RADIUS;
use super::horizontal::{BuildGrid, GridCandidate, GridFamily, HorizontalGrid, RecognitionWarning, data_first};
use super::inventory::Inventory;
use super::polygons::{Faces, MeshOptions, NONE, mesh_of_connectivity};
use super::source::{CoordinateSource, entry, floats, unrecognised, whole_numbers};
use super::systems::{NamedSystem, find_crs, has_mapping};
use super::units::scaled_or;

#[rustfmt::skip]
const COORDINATES: [&str; 15] = [
    "lonCell", "lonVertex", "lonEdge", "latCell", "latVertex", "latEdge", "xCell", "xVertex", "xEdge", "yCell",
    "yVertex", "yEdge", "zCell", "zVertex", "zEdge",
];
#[rustfmt::skip]
const CONNECTIVITY: [&str; 20] = [
    "verticesOnCell", "nEdgesOnCell", "cellsOnVertex", "cellsOnCell", "edgesOnCell", "edgesOnVertex",
    "verticesOnEdge", "cellsOnEdge", "edgesOnEdge", "nEdgesOnEdge", "indexToCellID", "indexToVertexID",
    "indexToEdgeID", "areaCell", "areaTriangle", "kiteAreasOnVertex", "dcEdge", "dvEdge", "angleEdge",
    "weightsOnEdge",
];

/// The cells and the vertices of an MPAS mesh, those with data first.
///
/// # Errors
/// None.
pub(super) fn candidates(inventory: &Inventory) -> Result<Vec<GridCandidate>> {
    if !inventory.has_all(&["verticesOnCell", "nEdgesOnCell"]) {
        return Ok(Vec::new());
    }
    let names: Vec<&str> =
        COORDINATES.into_iter().chain(CONNECTIVITY).filter(|name| inventory.get(name).is_some()).collect();
    let candidate = |location: Location| {
        let dim = inventory.get(location.connectivity())?.dims.first()?.clone();
        let recipe = Recipe { location, dim: dim.clone() };
        Some(GridCandidate::new(GridFamily::Mpas, &[dim], names.iter().copied(), recipe))
    };
    Ok(data_first(inventory, [Location::Cell, Location::Vertex].into_iter().filter_map(candidate).collect()))
}

/// Where on the mesh data stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Location {
    /// On Voronoi cells, whose corners are vertices.
    Cell,
    /// On vertices: triangles, whose corners are centres of cells.
    Vertex,
}

impl Location {
    fn connectivity(self) -> &'static str {
        match self {
            Self::Cell => "verticesOnCell",
            Self::Vertex => "cellsOnVertex",
        }
    }

    /// What variables of the values' places and of the corners end in.
    fn endings(self) -> [&'static str; 2] {
        match self {
            Self::Cell => ["Cell", "Vertex"],
            Self::Vertex => ["Vertex", "Cell"],
        }
    }
}

#[derive(Debug)]
struct Recipe {
    location: Location,
    dim: String,
}

impl BuildGrid for Recipe {
    fn build(
        &self,
        source: &dyn CoordinateSource,
        crs: Option<&Crs>,
        warnings: &mut Vec<RecognitionWarning>,
    ) -> Result<HorizontalGrid> {
        let inventory = source.inventory();
        let on_sphere = is_on_sphere(source)?;
        let [first, second] = if on_sphere { ["lon", "lat"] } else { ["x", "y"] };
        let [own, corner] = self.location.endings();
        let needed = [(first, corner), (second, corner), (first, own), (second, own)];
        let needed = needed.map(|(kind, place)| format!("{kind}{place}"));
        let missing: Vec<&str> =
            needed.iter().map(String::as_str).filter(|name| inventory.get(name).is_none()).collect();
        if !missing.is_empty() {
            let (description, missing) = (inventory.description(), missing.join(", "));
            return Err(unrecognised(format!("{description}: MPAS mesh without {missing}")));
        }
        let system = system_of(source, on_sphere, crs, warnings)?;
        // MPAS keeps longitudes and latitudes in radians, and does not always say so.
        let usual = if on_sphere { "radians" } else { "m" };
        let read = |name: &str| Result::Ok(scaled_or(source, name, usual, &system)?.values);
        let (nodes, centres) = ((read(&needed[0])?, read(&needed[1])?), (read(&needed[2])?, read(&needed[3])?));
        let connectivity = self.location.connectivity();
        let faces = self.faces(source)?;
        let options = MeshOptions { centres: Some(centres), ..MeshOptions::default() };
        let what = format!("MPAS {connectivity}");
        let grid = Grid::Mesh(mesh_of_connectivity(system.crs, nodes, faces, &what, options, warnings)?);
        let carried = [connectivity, "nEdgesOnCell", "verticesOnCell"];
        let carried: Vec<&str> = carried.into_iter().chain(needed.iter().map(String::as_str)).collect();
        let mut horizontal = HorizontalGrid::of_cells(&self.dim, grid, system.mapping, &carried, inventory);
        horizontal.dataset_attributes.set("on_a_sphere", if on_sphere { "YES" } else { "NO" });
        if let Some(radius) = inventory.attributes().get("sphere_radius") {
            horizontal.dataset_attributes.set("sphere_radius", radius.clone());
        }
        Ok(horizontal)
    }
}

impl Recipe {
    /// Corners of the cells, counted from 0.
    fn faces(&self, source: &dyn CoordinateSource) -> Result<Faces> {
        let name = self.location.connectivity();
        let shape = &entry(source.inventory(), name)?.shape;
        let [_, corners] = shape[..] else {
            let problem = format!("MPAS {name}: expected nodes of faces in two dimensions, found {}", shape.len());
            return Err(unrecognised(problem));
        };
        let from_zero = |number: Option<i64>| number.map_or(NONE, |number| number - 1);
        let mut nodes: Vec<i64> = whole_numbers(source, name)?.into_iter().map(from_zero).collect();
        if self.location == Location::Vertex {
            // A triangle that lacks a cell lies over the boundary of the mesh.
            return Ok(Faces { nodes, corners }.without_incomplete());
        }
        let used = whole_numbers(source, "nEdgesOnCell")?;
        for (face, used) in nodes.chunks_exact_mut(corners.max(1)).zip(used) {
            let used = usize::try_from(used.unwrap_or(0)).unwrap_or(0).min(corners);
            face[used..].fill(NONE);
        }
        Ok(Faces { nodes, corners })
    }
}

fn is_on_sphere(source: &dyn CoordinateSource) -> Result<bool> {
    let said = source.inventory().attributes().lower("on_a_sphere");
    if !said.is_empty() {
        return Ok(said.starts_with('y'));
    }
    if source.inventory().get("lonVertex").is_none() {
        return Ok(false);
    }
    let longitudes = floats(source, "lonVertex")?;
    let first = longitudes.first().copied();
    Ok(longitudes.iter().all(|value| !value.is_nan()) && longitudes.iter().any(|value| Some(*value) != first))
}

fn system_of(
    source: &dyn CoordinateSource,
    on_sphere: bool,
    crs: Option<&Crs>,
    warnings: &mut Vec<RecognitionWarning>,
) -> Result<NamedSystem> {
    let inventory = source.inventory();
    if on_sphere && crs.is_none() {
        let radius = inventory.attributes().number("sphere_radius").filter(|radius| *radius > 1e3);
        let attributes = [
            ("grid_mapping_name".to_string(), GridMappingValue::Text("latitude_longitude".into())),
            ("earth_radius".to_string(), GridMappingValue::Number(radius.unwrap_or(AUTHALIC_RADIUS))),
        ];
        return Ok(NamedSystem::unnamed(Crs::from_grid_mapping(&GridMapping::new("crs", attributes))?.0));
    }
    if crs.is_none() && !has_mapping(source, ["xCell", "yCell"])? {
        return Err(unrecognised(format!(
            "{} is an MPAS mesh on a plane (on_a_sphere = NO) that does not say which; pass crs= (source= in \
             nk.regrid), for example 'EPSG:3031'",
            inventory.description(),
        )));
    }
    let system = find_crs(source, ["xCell", "yCell"], crs, warnings)?;
    if system.crs.is_geographic() != on_sphere {
        let (said, expected) = if on_sphere { ("True", "a geographic system") } else { ("False", "that of a map") };
        let description = inventory.description();
        let problem = format!("{description}: an MPAS mesh with on_a_sphere = {said} needs {expected}");
        return Err(unrecognised(problem));
    }
    Ok(system)
}
