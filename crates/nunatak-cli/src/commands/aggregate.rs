use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use nunatak::altimetry::{AggregateOptions, CellStatistics, PointColumns, Segments, aggregate};
use nunatak::format::FormatError;
use nunatak::grid::{Axis, Crs, Grid, RectilinearGrid};
use nunatak::{NunatakError, Result};
use serde_json::json;

use super::granules::Granules;
use crate::output::{self, Format};

/// Put ICESat-2 heights on a grid, with random, correlated and sampling uncertainty; cells go to a CSV file.
#[derive(Args)]
#[command(after_help = "Example: nunatak aggregate ATL06_*.h5 --crs EPSG:3031 --spacing 8000 --output cells.csv")]
pub(crate) struct Arguments {
    #[command(flatten)]
    granules: Granules,
    /// Coordinate reference system of the grid.
    #[arg(long)]
    crs: String,
    /// Distance between cell centres, m (degrees for EPSG:4326).
    #[arg(long)]
    spacing: f64,
    /// File for the cells that hold data: x, y, count, passes, mean, uncertainties, …
    #[arg(long, short)]
    output: PathBuf,
}

pub(crate) fn run(arguments: &Arguments, format: Format) -> Result<()> {
    let crs = Crs::parse(&arguments.crs)?;
    let segments = arguments.granules.read()?;
    let grid = grid_around(&segments, crs, arguments.spacing)?;
    let height: Vec<f64> = segments.height.iter().map(|&height| f64::from(height)).collect();
    let height_sigma: Vec<f64> = segments.height_sigma.iter().map(|&sigma| f64::from(sigma)).collect();
    let points = PointColumns {
        longitude: &segments.longitude,
        latitude: &segments.latitude,
        time: &segments.time,
        height: &height,
        height_sigma: &height_sigma,
        sigma_geo: &segments.sigma_geo,
        pass_id: &segments.pass_id,
    };
    let cells = aggregate(points, &Grid::Rectilinear(grid.clone()), AggregateOptions::default())?;
    write_cells(&arguments.output, &grid, &cells)
        .map_err(|source| FormatError::Io { path: arguments.output.clone().into(), source })?;
    let filled = cells.count.iter().filter(|&&count| count > 0).count();
    match format {
        Format::Json => output::json(&json!({
            "segments": segments.len(),
            "cells": filled,
            "output": arguments.output,
        })),
        Format::Text => output::line(format_args!(
            "{} segments in {filled} cells of {} written to {}",
            segments.len(),
            arguments.spacing,
            arguments.output.display()
        )),
    }
    Ok(())
}

/// The smallest grid of this spacing, with a cell centre at the origin, that holds every segment.
fn grid_around(segments: &Segments, crs: Crs, spacing: f64) -> Result<RectilinearGrid> {
    if !(spacing.is_finite() && spacing > 0.0) {
        return Err(argument("spacing", spacing, "a positive length"));
    }
    let (x, y) = crs.forward(&segments.longitude, &segments.latitude)?;
    let axis = |coordinates: &[f64]| -> Result<Axis> {
        let cells = coordinates.iter().filter(|value| value.is_finite()).map(|value| (value / spacing).round());
        let (low, high) =
            cells.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), cell| (low.min(cell), high.max(cell)));
        if low > high || high - low > 1e5 {
            return Err(argument("spacing", spacing, "one that puts the segments in 1 to 100,000 cells a side"));
        }
        let count = (high - low) as usize + 2;
        Ok(Axis::from_bounds((0..count).map(|edge| (low + edge as f64 - 0.5) * spacing).collect())?)
    };
    Ok(RectilinearGrid::new(crs, axis(&x)?, axis(&y)?)?)
}

fn argument(argument: &'static str, found: f64, expected: &str) -> NunatakError {
    nunatak::altimetry::AltimetryError::Argument { argument, found: found.to_string(), expected: expected.into() }
        .into()
}

/// Writes beside the target and renames, so that an old file is never half overwritten.
fn write_cells(path: &Path, grid: &RectilinearGrid, cells: &CellStatistics) -> std::io::Result<()> {
    let mut aside = path.as_os_str().to_owned();
    aside.push(".partial");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&aside)?);
    let names: Vec<&str> = cells.fields.iter().map(|(name, _)| *name).collect();
    writeln!(file, "x,y,count,passes,{}", names.join(","))?;
    let columns = grid.x().len();
    for cell in (0..cells.count.len()).filter(|&cell| cells.count[cell] > 0) {
        let (x, y) = (grid.x().centres()[cell % columns], grid.y().centres()[cell / columns]);
        write!(file, "{x},{y},{},{}", cells.count[cell], cells.passes[cell])?;
        for (_, values) in &cells.fields {
            write!(file, ",{}", values[cell])?;
        }
        writeln!(file)?;
    }
    file.into_inner()?.sync_all()?;
    std::fs::rename(aside, path)
}
