//! Where cells are: coordinate reference systems, grids and exact cell areas.
//!
//! A [`Grid`] is a set of cells in the plane of a [`Crs`]: projected metres for
//! polar stereographic and other maps, degrees of longitude and latitude for geographic
//! ones. Areas are true areas on the ellipsoid, never areas of the map.
//!
//! ```text
//! Ellipsoid ─► Crs (forward, inverse, area factor) ─► Axis × Axis ─► RectilinearGrid ─► areas, cells, stencils
//! ```
//!
//! [`recognition`] finds the grid that a dataset stands on.
//!
//! Modules use those below them only: `geometry`, `crs`, `area`, `family`, `recognition`.

mod area;
mod crs;
mod error;
mod family;
mod geometry;
pub mod recognition;

pub use area::{ConvexPolygon, LocalArea, LocalAreas, PolarSpans, PolarStrip};
pub use crs::{
    AuthalicSphere, CfParameters, Crs, Ellipsoid, GridMapping, GridMappingValue, GridMappingWarning, MapUnit,
    PolarStereographic, Pole, Projection,
};
pub use error::{GridError, Result};
pub use family::{
    Axis, Edges, Frame, Grid, HealpixGrid, HealpixOrder, LocatedPoint, Location, Locator, MeshGrid, RectilinearGrid,
    Stencil, VectorAxes,
};
pub use geometry::box_tree::{Bounds, BoxTree};
pub use geometry::cells::Cells;
pub use geometry::vector;
