//! Overlap areas of source and target cells, true areas on the ellipsoid: conservative weights of first order.

mod cap_edge;
mod cell_parts;
mod clip;
mod entries;
mod great_circle;
mod lon_lat;
mod map_plane;
mod pairs;
mod polar_lon_lat;
mod same_axes;
mod same_pole;

pub(crate) use cell_parts::CellParts;
pub(crate) use clip::Clip;
pub(crate) use entries::{SLIVER, sum_by_cell};
pub(crate) use great_circle::{areas as great_circle_areas, tree_of};
pub(crate) use map_plane::{areas as map_areas, common_with_axes};
pub(crate) use pairs::{areas, rows};
#[cfg(test)]
pub(crate) use {great_circle::rows as great_circle_rows, map_plane::split};
