//! Point methods: exact fields, other programs, boundaries, accuracy.

use nunatak_grid::{Crs, Ellipsoid, Grid, MeshGrid};

use crate::{Method, MissingPolicy, Neighbours, Weights};

mod accuracy;
mod boundaries;
mod families;
mod grids;
mod peers;
mod polygons;

mod speed;

/// Every method of points.
fn methods() -> [Method; 5] {
    let inverse_distance = Method::InverseDistance(Neighbours::default());
    [Method::Bilinear, Method::Patch, Method::Nearest, Method::NearestTarget, inverse_distance]
}

/// Values of a function of longitude and latitude (radians) at the places of a grid.
fn sampled(grid: &Grid, function: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    let (longitude, latitude) = grid.centres().unwrap();
    longitude.iter().zip(&latitude).map(|(x, y)| function(x.to_radians(), y.to_radians())).collect()
}

fn regridded(source: &Grid, target: &Grid, method: Method, field: &[f64]) -> Vec<f64> {
    Weights::new(source, target, method).unwrap().apply(field, MissingPolicy::default()).unwrap()
}

/// A target of these points (degrees).
fn points(places: &[(f64, f64)], ellipsoid: Ellipsoid) -> Grid {
    on_nodes(Crs::Geographic(ellipsoid), places, &[0, 1, 2], 3)
}

/// Values on nodes, with faces of so many corners.
fn on_nodes(crs: Crs, places: &[(f64, f64)], faces: &[u32], corners: u32) -> Grid {
    let (x, y) = places.iter().copied().unzip();
    let starts: Vec<u32> = (0..=faces.len() as u32 / corners).map(|face| face * corners).collect();
    Grid::Mesh(MeshGrid::new(crs, x, y, &starts, faces).unwrap().on_nodes())
}
