//! Where cells are: coordinate reference systems, grids and exact cell areas.
//!
//! A [`Grid`] is a set of cells in the plane of a [`Crs`]: projected metres for
//! polar stereographic and other maps, degrees of longitude and latitude for geographic
//! ones. Areas are true areas on the ellipsoid, never areas of the map.
//!
//! ```text
//! Ellipsoid ─► Crs (forward, inverse, area factor) ─► Axis × Axis ─► RectilinearGrid ─► areas, cells, stencils
//! ```

mod authalic;
mod axis;
mod box_tree;
mod cells;
mod cf_projection;
mod convex_parts;
mod crs;
mod ellipsoid;
mod epsg;
mod error;
mod frame;
mod grid;
mod grid_mapping;
mod healpix;
mod local_area;
mod median_dual;
mod mesh;
mod polar_area;
mod polar_polygon;
mod polar_stereographic;
mod polar_strip;
mod proj_string;
mod projection;
mod quadrature;
mod rectilinear;
mod stencil;
pub mod vector;
mod wkt;
mod wkt_tree;

pub use authalic::AuthalicSphere;
pub use axis::Axis;
pub use box_tree::{Bounds, BoxTree};
pub use cells::Cells;
pub use cf_projection::CfParameters;
pub use crs::Crs;
pub use ellipsoid::Ellipsoid;
pub use error::{GridError, Result};
pub use frame::{Frame, VectorAxes};
pub use grid::Grid;
pub use grid_mapping::{GridMapping, GridMappingValue, GridMappingWarning};
pub use healpix::{HealpixGrid, HealpixOrder};
pub use local_area::{LocalArea, LocalAreas};
pub use mesh::{Edges, Location, MeshGrid};
pub use polar_polygon::ConvexPolygon;
pub use polar_stereographic::{PolarStereographic, Pole};
pub use polar_strip::{PolarSpans, PolarStrip};
pub use projection::Projection;
pub use rectilinear::RectilinearGrid;
pub use stencil::Stencil;
