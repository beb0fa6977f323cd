//! Nunatak: ice-sheet models meet satellite altimetry.
//!
//! The facade: every crate of the workspace under one name, and the pipelines that span them, which the program and
//! Python share.
//!
//! ```text
//! open_dataset ─► DatasetView ─► regridding ─► ensembles ─┬─► write_dataset
//!                      granules ─► points, scores ────────┘
//! ```

pub use nunatak_altimetry as altimetry;
pub use nunatak_array as array;
pub use nunatak_catalog as catalog;
pub use nunatak_cf as cf;
pub use nunatak_compliance as compliance;
pub use nunatak_ensemble as ensemble;
pub use nunatak_format as format;
pub use nunatak_grid as grid;
pub use nunatak_ismip as ismip;
pub use nunatak_parallel as parallel;
pub use nunatak_parquet as parquet;
pub use nunatak_regrid as regrid;
pub use nunatak_repair as repair;
pub use nunatak_scalars as scalars;
pub use nunatak_score as score;
pub use nunatak_store as store;
pub use nunatak_system as system;
pub use nunatak_tree as tree;

mod datasets;
pub mod ensembles;
mod error;
mod error_kind;
pub mod grids;
pub mod points;
mod rebuild;
mod recognition;
pub mod regridding;
pub mod scores;
mod virtual_array;

pub use datasets::{open_dataset, write_dataset};
pub use error::{NunatakError, Result};
pub use error_kind::ErrorKind;
pub use rebuild::rebuild_array;
pub use recognition::{DatasetView, attributes_of};
pub use scores::{COVERAGE_LEVELS, Comparison, Datum, compare, residuals};
pub use virtual_array::{ChunkReference, NotVirtual, VirtualArray, virtual_array};
