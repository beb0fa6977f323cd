//! `nunatak aggregate`: heights of granules on a grid, printed or written to NetCDF.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use nunatak::altimetry::{AggregateOptions, AltimetryError, Segments, Statistic, StatisticSet};
use nunatak::format::{FormatError, replace_file};
use nunatak::grid::{Crs, Grid, HealpixGrid};
use nunatak::grids::{Extent, GridName, Registration, grid_dataset, regular_grid};
use nunatak::points::{aggregate, columns_of, geolocation};
use nunatak::regridding::{RegridTarget, parse_target};
use nunatak::tree::Dataset;
use nunatak::{NunatakError, Result, write_dataset};
use serde_json::json;

use super::granules::Granules;
use crate::output::{self, Format};
use crate::progress::Bar;

/// Put ICESat-2 heights on a grid of any family, with random, correlated and sampling uncertainty.
#[derive(Args)]
#[command(after_help = "Example: nunatak aggregate ATL06_*.h5 --grid EPSG:3031:8km --output cells.nc")]
pub(crate) struct Arguments {
    #[command(flatten)]
    granules: Granules,
    /// `EPSG:3031:8km` (as large as the points need), `latlon:0.5` (degrees), `healpix:8`, or a file on the grid.
    #[arg(long, value_name = "GRID", required_unless_present = "crs")]
    grid: Option<String>,
    /// Coordinate reference system of the grid, instead of --grid.
    #[arg(long, conflicts_with = "grid", requires = "spacing")]
    crs: Option<String>,
    /// Distance between cell centres, m (degrees for EPSG:4326), with --crs.
    #[arg(long, requires = "crs")]
    spacing: Option<f64>,
    /// Names of the statistics, such as `mean,spread`; beside them `count`. All where not given.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    statistics: Vec<String>,
    /// Errors that the segments of an overpass share: `atl11` (0.05 m radial, 2.5 m horizontal), `atl15` (0.03 m, 6.5 m),
    /// `product` (what each segment states), or `calibrated` (what crossovers of these segments support).
    #[arg(long, value_name = "NAME", default_value = "atl11")]
    geolocation: String,
    /// File for the cells: NetCDF (.nc) with all of the grid, or CSV with the cells that hold data.
    #[arg(long, short)]
    output: PathBuf,
}

pub(crate) fn run(arguments: &Arguments, format: Format) -> Result<()> {
    let statistics = arguments.statistics()?;
    let segments = arguments.granules.read()?;
    let target = arguments.target(&segments)?;
    let height: Vec<f64> = segments.height.iter().map(|&height| f64::from(height)).collect();
    let height_sigma: Vec<f64> = segments.height_sigma.iter().map(|&sigma| f64::from(sigma)).collect();
    let columns = columns_of(&segments, &height, &height_sigma);
    let options = AggregateOptions {
        statistics,
        geolocation: geolocation(&arguments.geolocation, columns)?,
        overlap: AggregateOptions::SEGMENT_OVERLAP,
        ..AggregateOptions::default()
    };
    let cells = aggregate(columns, &target, options)?;
    let outside = cells.attributes.number("points_outside_grid").unwrap_or_default();
    if outside > 0.0 {
        output::warn(&[format!("{outside} of {} segments lie outside the grid and are left out", segments.len())]);
    }
    if arguments.output.extension().is_some_and(|ending| ending == "nc") {
        write_dataset(&arguments.output, &cells, &Bar::new("blocks"))?;
    } else {
        write_cells(&arguments.output, &target, &cells)?;
    }
    let filled = column(&cells, "count")?.iter().filter(|&&count| count > 0.0).count();
    match format {
        Format::Json => output::json(&json!({
            "segments": segments.len(),
            "outside": outside as u64,
            "cells": filled,
            "grid": target.grid.summary(),
            "output": arguments.output,
        })),
        Format::Text => output::line(format_args!(
            "{} segments in {filled} cells of {} written to {}",
            segments.len(),
            target.grid.summary(),
            arguments.output.display()
        )),
    }
    Ok(())
}

impl Arguments {
    /// The statistics that were asked for, and the number of points.
    fn statistics(&self) -> Result<StatisticSet> {
        if self.statistics.is_empty() {
            return Ok(StatisticSet::ALL);
        }
        let asked = self.statistics.iter().map(|name| Statistic::parse(name.trim()));
        Ok(std::iter::once(Ok(Statistic::Count)).chain(asked).collect::<Result<_, AltimetryError>>()?)
    }

    /// The grid that was asked for; one of a system is as large as the segments need, with a cell centre at the origin.
    fn target(&self, segments: &Segments) -> Result<Arc<RegridTarget>> {
        let name = match (&self.grid, &self.crs, self.spacing) {
            (_, Some(crs), Some(spacing)) => GridName::Regular { crs: Crs::parse(crs)?, spacing },
            (Some(text), ..) => text.parse()?,
            _ => GridName::Global { spacing: 1.0 },
        };
        let mut doubts = Vec::new();
        let target = match (name, &self.grid) {
            (GridName::Regular { crs, spacing }, _) => {
                RegridTarget::of(&around(segments, crs, spacing)?, None, &mut doubts)
            }
            (_, Some(text)) => parse_target(text, None, &Default::default(), &mut doubts),
            (_, None) => parse_target("latlon:1", None, &Default::default(), &mut doubts),
        };
        output::warn(&doubts);
        target
    }
}

/// The smallest grid of this spacing, with a cell centre at the origin, that holds every segment.
fn around(segments: &Segments, crs: Crs, spacing: f64) -> Result<Dataset> {
    let wrong = |expected: &str| NunatakError::Argument {
        argument: "spacing",
        found: spacing.to_string(),
        expected: expected.into(),
    };
    if !(spacing.is_finite() && spacing > 0.0) {
        return Err(wrong("a positive length"));
    }
    let extent = Extent::around_places(&crs, &segments.longitude, &segments.latitude, spacing)?;
    let extent = extent.ok_or_else(|| wrong("segments with places"))?;
    if (extent.east - extent.west).max(extent.north - extent.south) > 1e5 * spacing {
        return Err(wrong("one that puts the segments in 1 to 100,000 cells a side"));
    }
    grid_dataset(&regular_grid(crs, spacing, extent, Registration::Node)?)
}

fn column(cells: &Dataset, name: &str) -> Result<Vec<f64>> {
    match cells.get(name) {
        Some(variable) => Ok(variable.array.read_all()?.into_f64()?),
        None => Ok(Vec::new()),
    }
}

/// The cells that hold points, one a line: x and y of a grid of rows and columns, else longitude and latitude.
fn write_cells(path: &Path, target: &RegridTarget, cells: &Dataset) -> Result<()> {
    let names: Vec<&str> = cells.variables().map(|(name, _)| name).filter(|name| !name.ends_with("_time")).collect();
    let columns: Vec<Vec<f64>> = names.iter().map(|name| column(cells, name)).collect::<Result<_>>()?;
    let count = column(cells, "count")?;
    let (places, [first, second]) = match target.grid.rectilinear() {
        Some(grid) => {
            let width = grid.x().len();
            let place = |cell: usize| (grid.x().centres()[cell % width], grid.y().centres()[cell / width]);
            ((0..count.len()).map(place).unzip(), ["x", "y"])
        }
        None => (occupied_grid(target, cells)?.centres()?, ["longitude", "latitude"]),
    };
    let (x, y): (Vec<f64>, Vec<f64>) = places;
    let written = replace_file(path, |file| {
        let failed = |source| FormatError::Write { path: path.into(), source };
        writeln!(file, "{first},{second},{}", names.join(",")).map_err(failed)?;
        for cell in (0..count.len()).filter(|&cell| count[cell] > 0.0) {
            let values: Vec<String> = columns.iter().map(|column| column[cell].to_string()).collect();
            writeln!(file, "{},{},{}", x[cell], y[cell], values.join(",")).map_err(failed)?;
        }
        Ok(())
    });
    Ok(written?)
}

/// The grid of the cells in a dataset: those that are listed of a HEALPix grid, else all.
fn occupied_grid(target: &RegridTarget, cells: &Dataset) -> Result<Grid> {
    let Grid::Healpix(all) = &target.grid else { return Ok(target.grid.clone()) };
    let numbers = column(cells, "cell_ids")?.into_iter().map(|cell| cell as u64).collect();
    Ok(Grid::Healpix(HealpixGrid::new(all.level(), all.order(), all.ellipsoid(), Some(numbers))?))
}
