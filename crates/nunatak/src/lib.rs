//! Nunatak: ice-sheet models meet satellite altimetry.
//!
//! The facade: every crate of the workspace under one name, and what spans them.
//!
//! ```text
//! format ─► array ─► tree ─► catalog ─► grid ─► regrid ─► altimetry ─► score
//! ```

pub use nunatak_altimetry as altimetry;
pub use nunatak_array as array;
pub use nunatak_catalog as catalog;
pub use nunatak_format as format;
pub use nunatak_grid as grid;
pub use nunatak_regrid as regrid;
pub use nunatak_score as score;
pub use nunatak_tree as tree;

mod rebuild;

pub use rebuild::rebuild_array;
