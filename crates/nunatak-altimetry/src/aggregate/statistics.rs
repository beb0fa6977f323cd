//! Options and results of aggregation.

use nunatak_array::has_room;

use crate::error::{AltimetryError, Result};
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
    pub minimum_count: u32,
    /// Roughness r of the weights `1/(sigma² + r²)`, m: no segment counts more than 1/r².
    pub weight_floor: f64,
}

impl Default for AggregateOptions {
    fn default() -> Self {
        Self { correlation_length: None, minimum_count: 1, weight_floor: 0.1 }
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
    /// Standard deviation of the surface within a typical cell, m.
    pub typical_spread: Option<f64>,
    /// Root mean square slope component of the cells.
    pub typical_slope: Option<f64>,
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
    /// Points.
    pub count: Vec<i32>,
    /// Distinct passes.
    pub passes: Vec<i32>,
    /// First and last instant, ns since 1970.
    pub first_time: Vec<i64>,
    /// Last instant.
    pub last_time: Vec<i64>,
    /// Named floating-point statistics, m unless they are counts.
    pub fields: Vec<(&'static str, Vec<f64>)>,
    /// The values that the uncertainties rest on.
    pub model: ErrorModel,
}

/// Names of [`CellStatistics::fields`], in their order.
const FIELDS: [&str; 13] = [
    "mean",
    "plain_mean",
    "median",
    "spread",
    "nmad",
    "sigma_random",
    "sigma_correlated",
    "sigma_sampling",
    "sigma_total",
    "effective_count",
    "offset_x",
    "offset_y",
    "offset_distance",
];

impl CellStatistics {
    pub(crate) fn empty(shape: (usize, usize), model: ErrorModel) -> Self {
        let cells = shape.0 * shape.1;
        Self {
            shape,
            count: vec![0; cells],
            passes: vec![0; cells],
            first_time: vec![NOT_A_TIME; cells],
            last_time: vec![NOT_A_TIME; cells],
            fields: FIELDS.iter().map(|&name| (name, vec![f64::NAN; cells])).collect(),
            model,
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
}

impl OccupiedCells {
    /// The statistics of all cells of a grid of this many rows and columns.
    ///
    /// # Errors
    /// [`AltimetryError::Argument`] when there is no memory for so many cells.
    pub fn spread(self, shape: (usize, usize)) -> Result<CellStatistics> {
        check_room(shape)?;
        let Self { cells, statistics } = self;
        let mut all = CellStatistics::empty(shape, statistics.model);
        for (at, cell) in cells.into_iter().enumerate() {
            let cell = cell as usize;
            all.count[cell] = statistics.count[at];
            all.passes[cell] = statistics.passes[at];
            all.first_time[cell] = statistics.first_time[at];
            all.last_time[cell] = statistics.last_time[at];
            for ((_, field), (_, values)) in all.fields.iter_mut().zip(&statistics.fields) {
                field[cell] = values[at];
            }
        }
        Ok(all)
    }
}

/// That there is room for the statistics of all cells.
fn check_room((rows, columns): (usize, usize)) -> Result<()> {
    const CELL: u128 = 2 * (4 + 8) + 8 * FIELDS.len() as u128;
    let bytes = rows as u128 * columns as u128 * CELL;
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
