//! Options and results of aggregation.

use nunatak_array::has_room;

use super::statistic::{FIELDS, Statistic, StatisticSet};
use crate::error::{AltimetryError, Result};
use crate::error_model::{Geolocation, OverpassPart};
use crate::points::NOT_A_TIME;

/// How to aggregate.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{AggregateOptions, PointColumns, aggregate};
/// # use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};
/// # let axis = |start: f64| Axis::from_bounds(vec![start, start + 1.0]);
/// # let grid = Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:4326")?, axis(10.0)?, axis(-75.0)?)?);
/// # let points = PointColumns {
/// #     longitude: &[10.2, 10.4],
/// #     latitude: &[-74.5, -74.6],
/// #     time: &[0, 1],
/// #     height: &[100.0, 102.0],
/// #     height_sigma: &[0.1; 2],
/// #     slope_along: &[0.0; 2],
/// #     slope_across: &[0.0; 2],
/// #     sigma_geo: &[0.3; 2],
/// #     pass_id: &[7; 2],
/// # };
///
/// // The two points of a cell are counted, but are too few for a mean.
/// let options = AggregateOptions { minimum_count: 3, ..AggregateOptions::default() };
/// let cells = aggregate(points, &grid, options)?;
/// let (name, mean) = &cells.fields[0];
/// assert_eq!((cells.count[0], *name), (2, "mean"));
/// assert!(mean[0].is_nan());
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AggregateOptions {
    /// Correlation length of the surface within a cell, m; `None` estimates one for all cells.
    pub correlation_length: Option<f64>,
    /// Cells with fewer points give NaN (and their count).
    pub minimum_count: u64,
    /// Roughness r of the weights `1/(sigma² + r²)`, m: no segment counts more than 1/r².
    pub weight_floor: f64,
    /// Errors that the points of an overpass share.
    pub geolocation: Geolocation,
    /// Size of a vector that each pair of beams has of its own, as a share of its overpass's.
    pub pair: f64,
    /// Error that all points share, m: of a geoid, a tide system, a reference frame.
    pub common: f64,
    /// Whether points far from the line of their track are left out.
    pub editing: bool,
    /// How many neighbouring points share their photons: see [`AggregateOptions::SEGMENT_OVERLAP`].
    pub overlap: f64,
    /// What is asked for; nothing else is computed. A statistic is the same, to the last bit, whatever is asked for beside it.
    pub statistics: StatisticSet,
}

impl AggregateOptions {
    /// Overlap of segments of ATL06 and ATL11, 40 m long and 20 m apart: each photon is in two of them.
    pub const SEGMENT_OVERLAP: f64 = 2.0;
}

impl Default for AggregateOptions {
    fn default() -> Self {
        Self {
            correlation_length: None,
            minimum_count: 1,
            weight_floor: 0.1,
            geolocation: Geolocation::ATL11,
            pair: 0.0,
            common: 0.0,
            editing: true,
            overlap: 1.0,
            statistics: StatisticSet::ALL,
        }
    }
}

/// The values that the uncertainties rest on.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{AggregateOptions, PointColumns, aggregate};
/// # use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};
/// # let axis = |start: f64| Axis::from_bounds(vec![start, start + 1.0]);
/// # let grid = Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:4326")?, axis(10.0)?, axis(-75.0)?)?);
/// # let point = PointColumns {
/// #     longitude: &[10.5],
/// #     latitude: &[-74.5],
/// #     time: &[0],
/// #     height: &[100.0],
/// #     height_sigma: &[0.1],
/// #     slope_along: &[0.0],
/// #     slope_across: &[0.0],
/// #     sigma_geo: &[0.3],
/// #     pass_id: &[7],
/// # };
///
/// // One point tells no correlation length; a length that is given is used.
/// let estimated = aggregate(point, &grid, AggregateOptions::default())?;
/// assert_eq!(estimated.model.correlation_length, None);
/// let options = AggregateOptions { correlation_length: Some(800.0), ..AggregateOptions::default() };
/// assert_eq!(aggregate(point, &grid, options)?.model.correlation_length, Some(800.0));
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ErrorModel {
    /// Correlation length used, m; `None` when no track is long enough to tell: then every cell is one sample.
    pub correlation_length: Option<f64>,
    /// Whether that is the longest length which the tracks can tell: the true one is this or longer.
    pub correlation_length_is_bound: bool,
    /// H of the variogram, which grows with distance to the power 2H below the correlation length.
    pub exponent: Option<f64>,
    /// Distance below which the surface is smooth, m.
    pub smoothing_length: Option<f64>,
    /// How many times further the surface resembles itself in one direction than across it; 1 where all are alike.
    pub stretch: Option<f64>,
    /// That direction, radians from x towards y, below a half turn.
    pub stretch_azimuth: Option<f64>,
    /// Standard deviation of the surface within a typical cell, m.
    pub typical_spread: Option<f64>,
    /// Root mean square slope component of the cells.
    pub typical_slope: Option<f64>,
    /// Mean squared error of passes predicted from those beside them over the stated variance: 1 where the variogram holds across
    /// tracks as well. The sampling variance of cells grows with it, as far as they have not been seen. `None` where nothing was
    /// held out.
    pub ratio_across_tracks: Option<f64>,
}

impl ErrorModel {
    /// How the correlation length is to be read, for people.
    pub fn correlation_length_note(&self) -> &'static str {
        match self.correlation_length {
            None => "unknown: no track is long enough, and every cell counts as one sample",
            Some(_) if self.correlation_length_is_bound => {
                "lower bound: the surface resembles itself further than tracks within a cell can tell"
            }
            Some(_) => "estimated from the tracks, or given",
        }
    }
}

/// Statistics per cell: of all cells of a grid, row-major (y, x), or of [`OccupiedCells`]. Cells without points: count 0, NaN and [`NOT_A_TIME`].
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{AggregateOptions, PointColumns, aggregate};
/// use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};
///
/// // Two cells of one degree side by side; both points are in the first.
/// let (x, y) = (Axis::from_bounds(vec![10.0, 11.0, 12.0])?, Axis::from_bounds(vec![-75.0, -74.0])?);
/// let grid = Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:4326")?, x, y)?);
/// # let points = PointColumns {
/// #     longitude: &[10.2, 10.4],
/// #     latitude: &[-74.5, -74.6],
/// #     time: &[0, 1],
/// #     height: &[100.0, 102.0],
/// #     height_sigma: &[0.1; 2],
/// #     slope_along: &[0.0; 2],
/// #     slope_across: &[0.0; 2],
/// #     sigma_geo: &[0.3; 2],
/// #     pass_id: &[7; 2],
/// # };
/// let cells = aggregate(points, &grid, AggregateOptions::default())?;
/// assert_eq!((cells.shape, &cells.count[..], &cells.passes[..]), ((1, 2), &[2, 0][..], &[1, 0][..]));
/// let (name, mean) = &cells.fields[0];
/// assert_eq!(*name, "mean");
/// assert!((mean[0] - 101.0).abs() < 1e-9 && mean[1].is_nan());
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CellStatistics {
    /// (ny, nx).
    pub shape: (usize, usize),
    /// What was asked for.
    pub asked: StatisticSet,
    /// Points, with those that were edited.
    pub count: Vec<i32>,
    /// Points that were left out of everything else by editing. These two are there whether asked for or not.
    pub edited: Vec<i32>,
    /// Distinct passes. This and the times are empty where they were not asked for.
    pub passes: Vec<i32>,
    /// First and last instant, ns since 1970.
    pub first_time: Vec<i64>,
    /// Last instant.
    pub last_time: Vec<i64>,
    /// Those of the floating-point statistics that were asked for, by name, m unless they are counts.
    pub fields: Vec<(&'static str, Vec<f64>)>,
    /// The values that the uncertainties rest on.
    pub model: ErrorModel,
}

/// The statistics of one cell.
#[derive(Debug)]
pub(super) struct CellValues {
    pub(super) count: u64,
    pub(super) edited: u32,
    pub(super) passes: i32,
    pub(super) times: (i64, i64),
    pub(super) fields: [f64; FIELDS],
}

impl CellStatistics {
    pub(crate) fn empty(shape: (usize, usize), model: ErrorModel, asked: StatisticSet) -> Self {
        let cells = shape.0 * shape.1;
        let room = |statistic: Statistic| if asked.contains(statistic) { cells } else { 0 };
        let fields = asked.iter().filter(|statistic| statistic.is_field());
        Self {
            shape,
            asked,
            count: vec![0; cells],
            edited: vec![0; cells],
            passes: vec![0; room(Statistic::Passes)],
            first_time: vec![NOT_A_TIME; room(Statistic::FirstTime)],
            last_time: vec![NOT_A_TIME; room(Statistic::LastTime)],
            fields: fields.map(|statistic| (statistic.name(), vec![f64::NAN; cells])).collect(),
            model,
        }
    }

    /// Puts what was asked for of one cell in its place: of one with fewer points than this, their number alone.
    pub(super) fn set(&mut self, at: usize, values: &CellValues, minimum_count: u64) {
        fn put<T>(column: &mut [T], at: usize, value: T) {
            if let Some(own) = column.get_mut(at) {
                *own = value;
            }
        }
        put(&mut self.count, at, i32::try_from(values.count).unwrap_or(i32::MAX));
        put(&mut self.edited, at, values.edited as i32);
        if values.count < minimum_count {
            return;
        }
        put(&mut self.passes, at, values.passes);
        put(&mut self.first_time, at, values.times.0);
        put(&mut self.last_time, at, values.times.1);
        let asked = self.asked.iter().filter(|statistic| statistic.is_field());
        for (statistic, (_, column)) in asked.zip(&mut self.fields) {
            put(column, at, values.fields[statistic.field()]);
        }
    }

    /// Sets a floating-point statistic, where it was asked for.
    pub(super) fn set_field(&mut self, at: usize, statistic: Statistic, value: f64) {
        let mut asked = self.asked.iter().filter(|statistic| statistic.is_field());
        if let Some(field) = asked.position(|own| own == statistic) {
            self.fields[field].1[at] = value;
        }
    }

    /// Copies a cell of other statistics, of which the same were asked for.
    fn copy(&mut self, at: usize, other: &Self, from: usize) {
        fn copy<T: Copy>(own: &mut [T], at: usize, other: &[T], from: usize) {
            if let (Some(own), Some(&value)) = (own.get_mut(at), other.get(from)) {
                *own = value;
            }
        }
        copy(&mut self.count, at, &other.count, from);
        copy(&mut self.edited, at, &other.edited, from);
        copy(&mut self.passes, at, &other.passes, from);
        copy(&mut self.first_time, at, &other.first_time, from);
        copy(&mut self.last_time, at, &other.last_time, from);
        for ((_, own), (_, values)) in self.fields.iter_mut().zip(&other.fields) {
            copy(own, at, values, from);
        }
    }
}

/// Statistics of the cells that hold points.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{AggregateOptions, PointColumns, aggregate_occupied};
/// # use nunatak_grid::{Axis, Crs, Grid, RectilinearGrid};
/// # let (x, y) = (Axis::from_bounds(vec![10.0, 11.0, 12.0, 13.0])?, Axis::from_bounds(vec![-75.0, -74.0])?);
/// # let grid = Grid::Rectilinear(RectilinearGrid::new(Crs::parse("EPSG:4326")?, x, y)?);
/// # let point = PointColumns {
/// #     longitude: &[11.5],
/// #     latitude: &[-74.5],
/// #     time: &[0],
/// #     height: &[100.0],
/// #     height_sigma: &[0.1],
/// #     slope_along: &[0.0],
/// #     slope_across: &[0.0],
/// #     sigma_geo: &[0.3],
/// #     pass_id: &[7],
/// # };
///
/// // A row of three cells, with a point in the middle one.
/// let occupied = aggregate_occupied(point, &grid, AggregateOptions::default())?;
/// assert_eq!((&occupied.cells[..], &occupied.statistics.count[..]), (&[1][..], &[1][..]));
/// assert_eq!(occupied.spread((1, 3))?.count, [0, 1, 0]);
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct OccupiedCells {
    /// Flat indices of the cells in the grid, rising: (y, x) where it has rows.
    pub cells: Vec<u64>,
    /// One value per cell; its shape is one row of them.
    pub statistics: CellStatistics,
    /// What cells share: the parts of each overpass in the error of each cell, cells rising.
    pub parts: Vec<OverpassPart>,
}

impl OccupiedCells {
    /// The statistics of all cells of a grid of this many rows and columns.
    ///
    /// # Errors
    /// [`AltimetryError::Argument`] when there is no memory for so many cells.
    pub fn spread(self, shape: (usize, usize)) -> Result<CellStatistics> {
        let Self { cells, statistics, .. } = self;
        check_room(shape, statistics.fields.len())?;
        let mut all = CellStatistics::empty(shape, statistics.model, statistics.asked);
        for (at, cell) in cells.into_iter().enumerate() {
            all.copy(cell as usize, &statistics, at);
        }
        Ok(all)
    }
}

/// That there is room for the statistics of all cells.
fn check_room((rows, columns): (usize, usize), fields: usize) -> Result<()> {
    let cell = 4 + 2 * (4 + 8) + 8 * fields as u128;
    let bytes = rows as u128 * columns as u128 * cell;
    if has_room(bytes) {
        return Ok(());
    }
    Err(AltimetryError::Argument {
        argument: "grid",
        found: format!("{rows} x {columns} cells, whose statistics take {:.1} GB", bytes as f64 / 1e9),
        expected:
            "a grid for which there is memory: coarser, of a smaller extent (bounds=points), or HEALPix, of which only \
                   the cells with points are kept"
                .into(),
    })
}
