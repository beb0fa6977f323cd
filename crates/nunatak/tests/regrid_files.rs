//! Files of several families of grids, regridded through the facade: the numbers of the weights themselves.
#![allow(clippy::unwrap_used, reason = "functions beside the tests are tests too")]

use std::path::Path;
use std::sync::Arc;

use nunatak::array::{MemoryArray, NoProgress, Values};
use nunatak::format::{Attribute, Attributes};
use nunatak::grid::recognition::find_horizontal;
use nunatak::grid::{Crs, Grid, HealpixOrder};
use nunatak::grids::{Extent, HealpixEllipsoid, Registration, global_grid, grid_dataset, healpix_grid, regular_grid};
use nunatak::regrid::{Method, MissingPolicy, Weights};
use nunatak::regridding::{RegridRequest, RegridTarget, regrid};
use nunatak::tree::{Dataset, Variable};
use nunatak::{DatasetView, open_dataset, write_dataset};

fn variable(dimensions: &[&str], shape: &[usize], values: Values, attributes: &[(&str, &str)]) -> Variable {
    let attributes: Attributes =
        attributes.iter().map(|(name, text)| (name.to_string(), Attribute::Text(text.to_string()))).collect();
    let array = Arc::new(MemoryArray::new(shape.to_vec(), values).unwrap());
    Variable::new(dimensions.iter().map(ToString::to_string).collect(), array, attributes).unwrap()
}

/// Four triangles about the South Pole and four quadrilaterals about them, as UGRID has them.
fn ugrid() -> Dataset {
    let mut dataset = Dataset::default();
    let topology = [
        ("cf_role", "mesh_topology"),
        ("node_coordinates", "node_lon node_lat"),
        ("face_node_connectivity", "face_nodes"),
    ];
    let mut mesh = variable(&[], &[], Values::I32(vec![0]), &topology);
    mesh.attributes.set("topology_dimension", Attribute::number(2_i32));
    dataset.insert("mesh", mesh).unwrap();
    let turn = [0.0, 90.0, 180.0, 270.0];
    let longitude = [&[0.0][..], &turn, &turn].concat();
    let latitude = [&[-90.0][..], &[-75.0; 4], &[-60.0; 4]].concat();
    let degrees = |name: &'static str, units: &'static str| [("standard_name", name), ("units", units)];
    let east = variable(&["node"], &[9], Values::F64(longitude), &degrees("longitude", "degrees_east"));
    let north = variable(&["node"], &[9], Values::F64(latitude), &degrees("latitude", "degrees_north"));
    dataset.insert("node_lon", east).unwrap();
    dataset.insert("node_lat", north).unwrap();
    let mut faces = Vec::new();
    for side in 0..4 {
        let next = (side + 1) % 4;
        faces.extend([0, 1 + side, 1 + next, -1, 1 + side, 5 + side, 5 + next, 1 + next]);
    }
    let mut connectivity = variable(&["face", "corner"], &[8, 4], Values::I32(faces), &[]);
    connectivity.attributes.set("_FillValue", Attribute::number(-1_i32));
    connectivity.attributes.set("start_index", Attribute::number(0_i32));
    dataset.insert("face_nodes", connectivity).unwrap();
    dataset
}

fn families() -> Vec<(&'static str, Dataset)> {
    let extent = Extent { west: -3e6, south: -3e6, east: 3e6, north: 3e6 };
    let polar = regular_grid(Crs::parse("EPSG:3031").unwrap(), 5e5, extent, Registration::Cell).unwrap();
    vec![
        ("polar", grid_dataset(&polar).unwrap()),
        ("globe", grid_dataset(&global_grid(10.0).unwrap()).unwrap()),
        ("healpix", healpix_grid(3, HealpixOrder::Nested, HealpixEllipsoid::Wgs84, None).unwrap()),
        ("ugrid", ugrid()),
    ]
}

/// Writes a family's dataset with a field over two times, and gives its grid and the field of the first.
fn write_field(path: &Path, mut dataset: Dataset) -> (Grid, Vec<f64>) {
    let horizontal = find_horizontal(&DatasetView::new(&dataset), None, &mut Vec::new()).unwrap();
    let cells = horizontal.grid.len();
    let field: Vec<f64> = (0..cells).map(|cell| (cell as f64 * 0.37).sin()).collect();
    let both: Vec<f64> = field.iter().copied().chain(field.iter().map(|value| 2.0 * value)).collect();
    let dims: Vec<&str> = std::iter::once("time").chain(horizontal.dims.iter().map(String::as_str)).collect();
    let shape: Vec<usize> = std::iter::once(2).chain(horizontal.grid.shape()).collect();
    let mut values = variable(&dims, &shape, Values::F64(both), &[("units", "m")]);
    for (name, value) in nunatak::attributes_of(&horizontal.data_attributes).iter() {
        values.attributes.set(name, value.clone());
    }
    dataset.insert("field", values).unwrap();
    write_dataset(path, &dataset, &NoProgress).unwrap();
    (horizontal.grid, field)
}

#[test]
fn every_family_goes_to_every_other() {
    let directory = tempfile::tempdir().unwrap();
    for (source, dataset) in families() {
        let input = directory.path().join(format!("{source}.nc"));
        let (from, field) = write_field(&input, dataset);
        for (name, dataset) in families() {
            let target = RegridTarget::of(&dataset, None, &mut Vec::new()).unwrap();
            let opened = open_dataset(input.as_path(), &Default::default()).unwrap();
            let request = RegridRequest::new(Arc::clone(&target), Method::Conservative);
            let regridded = regrid(&opened, &request).unwrap();
            let output = directory.path().join(format!("{source}_{name}.nc"));
            write_dataset(&output, &regridded.data, &NoProgress).unwrap();

            let found = open_dataset(output.as_path(), &Default::default()).unwrap();
            let horizontal = find_horizontal(&DatasetView::new(&found), None, &mut Vec::new()).unwrap();
            assert_eq!(horizontal.grid, target.grid, "{source} {name}");
            let weights = Weights::new(&from, &target.grid, Method::Conservative).unwrap();
            let expected = weights.apply(&field, MissingPolicy::default()).unwrap();
            let values = found.get("field").unwrap().array.read_all().unwrap().into_f64().unwrap();
            assert_eq!(values.len(), 2 * expected.len());
            for (cell, expected) in expected.iter().enumerate() {
                let (once, twice) = (values[cell], values[expected_len(&values) + cell]);
                assert_eq!(once.to_bits(), expected.to_bits(), "{source} {name} {cell}");
                assert!(twice == 2.0 * once || once.is_nan() && twice.is_nan(), "{source} {name} {cell}");
            }
            assert_eq!(found.get("field").unwrap().attributes.text("units"), Some("m"));
        }
    }
}

fn expected_len(values: &[f64]) -> usize {
    values.len() / 2
}
