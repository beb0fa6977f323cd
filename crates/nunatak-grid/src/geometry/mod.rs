//! Geometry of the plane and of the unit sphere, which knows nothing of grids.

pub(crate) mod box_tree;
pub(crate) mod cells;
pub(crate) mod chebyshev;
pub(crate) mod convex_parts;
pub(crate) mod median_dual;
pub(crate) mod quadrature;
pub mod vector;
