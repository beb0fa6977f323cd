//! The families of grids, and what can be computed for any of them.

mod axis;
mod cell_order;
mod earth;
mod frame;
mod grid;
mod healpix;
mod healpix_numbering;
mod locate;
mod map_cells;
mod mesh;
mod rectilinear;
mod rectilinear_mesh;
mod sphere_cells;
mod stencil;

pub use axis::Axis;
pub use frame::{Frame, VectorAxes};
pub use grid::Grid;
pub use healpix::{HealpixGrid, HealpixOrder};
pub use locate::{LocatedPoint, Locator};
pub use mesh::{Edges, Location, MeshGrid};
pub use rectilinear::RectilinearGrid;
pub use stencil::Stencil;
