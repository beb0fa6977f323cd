//! Sums of any part of the points, and how they merge.

use std::collections::HashMap;

use nunatak_grid::{Grid, Locator};

use super::aside::Aside;
use super::column::{COLUMNS, PLAIN, WEIGHTED};
use super::editing::edit;
use super::finish::with_surface;
use super::gather::cells_of_sums;
use super::located::{Located, Run};
use super::plain::plain_cells;
use super::statistic::{Statistic, StatisticSet};
use super::statistics::{AggregateOptions, OccupiedCells};
use super::summing::{Keys, sums_of_points, sums_of_runs};
use crate::error::{AltimetryError, Result};
use crate::exact_sums::SumsByKey;
use crate::points::PointColumns;

/// What has to be summed for the statistics that are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// Heights and their squares.
    Plain(Keys),
    /// Weights, too.
    Weighted(Keys),
    /// All, by block and pass.
    Surface,
}

impl Detail {
    pub(super) fn of(statistics: StatisticSet) -> Self {
        let keys = if statistics.contains(Statistic::Passes) { Keys::Pass } else { Keys::Cell };
        if statistics.need_surface() {
            Self::Surface
        } else if statistics.need_weights() {
            Self::Weighted(keys)
        } else {
            Self::Plain(keys)
        }
    }
}

/// Exact sums of any part of the points on a grid. Those of parts merge to those of the whole, to the last bit, whatever the
/// order and the parts: points can be summed where they lie, and granule by granule. Memory goes with the blocks and passes (or,
/// where no statistic needs the surface, the cells) that hold points.
///
/// # Examples
///
/// ```
/// use nunatak_altimetry::{AggregateOptions, PartialSums, PointColumns};
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
/// // Points of one cell in two parts: one of 100 m, one of 104 m.
/// let options = AggregateOptions::default();
/// let mut sums = PartialSums::of(point, &grid, options)?;
/// sums.merge(&PartialSums::of(PointColumns { height: &[104.0], ..point }, &grid, options)?)?;
/// let cells = sums.into_cells(&grid, options)?;
/// assert_eq!((&cells.cells[..], cells.statistics.count[0]), (&[0][..], 2));
/// let (name, mean) = &cells.statistics.fields[0];
/// assert_eq!((*name, mean[0]), ("mean", 102.0));
/// # Ok::<(), nunatak_altimetry::AltimetryError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct PartialSums {
    /// None until there are points.
    sums: Option<Sums>,
    asides: HashMap<u64, Aside>,
}

#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "there is one of them for millions of points")]
enum Sums {
    Plain(SumsByKey<PLAIN>, Keys),
    Weighted(SumsByKey<WEIGHTED>, Keys),
    Surface(SumsByKey<COLUMNS>),
}

impl Sums {
    fn detail(&self) -> Detail {
        match self {
            Self::Plain(_, keys) => Detail::Plain(*keys),
            Self::Weighted(_, keys) => Detail::Weighted(*keys),
            Self::Surface(_) => Detail::Surface,
        }
    }

    /// The sums that statistics need, located and summed piece by piece.
    fn of_points(points: &PointColumns<'_>, locator: &Locator<'_>, options: &AggregateOptions) -> Result<Self> {
        Ok(match Detail::of(options.statistics) {
            Detail::Plain(keys) => Self::Plain(sums_of_points(points, locator, keys, options.weight_floor)?, keys),
            Detail::Weighted(keys) => {
                Self::Weighted(sums_of_points(points, locator, keys, options.weight_floor)?, keys)
            }
            Detail::Surface => Self::Surface(sums_of_points(points, locator, Keys::Leaf, options.weight_floor)?),
        })
    }

    /// The sums that statistics need, of points that are located.
    fn of_runs(points: &PointColumns<'_>, located: &Located, options: &AggregateOptions) -> Result<Self> {
        Ok(match Detail::of(options.statistics) {
            Detail::Plain(keys) => Self::Plain(sums_of_runs(points, located, keys, options.weight_floor)?, keys),
            Detail::Weighted(keys) => Self::Weighted(sums_of_runs(points, located, keys, options.weight_floor)?, keys),
            Detail::Surface => Self::Surface(sums_of_runs(points, located, Keys::Leaf, options.weight_floor)?),
        })
    }
}

impl PartialSums {
    /// The sums of points on a grid that the statistics of the options need. Robust editing, where it is asked for, looks at
    /// the points of each pass in each block of a cell: give all of a pass at once.
    ///
    /// # Errors
    /// As [`aggregate_occupied`](crate::aggregate_occupied).
    pub fn of(points: PointColumns<'_>, grid: &Grid, options: AggregateOptions) -> Result<Self> {
        points.check(options.weight_floor, options.statistics.need_weights())?;
        let locator = Locator::new(grid)?;
        if !options.editing && Detail::of(options.statistics) != Detail::Surface {
            return Self::of_points(&points, &locator, &options);
        }
        let mut located = Located::new(&points, &locator)?;
        let edited = if options.editing { edit(&points, &mut located) } else { HashMap::new() };
        Self::of_runs(&points, &located, &edited, &options)
    }

    /// Of points of which nothing but sums is needed.
    pub(super) fn of_points(
        points: &PointColumns<'_>,
        locator: &Locator<'_>,
        options: &AggregateOptions,
    ) -> Result<Self> {
        Ok(Self { sums: Some(Sums::of_points(points, locator, options)?), asides: HashMap::new() })
    }

    /// Of located points, of which so many in each cell were edited.
    pub(super) fn of_runs(
        points: &PointColumns<'_>,
        located: &Located,
        edited: &HashMap<u64, u32>,
        options: &AggregateOptions,
    ) -> Result<Self> {
        let aside = |runs: &[Run]| {
            let cell = runs.first()?.cell;
            Some((cell, Aside::of_runs(points, runs, edited.get(&cell).copied().unwrap_or(0))))
        };
        let asides = located.cells().into_iter().filter_map(aside).collect();
        Ok(Self { sums: Some(Sums::of_runs(points, located, options)?), asides })
    }

    /// Adds the sums of other points.
    ///
    /// # Errors
    /// [`AltimetryError::Argument`] when the two were made for other statistics.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        match (&mut self.sums, &other.sums) {
            (_, None) => {}
            (own @ None, Some(other)) => *own = Some(other.clone()),
            (Some(Sums::Plain(own, keys)), Some(Sums::Plain(other, others))) if keys == others => own.merge(other)?,
            (Some(Sums::Weighted(own, keys)), Some(Sums::Weighted(other, others))) if keys == others => {
                own.merge(other)?;
            }
            (Some(Sums::Surface(own)), Some(Sums::Surface(other))) => own.merge(other)?,
            (Some(own), Some(other)) => return Err(of_other_statistics(own.detail(), other.detail())),
        }
        for (&cell, aside) in &other.asides {
            self.asides.entry(cell).and_modify(|own| own.merge(aside)).or_insert(*aside);
        }
        Ok(())
    }

    /// The statistics of the cells that hold points, but for the medians, which are no sums and are left out.
    ///
    /// # Errors
    /// As [`aggregate_occupied`](crate::aggregate_occupied), and [`AltimetryError::Argument`] when the sums were made for other
    /// statistics.
    pub fn into_cells(self, grid: &Grid, options: AggregateOptions) -> Result<OccupiedCells> {
        let options = AggregateOptions { statistics: options.statistics.sums(), ..options };
        self.finish(&Locator::new(grid)?, &options)
    }

    pub(super) fn finish(self, locator: &Locator<'_>, options: &AggregateOptions) -> Result<OccupiedCells> {
        let Self { sums, asides } = self;
        let wanted = Detail::of(options.statistics);
        match sums {
            Some(sums) if sums.detail() != wanted => Err(of_other_statistics(wanted, sums.detail())),
            Some(Sums::Plain(sums, _)) => plain_cells(&sums.into_sorted(), &asides, locator, options),
            Some(Sums::Weighted(sums, _)) => plain_cells(&sums.into_sorted(), &asides, locator, options),
            Some(Sums::Surface(sums)) => {
                let cells = cells_of_sums(&sums.into_sorted(), &asides, locator, options)?;
                Ok(with_surface(cells, options))
            }
            None => Ok(with_surface(Vec::new(), options)),
        }
    }
}

fn of_other_statistics(expected: Detail, found: Detail) -> AltimetryError {
    AltimetryError::Argument {
        argument: "statistics",
        found: format!("sums for other ones ({found:?})"),
        expected: format!("sums for the same statistics ({expected:?})"),
    }
}
