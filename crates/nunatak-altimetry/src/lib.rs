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

mod aggregation;
mod beam;
mod beam_reader;
mod error;
mod geolocation;
mod granule;
mod granule_name;
mod quality;
mod reader;
mod segments;
mod selection;

pub use aggregation::{
    AggregateOptions, CellStatistics, CellSums, ErrorModel, PartialSums, PassSums, PointColumns, aggregate,
    locate_points,
};
pub use beam::{Beam, Orientation, Side};
pub use error::{AltimetryError, Result};
pub use geolocation::{GeolocationInputs, GeolocationSigma, PairSlopes, geolocation_sigma};
pub use granule_name::GranuleName;
pub use quality::{Quality, QualityVariable};
pub use reader::{BeamReport, GranuleReport, read_granules, read_granules_with};
pub use segments::{NOT_A_TIME, Segments};
pub use selection::{BoundingBox, Selection};
