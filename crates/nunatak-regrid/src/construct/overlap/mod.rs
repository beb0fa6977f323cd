//! Overlap areas of source and target cells, true areas on the ellipsoid: conservative weights of first order.
//!
//! Which pair of grids goes where (the first row that fits, in either direction unless it says otherwise):
//!
//! | one grid | the other | module | shape of an overlap |
//! |---|---|---|---|
//! | HEALPix | HEALPix, ellipsoids of one shape | [`hierarchy`] | whole cells |
//! | rows and columns of any other map | the same map | [`refined_axes`] | rectangles |
//! | mesh on a polar map | rows and columns of the same map | [`map_plane`] | polygons of the map |
//! | rows and columns of a polar map | the same map | [`same_axes`] | rectangles |
//! | rows and columns of a polar map | another map of the same pole | [`same_pole`] | turned squares |
//! | longitudes and latitudes | longitudes and latitudes | [`same_axes`] | spans of zones |
//! | rows and columns of a polar map | longitudes and latitudes, same ellipsoid | [`polar_lon_lat`] | sectors of rings |
//! | longitudes and latitudes | any other | [`lon_lat`] | polygons between meridians and parallels |
//! | any | any | [`great_circle`] | polygons of great circles |

mod cap_edge;
mod cell_parts;
mod clip;
mod entries;
mod great_circle;
mod hierarchy;
mod lon_lat;
mod map_plane;
mod pairs;
mod polar_lon_lat;
mod refined_axes;
mod same_axes;
mod same_pole;

pub(crate) use cell_parts::CellParts;
pub(crate) use clip::Clip;
pub(crate) use entries::{smallest_overlap, sum_by_cell};
pub(crate) use great_circle::{areas as great_circle_areas, tree_of};
pub(crate) use hierarchy::{Family, of_both as hierarchy_of};
pub(crate) use map_plane::{areas as map_areas, overlap_with_axes};
pub(crate) use pairs::{areas, rows};
#[cfg(test)]
pub(crate) use {great_circle::rows as great_circle_rows, map_plane::split};
