//! Mesh files of ESMF (ESMFMESH): data on elements and on nodes.

use nunatak_cf::Unit;

use crate::{Crs, Grid, Result};

use super::connectivity::node_numbers;
use super::grid_dims::rows_of_variable;
use super::horizontal::{BuildGrid, GridCandidate, GridFamily, HorizontalGrid, RecognitionWarning, data_first};
use super::inventory::Inventory;
use super::masks::CellMask;
use super::polygons::{Faces, MeshOptions, NONE, mesh_of_connectivity};
use super::source::{CoordinateSource, entry, unrecognised, whole_numbers};
use super::systems::{find_crs, find_geographic};
use super::units::{scaled, scaled_as};

const NODES: &str = "nodeCoords";
const ELEMENTS: &str = "elementConn";
const COUNTS: &str = "numElementConn";
const CENTRES: &str = "centerCoords";
const CARRIED: [&str; 4] = [NODES, ELEMENTS, COUNTS, CENTRES];
const ELEMENT_MASK: &str = "elementMask";
const NODE_MASK: &str = "nodeMask";
/// Lengths of the grid whose cells the elements are, the first that of a row.
const ORIGINAL: &str = "origGridDims";
const OTHERS: [&str; 4] = ["elementArea", ELEMENT_MASK, NODE_MASK, ORIGINAL];

/// The elements and the nodes of an ESMF mesh, those with data first.
///
/// # Errors
/// None.
pub(super) fn candidates(inventory: &Inventory) -> Result<Vec<GridCandidate>> {
    let elements = inventory.get(COUNTS).or_else(|| inventory.get(ELEMENTS)).and_then(|entry| entry.dims.first());
    let nodes = inventory.get(NODES).and_then(|entry| entry.dims.first());
    let (Some(elements), Some(nodes), true) = (elements, nodes, inventory.has_all(&[NODES, ELEMENTS])) else {
        return Ok(Vec::new());
    };
    let names: Vec<&str> = CARRIED.into_iter().chain(OTHERS).filter(|name| inventory.get(name).is_some()).collect();
    let candidate = |dim: &String, on_nodes: bool| {
        let recipe = Recipe { dim: dim.clone(), on_nodes };
        GridCandidate::new(GridFamily::EsmfMesh, std::slice::from_ref(dim), names.iter().copied(), recipe)
    };
    Ok(data_first(inventory, vec![candidate(elements, false), candidate(nodes, true)]))
}

#[derive(Debug)]
struct Recipe {
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
        let attributes = &entry(inventory, NODES)?.attributes;
        let units = attributes.get("units").map_or("degrees".into(), ToString::to_string);
        let system = match Unit::metres(&units).is_some() {
            true => find_crs(source, [NODES, NODES], crs, warnings)?,
            false => find_geographic(source, [NODES, NODES], crs)?,
        };
        let nodes = columns(source, NODES, scaled(source, NODES, &system)?.values)?;
        let centres = match inventory.get(CENTRES).filter(|_| !self.on_nodes) {
            Some(own) => {
                let own = own.attributes.get("units").map(ToString::to_string).unwrap_or(units);
                Some(columns(source, CENTRES, scaled_as(source, CENTRES, Some(&own), &system)?.values)?)
            }
            None => None,
        };
        let faces = faces(source, nodes.0.len())?;
        let mask = CellMask::read(source, if self.on_nodes { NODE_MASK } else { ELEMENT_MASK })?;
        if let Some(mask) = mask.as_ref().filter(|_| self.on_nodes) {
            return Err(mask.unsupported("ESMF mesh"));
        }
        let options = MeshOptions { on_nodes: self.on_nodes, centres, mask, ..MeshOptions::default() };
        let grid = Grid::Mesh(mesh_of_connectivity(system.crs, nodes, faces, "ESMF mesh", options, warnings)?);
        let rows = if self.on_nodes { None } else { rows_of_variable(source, ORIGINAL)? };
        Ok(HorizontalGrid::of_cells(&self.dim, grid, system.mapping, &CARRIED, inventory).in_rows(rows))
    }
}

/// The first two columns of coordinates (point, axis).
fn columns(source: &dyn CoordinateSource, name: &str, values: Vec<f64>) -> Result<(Vec<f64>, Vec<f64>)> {
    let shape = &entry(source.inventory(), name)?.shape;
    match shape[..] {
        [_, axes] if axes >= 2 => Ok(values.chunks_exact(axes).map(|point| (point[0], point[1])).unzip()),
        _ => Err(unrecognised(format!("ESMF mesh: {name}: expected (points, 2 or 3 axes), found shape {shape:?}"))),
    }
}

/// Nodes of the elements from 0, none beyond the last; a list of all is cut by `numElementConn`.
fn faces(source: &dyn CoordinateSource, nodes: usize) -> Result<Faces> {
    let numbers = node_numbers(source, ELEMENTS, &[], nodes, 1)?;
    if source.inventory().get(COUNTS).is_none() {
        return numbers.into_faces("ESMF mesh");
    }
    let count = |count: Option<i64>| usize::try_from(count.unwrap_or(0)).unwrap_or(0);
    let counts: Vec<usize> = whole_numbers(source, COUNTS)?.into_iter().map(count).collect();
    if numbers.shape.len() != 1 {
        let mut faces = numbers.into_faces("ESMF mesh")?;
        for (face, &count) in faces.nodes.chunks_exact_mut(faces.corners.max(1)).zip(&counts) {
            let used = count.min(face.len());
            face[used..].fill(NONE);
        }
        return Ok(faces);
    }
    let (expected, found) = (counts.iter().sum::<usize>(), numbers.numbers.len());
    if expected != found {
        let problem = format!("ESMF mesh: {COUNTS} says {expected} nodes of elements, {ELEMENTS} has {found}");
        return Err(unrecognised(problem));
    }
    let corners = counts.iter().copied().max().unwrap_or(0);
    let mut nodes = vec![NONE; counts.len() * corners];
    let mut rest = &numbers.numbers[..];
    for (face, &count) in nodes.chunks_exact_mut(corners.max(1)).zip(&counts) {
        let (own, others) = rest.split_at(count);
        face[..count].copy_from_slice(own);
        rest = others;
    }
    Ok(Faces { nodes, corners })
}
