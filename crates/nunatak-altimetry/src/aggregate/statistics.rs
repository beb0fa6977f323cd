//! Options and results of aggregation.

use crate::points::NOT_A_TIME;

/// How to aggregate.
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
#[derive(Debug, Clone, PartialEq)]
pub struct OccupiedCells {
    /// Flat indices of the cells in the grid, rising: (y, x) where it has rows.
    pub cells: Vec<u64>,
    /// One value per cell; its shape is one row of them.
    pub statistics: CellStatistics,
}

impl OccupiedCells {
    /// The statistics of all cells of a grid of this many rows and columns.
    pub fn spread(self, shape: (usize, usize)) -> CellStatistics {
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
        all
    }
}
