//! True areas, on the ellipsoid, of figures on a polar stereographic map.

mod local_area;
mod polar_polygon;
mod polar_strip;

pub use local_area::{LocalArea, LocalAreas};
pub use polar_polygon::ConvexPolygon;
pub use polar_strip::{PolarSpans, PolarStrip};
