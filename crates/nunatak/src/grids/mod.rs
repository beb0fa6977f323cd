//! Grids as datasets: CF coordinates, their bounds and a grid mapping variable, as `nk.grid` and its like give them.
//!
//! ```text
//! "EPSG:3031:16km" ─► parse_grid ─► regular_grid, healpix_grid, a file ─► Dataset ─► recognition
//! ```

mod counting;
mod extent;
mod grid_mapping;
mod healpix;
mod parse;
mod regular;
mod spacing;

pub use extent::Extent;
pub use grid_mapping::grid_mapping_attributes;
pub use healpix::{HealpixEllipsoid, healpix_grid, whole_healpix_level};
pub use parse::{GridName, parse_grid};
pub use regular::{Registration, global_grid, grid_dataset, regular_grid};
pub use spacing::spacing_doubt;

pub(crate) use regular::grid_mapping_variable;
