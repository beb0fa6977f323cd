//! Unstructured meshes by the UGRID conventions: data on faces and on nodes.

use nunatak_cf::{AxisRole, Unit};

use crate::{Crs, Grid, Result};

use super::connectivity::node_numbers;
use super::grid_dims::rows_of_attribute;
use super::horizontal::{BuildGrid, GridCandidate, GridFamily, HorizontalGrid, RecognitionWarning, data_first};
use super::inventory::{Inventory, VariableEntry};
use super::polygons::{MeshOptions, mesh_of_connectivity};
use super::source::{CoordinateSource, entry, unrecognised};
use super::systems::{NamedSystem, find_crs, find_geographic};
use super::units::scaled;
use super::wording::{names, quoted};

/// The faces and the nodes of the two-dimensional meshes of a dataset, those with data first.
///
/// # Errors
/// [`crate::GridError::Unrecognised`] for data that name a mesh which is not with them.
pub(super) fn candidates(inventory: &Inventory) -> Result<Vec<GridCandidate>> {
    let mut found = Vec::new();
    let is_topology = |entry: &&VariableEntry| {
        let dimension = entry.attributes.number("topology_dimension").unwrap_or(2.0);
        entry.attributes.text("cf_role") == Some("mesh_topology") && dimension.trunc() == 2.0
    };
    for topology in inventory.variables().iter().filter(is_topology) {
        found.extend(of_topology(inventory, topology)?);
    }
    if found.is_empty()
        && inventory.is_array()
        && let (Some(mesh), Some(location)) =
            (inventory.attributes().get("mesh"), inventory.attributes().get("location"))
    {
        return Err(unrecognised(format!(
            "{} is on the {location}s of mesh {}, which is not among its coordinates; regrid the dataset, or pass \
             it as source=",
            inventory.description(),
            quoted(&mesh.to_string()),
        )));
    }
    Ok(data_first(inventory, found))
}

fn of_topology(inventory: &Inventory, topology: &VariableEntry) -> Result<Vec<GridCandidate>> {
    let connectivity = connectivity(inventory, topology)?;
    let (x, y) = pair(topology, &named(inventory, topology, "node_coordinates")?)?;
    let face_dim = face_dimension(topology, connectivity)?;
    let [node_dim] = &x.dims[..] else {
        let problem = format!("mesh {}: {} has {} dimensions, expected one", topology.name, x.name, x.dims.len());
        return Err(unrecognised(problem));
    };
    let own = [&topology.name, &connectivity.name, &x.name, &y.name].map(String::as_str);
    let describing: Vec<&str> =
        own.into_iter().chain(described(topology)).filter(|word| inventory.get(word).is_some()).collect();
    let at = |dim: &String, on_nodes: bool| {
        let nodes = [x.name.clone(), y.name.clone()];
        let recipe = Recipe { topology: topology.name.clone(), dim: dim.clone(), on_nodes, nodes };
        GridCandidate::new(GridFamily::Ugrid, std::slice::from_ref(dim), describing.iter().copied(), recipe)
    };
    let mut pair = vec![at(&face_dim, false), at(node_dim, true)];
    if topology.attributes.text("location") == Some("node") {
        pair.reverse();
    }
    Ok(pair)
}

/// All words of the attributes of a mesh, among them the names of its variables.
fn described(topology: &VariableEntry) -> impl Iterator<Item = &str> {
    topology.attributes.iter().filter_map(|(_, value)| value.as_text()).flat_map(str::split_whitespace)
}

fn named<'a>(inventory: &'a Inventory, topology: &VariableEntry, role: &str) -> Result<Vec<&'a VariableEntry>> {
    let found: Vec<_> = topology.attributes.words(role).filter_map(|word| inventory.get(word)).collect();
    if found.is_empty() {
        let said = topology.attributes.get(role).map_or("nothing".into(), ToString::to_string);
        return Err(unrecognised(format!(
            "mesh {}: {role} of {} names no variable that is there",
            topology.name,
            quoted(&said)
        )));
    }
    Ok(found)
}

fn connectivity<'a>(inventory: &'a Inventory, topology: &VariableEntry) -> Result<&'a VariableEntry> {
    Ok(named(inventory, topology, "face_node_connectivity")?[0])
}

fn face_dimension(topology: &VariableEntry, faces: &VariableEntry) -> Result<String> {
    let said = topology.attributes.text("face_dimension").map(str::to_string);
    let dim = said.or_else(|| faces.dims.first().cloned()).unwrap_or_default();
    if faces.dims.contains(&dim) {
        return Ok(dim);
    }
    Err(unrecognised(format!(
        "mesh {}: {} lacks face_dimension {}, it has {}",
        topology.name,
        faces.name,
        quoted(&dim),
        names(&faces.dims),
    )))
}

/// The coordinates along x and along y among those named: degrees first.
fn pair<'a>(topology: &VariableEntry, found: &[&'a VariableEntry]) -> Result<(&'a VariableEntry, &'a VariableEntry)> {
    let of = |start: &str, role: AxisRole| {
        let is_of_role = |entry: &&&VariableEntry| {
            let standard = entry.attributes.get("standard_name").map(ToString::to_string).unwrap_or_default();
            let text = format!("{standard} {}", entry.name).to_lowercase();
            text.starts_with(start) || AxisRole::of_units(&entry.attributes.lower("units")) == Some(role)
        };
        found.iter().find(is_of_role).copied()
    };
    let degrees = of("lon", AxisRole::Longitude).zip(of("lat", AxisRole::Latitude));
    let own = degrees.or_else(|| of("projection_x", AxisRole::X).zip(of("projection_y", AxisRole::Y)));
    own.or(if let [x, y] = found { Some((*x, *y)) } else { None }).ok_or_else(|| {
        let there: Vec<&str> = found.iter().map(|entry| entry.name.as_str()).collect();
        let there = there.join(" ");
        unrecognised(format!("mesh {}: node_coordinates {there} are no pair of coordinates", topology.name))
    })
}

fn is_degrees(entry: &VariableEntry) -> bool {
    let units = entry.attributes.lower("units");
    let role = entry.attributes.text("standard_name").and_then(AxisRole::of_standard_name);
    if units.is_empty() { role.is_some_and(AxisRole::is_geographic) } else { Unit::degrees(&units).is_some() }
}

#[derive(Debug)]
struct Recipe {
    topology: String,
    dim: String,
    on_nodes: bool,
    nodes: [String; 2],
}

impl BuildGrid for Recipe {
    fn build(
        &self,
        source: &dyn CoordinateSource,
        crs: Option<&Crs>,
        warnings: &mut Vec<RecognitionWarning>,
    ) -> Result<HorizontalGrid> {
        let inventory = source.inventory();
        let topology = entry(inventory, &self.topology)?;
        let nodes @ [x, y] = [self.nodes[0].as_str(), self.nodes[1].as_str()];
        let in_degrees = is_degrees(entry(inventory, x)?) && is_degrees(entry(inventory, y)?);
        let system = match in_degrees {
            true => find_geographic(source, nodes, crs)?,
            false => find_crs(source, nodes, crs, warnings)?,
        };
        let (node_x, node_y) = (scaled(source, x, &system)?.values, scaled(source, y, &system)?.values);
        let connectivity = connectivity(inventory, topology)?;
        let face_dim = face_dimension(topology, connectivity)?;
        let what = format!("mesh {}", topology.name);
        let faces = node_numbers(source, &connectivity.name, &[face_dim], node_x.len(), 0)?.into_faces(&what)?;
        let options = MeshOptions {
            on_nodes: self.on_nodes,
            centres: if self.on_nodes { None } else { face_centres(source, topology, in_degrees, &system)? },
            ..MeshOptions::default()
        };
        let grid = mesh_of_connectivity(system.crs, (node_x, node_y), faces, &what, options, warnings)?;
        let own = [topology.name.as_str(), &connectivity.name, x, y];
        let carried: Vec<&str> = own.into_iter().chain(described(topology)).collect();
        let mut horizontal = HorizontalGrid::of_cells(&self.dim, Grid::Mesh(grid), system.mapping, &carried, inventory);
        horizontal.mapping = system.attributes;
        horizontal.data_attributes.set("mesh", topology.name.as_str());
        horizontal.data_attributes.set("location", if self.on_nodes { "node" } else { "face" });
        Ok(if self.on_nodes { horizontal } else { horizontal.in_rows(rows_of_attribute(&topology.attributes)) })
    }
}

/// Places of the values on faces that a mesh names, when they are of the kind of its nodes.
fn face_centres(
    source: &dyn CoordinateSource,
    topology: &VariableEntry,
    in_degrees: bool,
    system: &NamedSystem,
) -> Result<Option<(Vec<f64>, Vec<f64>)>> {
    let inventory = source.inventory();
    let own: Vec<_> = topology.attributes.words("face_coordinates").filter_map(|word| inventory.get(word)).collect();
    if own.len() < 2 {
        return Ok(None);
    }
    let (x, y) = pair(topology, &own)?;
    if is_degrees(x) != in_degrees || is_degrees(y) != in_degrees {
        return Ok(None);
    }
    Ok(Some((scaled(source, &x.name, system)?.values, scaled(source, &y.name, system)?.values)))
}
