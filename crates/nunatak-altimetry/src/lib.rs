//! ICESat-2 land-ice heights: reading ATL06 and ATL11 granules, their error model, and their aggregation onto grids.
//!
//! ```text
//! granules ─► Segments (columns, fill → NaN, geolocation error recomputed) ─► cells (mean, three uncertainties)
//! ```
//!
//! * [`read_granules`] reads native and subset ATL06 files in parallel; what is missing or broken is reported per
//!   granule, never hidden.
//! * [`read_atl11`] reads heights at reference points, cycle by cycle, and the crossovers beside them.
//! * [`geolocation_sigma`] recomputes the vertical geolocation error from the slopes, because the stored one holds
//!   sentinels.
//! * [`find_crossovers`] and [`calibrate`] say which errors of overpasses the points themselves support.
//! * [`aggregate`] predicts the mean height of cells with a random, a correlated and a sampling uncertainty. What it
//!   stands on, [`PartialSums`], merges across parts of the points to the last bit.

mod aggregate;
mod crossovers;
mod error;
mod error_model;
mod exact_sums;
#[cfg(test)]
mod normal_deviates;
mod points;
mod products;
mod surface;

pub use aggregate::{
    AggregateOptions, CellStatistics, ErrorModel, OccupiedCells, PartialSums, Statistic, StatisticSet, aggregate,
    aggregate_occupied, locate_points,
};
pub use crossovers::{Calibration, Crossover, Interval, calibrate, find_crossovers};
pub use error::{AltimetryError, Result};
pub use error_model::{
    Geolocation, GeolocationInputs, GeolocationSigma, OverpassPart, PairSlopes, SharedErrors, geolocation_sigma,
};
pub use exact_sums::{CellPass, KeySums, PointBatch, SortedSums, SumsByKey, Total, Unit};
pub use points::{
    Area, Beam, BoundingBox, NOT_A_TIME, Orientation, PointColumns, Polygon, Quality, QualityLimit, QualityVariable,
    Segments, Selection, Side, overpass_number, pass_number,
};
pub use products::atl06::{BeamReport, GranuleName, GranuleReport, read_granules, read_granules_with};
pub use products::atl11::{Atl11Columns, Atl11Report, TrackColumns, cycle_at, read_atl11};
