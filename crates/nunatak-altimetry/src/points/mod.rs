//! Points: segments of ground tracks as columns, and which of them are read.

mod beam;
mod cell_point;
mod column_set;
mod columns;
mod polygon;
mod quality;
mod segments;
mod selection;

pub use beam::{Beam, Orientation, Side};
pub(crate) use cell_point::CellPoint;
pub(crate) use column_set::column_set;
pub use columns::PointColumns;
pub(crate) use columns::{known_sigma, known_slope};
pub use polygon::Polygon;
pub use quality::{Quality, QualityLimit, QualityVariable};
pub use segments::{NOT_A_TIME, Segments, overpass_number, pass_number};
pub use selection::{Area, BoundingBox, Selection};
