//! ICESat-2 land-ice heights: reading ATL06 granules, their error model, and their aggregation onto grids.
//!
//! ```text
//! granules ─► Segments (columns, fill → NaN, geolocation error recomputed) ─► cells (mean, three uncertainties)
//! ```
//!
//! * [`read_granules`] reads native and subset ATL06 files in parallel; what is missing or broken is reported per
//!   granule, never hidden.
//! * [`geolocation_sigma`] recomputes the vertical geolocation error from the slopes, because the stored one holds
//!   sentinels.
//! * [`aggregate`] turns points into cells with a random, a correlated and a sampling uncertainty. Its exact part,
//!   [`PartialSums`], merges across partitions.

mod aggregate;
mod error;
mod error_model;
mod points;
mod products;

pub use aggregate::{
    AggregateOptions, CellStatistics, CellSums, ErrorModel, OccupiedCells, PartialSums, PassSums, aggregate,
    aggregate_occupied, locate_points,
};
pub use error::{AltimetryError, Result};
pub use error_model::{GeolocationInputs, GeolocationSigma, PairSlopes, geolocation_sigma};
pub use points::{
    Beam, BoundingBox, NOT_A_TIME, Orientation, PointColumns, Quality, QualityVariable, Segments, Selection, Side,
    pass_number,
};
pub use products::atl06::{BeamReport, GranuleName, GranuleReport, read_granules, read_granules_with};
