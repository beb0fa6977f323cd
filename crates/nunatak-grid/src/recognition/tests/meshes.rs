//! Unstructured meshes: UGRID, MPAS, ISSM, SCRIP, ESMF.

use super::memory_source::{MemorySource, along};
use crate::recognition::{CoordinateSource, VariableEntry, recognise};
use crate::{Grid, Location};

/// A square of two triangles.
const X: [f64; 4] = [0.0, 1e3, 1e3, 0.0];
const Y: [f64; 4] = [0.0, 0.0, 1e3, 1e3];
const TRIANGLES: [i64; 6] = [0, 1, 2, 0, 2, 3];

fn from(start: i64) -> [i64; 6] {
    TRIANGLES.map(|node| node + start)
}

fn metres(name: &str, dim: &str) -> VariableEntry {
    along(name, dim, 4).with("units", "m")
}

fn ugrid(faces: [i64; 6], start: Option<i64>) -> MemorySource {
    let topology = VariableEntry::new("mesh", &[], &[])
        .with("cf_role", "mesh_topology")
        .with("topology_dimension", 2_i64)
        .with("node_coordinates", "node_x node_y")
        .with("face_node_connectivity", "face_nodes");
    let connectivity = VariableEntry::new("face_nodes", &["face", "corner"], &[2, 3]);
    let connectivity = match start {
        Some(start) => connectivity.with("start_index", start),
        None => connectivity,
    };
    MemorySource::default()
        .data(topology, [0_i64])
        .data(metres("node_x", "node"), X)
        .data(metres("node_y", "node"), Y)
        .data(connectivity, faces)
}

#[test]
fn ugrid_faces_and_nodes_come_with_data_first() {
    let map = Some("EPSG:3031");
    let faces = ugrid(TRIANGLES, None).data(along("height", "face", 2), [0.0, 1.0]).dataset();
    let found = faces.find(map).unwrap();
    assert_eq!((found.dims[0].as_str(), found.grid.len()), ("face", 2));
    assert_eq!(
        (found.data_attributes.text("mesh"), found.data_attributes.text("location")),
        (Some("mesh"), Some("face"))
    );
    assert_eq!(
        (found.centres, found.shapes),
        (vec!["mesh".to_string()], vec!["face_nodes".into(), "node_x".into(), "node_y".into()])
    );
    let nodes = ugrid(TRIANGLES, None).data(along("height", "node", 4), X).dataset();
    let on_nodes = nodes.find(map).unwrap();
    let Grid::Mesh(mesh) = &on_nodes.grid else { panic!() };
    assert_eq!((on_nodes.dims[0].as_str(), mesh.location()), ("node", Location::Nodes));
}

#[test]
fn nodes_are_counted_from_where_the_file_says() {
    let map = Some("EPSG:3031");
    let grid = |faces, start| ugrid(faces, start).dataset().find(map).unwrap().grid;
    let expected = grid(TRIANGLES, Some(0));
    assert_eq!(grid(from(1), Some(1)), expected);
    // Numbers from 1 where from 0 was said.
    assert_eq!(grid(from(1), None), expected);
    let message = ugrid(from(5), Some(1)).dataset().message(map);
    assert_eq!(message, "face_nodes: names node 8, there are 4 (the first is number 1)");
}

#[test]
fn a_variable_without_its_mesh_asks_for_it() {
    let height = along("height", "face", 2).with("mesh", "mesh").with("location", "face");
    let source = MemorySource::default().data(height, [0.0, 1.0]).array("height");
    let expected = "DataArray 'height' with dimensions ('face',) is on the faces of mesh 'mesh', which is not among \
                    its coordinates; regrid the dataset, or pass it as source=";
    assert_eq!(source.message(None), expected);
}

#[test]
fn mpas_cells_have_as_many_corners_as_edges() {
    let source = |last: i64| {
        MemorySource::default()
            .data(along("xVertex", "nVertices", 4), X)
            .data(along("yVertex", "nVertices", 4), Y)
            .data(along("xCell", "nCells", 2), [700.0, 300.0])
            .data(along("yCell", "nCells", 2), [300.0, 700.0])
            .data(VariableEntry::new("verticesOnCell", &["nCells", "maxEdges"], &[2, 4]), [1, 2, 3, last, 1, 3, 4, 1])
            .data(along("nEdgesOnCell", "nCells", 2), [3_i64, 3])
            .attribute("on_a_sphere", "NO")
            .dataset()
    };
    let found = source(0).find(Some("EPSG:3031")).unwrap();
    let Grid::Mesh(mesh) = &found.grid else { panic!() };
    assert_eq!((mesh.face(0), mesh.face(1)), (&[0, 1, 2][..], &[0, 2, 3][..]));
    assert_eq!(found.grid, source(99).find(Some("EPSG:3031")).unwrap().grid);
    assert_eq!(found.dataset_attributes.text("on_a_sphere"), Some("NO"));
    let expected = "Dataset with dimensions ('nVertices', 'nCells', 'maxEdges') is an MPAS mesh on a plane (on_a_sphere \
                    = NO) that does not say which; pass crs= (source= in nk.regrid), for example 'EPSG:3031'";
    assert_eq!(source(0).message(None), expected);
}

/// MPAS keeps radians, MALI metres, whatever it says; where units are stated they hold.
#[test]
fn mpas_units_are_converted_where_they_are_stated() {
    let source = |on_sphere: &str, units: Option<&str>, factor: f64| {
        let own = |name: &str, dim: &str, length: usize| match units {
            Some(units) => along(name, dim, length).with("units", units),
            None => along(name, dim, length),
        };
        let (x, y) = if on_sphere == "YES" { ("lon", "lat") } else { ("x", "y") };
        let scaled = |values: &[f64]| -> Vec<f64> { values.iter().map(|value| value * factor).collect() };
        MemorySource::default()
            .data(own(&format!("{x}Vertex"), "nVertices", 4), scaled(&[0.0, 10.0, 10.0, 0.0]))
            .data(own(&format!("{y}Vertex"), "nVertices", 4), scaled(&[0.0, 0.0, 10.0, 10.0]))
            .data(own(&format!("{x}Cell"), "nCells", 1), scaled(&[5.0]))
            .data(own(&format!("{y}Cell"), "nCells", 1), scaled(&[5.0]))
            .data(VariableEntry::new("verticesOnCell", &["nCells", "maxEdges"], &[1, 4]), [1, 2, 3, 4])
            .data(along("nEdgesOnCell", "nCells", 1), [4_i64])
            .attribute("on_a_sphere", on_sphere)
            .dataset()
    };
    let area = |source: MemorySource, crs: Option<&str>| source.find(crs).unwrap().grid.cell_areas().unwrap()[0];
    let sphere = area(source("YES", None, 1_f64.to_radians()), None);
    assert!((area(source("YES", Some("radians"), 1_f64.to_radians()), None) / sphere - 1.0).abs() < 1e-12);
    assert!((area(source("YES", Some("degrees"), 1.0), None) / sphere - 1.0).abs() < 1e-12);
    let (map, plane) = (Some("EPSG:3031"), area(source("NO", None, 1e4), Some("EPSG:3031")));
    assert!((area(source("NO", Some("km"), 10.0), map) / plane - 1.0).abs() < 1e-12);
    assert!(source("NO", Some("radians"), 1.0).message(map).contains("units 'radians', expected m or km"));
}

fn issm(elements: [i64; 6], epsg: i64) -> MemorySource {
    MemorySource::default()
        .data(along("x", "vertex", 4), X)
        .data(along("y", "vertex", 4), Y)
        .data(VariableEntry::new("elements", &["element", "three"], &[2, 3]), elements)
        .data(VariableEntry::new("epsg", &[], &[]), [epsg])
}

#[test]
fn issm_counts_vertices_from_one() {
    let source = issm(from(1), 3031).data(along("friction", "element", 2), [0.0, 1.0]).dataset();
    let families: Vec<_> = recognise(source.inventory()).unwrap().iter().map(|found| found.dims().join(" ")).collect();
    assert_eq!(families, ["element", "vertex"]);
    assert_eq!(source.find(None).unwrap().grid.crs().epsg(), Some(3031));
    assert!(issm(from(0), 3031).dataset().message(None).ends_with("elements has a vertex 0, ISSM counts from 1"));
    assert!(issm(from(1), 0).dataset().message(None).contains("is an ISSM mesh without epsg; pass crs="));
}

#[test]
fn scrip_cells_may_be_in_radians() {
    let source = |factor: f64, units: &str| {
        let corners = |name: &str| VariableEntry::new(name, &["size", "corners"], &[2, 4]).with("units", units);
        let (lon, lat) = ([0.0, 10.0, 10.0, 0.0, 10.0, 20.0, 20.0, 10.0], [0.0, 0.0, 10.0, 10.0, 0.0, 0.0, 10.0, 10.0]);
        let values = |own: [f64; 8]| own.map(|value| value * factor);
        MemorySource::default()
            .data(corners("grid_corner_lon"), values(lon))
            .data(corners("grid_corner_lat"), values(lat))
            .dataset()
    };
    let degrees = source(1.0, "degrees").find(None).unwrap();
    let Grid::Mesh(mesh) = &degrees.grid else { panic!() };
    assert_eq!(
        (mesh.faces(), mesh.nodes().0.len(), degrees.shapes),
        (2, 6, vec!["grid_corner_lat".into(), "grid_corner_lon".into()])
    );
    let radians = source(1_f64.to_radians(), "radians").find(None).unwrap();
    assert_eq!(radians.grid.len(), 2);
    let expected = "SCRIP grid: latitude 100 of a corner is beyond the pole; are longitude and latitude swapped?";
    assert_eq!(source(10.0, "degrees").message(None), expected);
}

#[test]
fn scrip_cells_have_the_rows_that_a_file_says() {
    let source = |dims: Vec<f64>| {
        let corners = |name: &str| VariableEntry::new(name, &["size", "corners"], &[2, 4]).with("units", "degrees");
        MemorySource::default()
            .data(corners("grid_corner_lon"), [0.0, 10.0, 10.0, 0.0, 10.0, 20.0, 20.0, 10.0])
            .data(corners("grid_corner_lat"), [0.0, 0.0, 10.0, 10.0, 0.0, 0.0, 10.0, 10.0])
            .data(along("grid_dims", "rank", dims.len()), dims)
            .dataset()
    };
    // The first length is that of a row; what does not make the cells of the file tells nothing.
    for (dims, rows) in [
        (vec![2.0, 1.0], Some([1, 2])),
        (vec![1.0, 2.0], Some([2, 1])),
        (vec![2.0], None),
        (vec![2.0, 2.0], None),
        (vec![-1.0, -2.0], None),
        (vec![f64::NAN, 2.0], None),
    ] {
        assert_eq!(source(dims.clone()).find(None).unwrap().rows, rows, "{dims:?}");
    }
}

#[test]
fn esmf_elements_are_rows_or_one_list() {
    let map = Some("EPSG:3031");
    let nodes = || VariableEntry::new("nodeCoords", &["node", "axis"], &[4, 2]).with("units", "m");
    let places: Vec<f64> = X.iter().zip(Y).flat_map(|(&x, y)| [x, y]).collect();
    let source = |elements: VariableEntry, counted: bool| {
        let own = MemorySource::default().data(nodes(), places.clone()).data(elements, from(1));
        if counted { own.data(along("numElementConn", "element", 2), [3_i64, 3]) } else { own }.dataset()
    };
    let rows = VariableEntry::new("elementConn", &["element", "corner"], &[2, 3]);
    let grid = source(rows.clone(), true).find(map).unwrap().grid;
    assert_eq!(source(rows, false).find(map).unwrap().grid, grid);
    assert_eq!(source(along("elementConn", "connections", 6), true).find(map).unwrap().grid, grid);
}

#[test]
fn cells_that_a_mask_leaves_out_are_holes() {
    let corners =
        |name: &str| VariableEntry::new(name, &["grid_size", "grid_corners"], &[2, 4]).with("units", "degrees");
    let scrip = |mask: [i64; 2]| {
        MemorySource::default()
            .data(corners("grid_corner_lon"), [0.0, 1.0, 1.0, 0.0, 1.0, 2.0, 2.0, 1.0])
            .data(corners("grid_corner_lat"), [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0])
            .data(along("grid_imask", "grid_size", 2), mask)
            .data(along("t", "grid_size", 2), [0.0, 1.0])
            .dataset()
    };
    let holes = |mask| {
        let grid = scrip(mask).find(None).unwrap().grid;
        [0, 1].map(|cell| grid.is_hole(cell))
    };
    assert_eq!((holes([0, 1]), holes([1, 1]), holes([5, 0])), ([true, false], [false; 2], [false, true]));
    let error = scrip([0, 0]).find(None).unwrap_err().to_string();
    assert_eq!(error, "SCRIP grid: grid_imask is 0 everywhere, so that no cell holds data");
}
