//! Coordinate reference systems: ellipsoids, map projections, and reading them from text and attributes.
//!
//! ```text
//! Ellipsoid ─► AuthalicSphere
//!     └──────► ProjString ─► EPSG codes, CF names ─► Projection ─► PolarStereographic ─► Crs ◄─ WKT, grid mappings
//! ```

mod authalic;
mod cf_projection;
mod ellipsoid;
mod ellipsoid_names;
mod epsg;
mod forward_batch;
mod from_grid_mapping;
mod grid_mapping;
mod map_unit;
mod polar_area;
mod polar_scale;
mod polar_stereographic;
mod proj_parameters;
mod proj_string;
mod projection;
mod system;
mod text;
mod wkt;
mod wkt_method;
mod wkt_system;
mod wkt_tree;

pub use authalic::AuthalicSphere;
pub use cf_projection::CfParameters;
pub use ellipsoid::Ellipsoid;
pub(crate) use ellipsoid_names::ellipsoid as ellipsoid_of_name;
pub(crate) use forward_batch::{AuthalicColatitude, ForwardBatch, sin_cos_degrees};
pub use grid_mapping::{GridMapping, GridMappingValue, GridMappingWarning};
pub use map_unit::MapUnit;
pub use polar_stereographic::{PolarStereographic, Pole};
pub use projection::Projection;
pub use system::Crs;
