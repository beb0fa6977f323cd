//! Triangles of ISSM: x and y of the vertices on a map, and vertices of the elements counted from 1.

use crate::{Crs, Grid, Result};

use super::connectivity::node_numbers;
use super::horizontal::{BuildGrid, GridCandidate, GridFamily, HorizontalGrid, RecognitionWarning, data_first};
use super::inventory::Inventory;
use super::polygons::{MeshOptions, mesh_of_connectivity};
use super::source::{CoordinateSource, entry, unrecognised, whole_numbers};
use super::systems::{NamedSystem, find_crs, has_mapping};
use super::units::scaled_or;

/// Names of x, y and elements of the base of a mesh of prisms, and of a mesh in two dimensions.
const MESHES: [[&str; 3]; 2] = [["x2d", "y2d", "elements2d"], ["x", "y", "elements"]];
const OTHERS: [&str; 6] = ["lat", "long", "epsg", "numberofelements", "numberofvertices", "scale_factor"];

/// The vertices and the elements of an ISSM mesh, those with data first; vertices when there are none.
///
/// # Errors
/// None.
pub(super) fn candidates(inventory: &Inventory) -> Result<Vec<GridCandidate>> {
    for mesh @ [x, _, elements] in MESHES {
        if !inventory.has_all(&mesh) {
            continue;
        }
        let (Some(x), Some(elements)) = (inventory.get(x), inventory.get(elements)) else { continue };
        let ([first_x, ..], [first_element, _]) = (&x.dims[..], &elements.dims[..]) else { continue };
        let names: Vec<&str> = mesh.into_iter().chain(OTHERS).filter(|name| inventory.get(name).is_some()).collect();
        let candidate = |dim: &String, on_nodes: bool| {
            let recipe = Recipe { mesh, dim: dim.clone(), on_nodes };
            GridCandidate::new(GridFamily::Issm, std::slice::from_ref(dim), names.iter().copied(), recipe)
        };
        return Ok(data_first(inventory, vec![candidate(first_x, true), candidate(first_element, false)]));
    }
    Ok(Vec::new())
}

#[derive(Debug)]
struct Recipe {
    mesh: [&'static str; 3],
    dim: String,
    on_nodes: bool,
}

impl BuildGrid for Recipe {
    fn build(
        &self,
        source: &dyn CoordinateSource,
        crs: Option<&Crs>,
        warnings: &mut Vec<RecognitionWarning>,
    ) -> Result<HorizontalGrid> {
        let inventory = source.inventory();
        let [x, y, elements] = self.mesh;
        let system = system_of(source, [x, y], crs, warnings)?;
        let vertices = entry(inventory, x)?.len();
        let faces = node_numbers(source, elements, &[], vertices, 1)?.into_faces("ISSM mesh")?;
        if whole_numbers(source, elements)?.into_iter().flatten().min() == Some(0) {
            let description = inventory.description();
            return Err(unrecognised(format!("{description}: {elements} has a vertex 0, ISSM counts from 1")));
        }
        let usual = if system.crs.is_geographic() { "degrees" } else { "m" };
        let nodes = (scaled_or(source, x, usual, &system)?.values, scaled_or(source, y, usual, &system)?.values);
        let options = MeshOptions { on_nodes: self.on_nodes, ..MeshOptions::default() };
        let grid = Grid::Mesh(mesh_of_connectivity(system.crs, nodes, faces, "ISSM mesh", options, warnings)?);
        Ok(HorizontalGrid::of_cells(&self.dim, grid, system.mapping, &self.mesh, inventory))
    }
}

/// The map: as given, as a grid mapping says, or as the mesh's own `epsg` does.
fn system_of(
    source: &dyn CoordinateSource,
    names: [&str; 2],
    crs: Option<&Crs>,
    warnings: &mut Vec<RecognitionWarning>,
) -> Result<NamedSystem> {
    if crs.is_some() || has_mapping(source, names)? {
        return find_crs(source, names, crs, warnings);
    }
    let inventory = source.inventory();
    let code = match inventory.get("epsg") {
        Some(_) => whole_numbers(source, "epsg")?.first().copied().flatten(),
        None => inventory.attributes().number("epsg").map(|code| code as i64),
    };
    match code.filter(|code| *code > 0) {
        Some(code) => Ok(NamedSystem::unnamed(Crs::parse(&format!("EPSG:{code}"))?)),
        None => Err(unrecognised(format!(
            "{} is an ISSM mesh without epsg; pass crs= (source= in nk.regrid), for example 'EPSG:3031'",
            inventory.description(),
        ))),
    }
}
