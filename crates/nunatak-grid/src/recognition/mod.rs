//! Which grid data stand on: recognised from what a dataset says of itself, by every convention there is.
//!
//! A [`CoordinateSource`] is a dataset of any library. Its [`Inventory`] (dimensions, attributes, no values) is made
//! once and shown to the families in turn; the [`GridCandidate`]s they find are built into a [`HorizontalGrid`] when
//! that is needed, and only then are coordinates read.
//!
//! ```text
//! CoordinateSource ─► Inventory ─► recognise ─► GridCandidate ─┐
//!        └──────────────── values ─────────────────────────────┴─► build ─► HorizontalGrid
//! ```
//!
//! A family is a module that says which variables mark it and how its cells are read; what families share is below
//! them: `systems` and `units` of coordinates, what `single_precision` stands for and `longitudes` that are turns off, `polygons`
//! of corners and connectivity, `corners` that have to be inferred.

mod attributes;
mod axes;
mod axis_edges;
mod axis_order;
mod boxes;
mod cell_attributes;
mod cells;
mod centred_cells;
mod connectivity;
mod corners;
mod curvilinear;
mod degrees;
mod esmf_mesh;
mod families;
mod grid_dims;
mod healpix;
mod horizontal;
mod inventory;
mod issm;
mod longitudes;
mod lost_system;
mod masks;
mod missing_places;
mod mpas;
mod polygons;
mod rectilinear;
mod repeated;
mod rows;
mod scrip;
mod single_precision;
mod source;
mod systems;
#[cfg(test)]
mod tests;
mod ugrid;
mod units;
mod variable_entry;
mod wording;

pub use attributes::{AttributeList, AttributeValue, GRID_MAPPING_ATTRIBUTES};
pub use axes::{HorizontalAxes, find_axes, has_axis_names};
pub use cell_attributes::{centre_attributes, is_place, shape_attributes};
pub use families::{find_horizontal, lacks_system, recognise};
pub use healpix::{AUTHALIC_RADIUS, healpix_mapping};
pub use horizontal::{GridCandidate, GridFamily, HorizontalGrid, RecognitionWarning};
pub use inventory::{Inventory, VariableEntry};
pub use rows::row_corners;
pub use source::{CoordinateSource, CoordinateValues};
