//! Points: segments of ground tracks as columns, and which of them are read.

mod beam;
mod cell_point;
mod columns;
mod quality;
mod segments;
mod selection;

pub use beam::{Beam, Orientation, Side};
pub(crate) use cell_point::CellPoint;
pub use columns::PointColumns;
pub use quality::{Quality, QualityVariable};
pub use segments::{NOT_A_TIME, Segments, pass_number};
pub use selection::{BoundingBox, Selection};
